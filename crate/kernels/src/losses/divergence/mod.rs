//! Distances between distributions over classes.

pub mod entropy;
pub mod kl_divergence;

use crate::abi::{Registry, rowwise, terms};
use entropy::Entropy;
use kl_divergence::KlDivergence;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(kl_divergence (q, p) () () (grad) (hess) (input, log_target) f64::NAN, KlDivergence { input, log_target }),
    terms!(entropy (p) (grad) (hess) () Entropy),
];
