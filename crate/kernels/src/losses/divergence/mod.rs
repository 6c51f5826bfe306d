//! Distances between distributions over classes.

pub mod entropy;
pub mod jensen_shannon;
pub mod kl_divergence;

use crate::abi::{Registry, terms};
use entropy::Entropy;
use jensen_shannon::JensenShannon;
use kl_divergence::KlDivergence;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    terms!(kl_divergence (q, p) (grad) (hess) (log_model, log_target)
        KlDivergence { log_model: log_model != 0.0, log_target: log_target != 0.0 }),
    terms!(jensen_shannon (q, p) (grad) (hess) (beta) JensenShannon { beta }),
    terms!(entropy (p) (grad) (hess) () Entropy),
];
