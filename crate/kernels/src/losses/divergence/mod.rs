//! Distances between distributions over classes.

pub mod entropy;
pub mod kl_divergence;

use entropy::Entropy;
use kl_divergence::KlDivergence;

crate::abi::rowwise! {
    kl_divergence_f32 kl_divergence_f64 (q, p) () () (grad) (hess) (input, log_target)
        f64::NAN, KlDivergence { input, log_target };
}

crate::abi::terms! {
    entropy_f32 entropy_f64 (p) (grad) (hess) () Entropy;
}
