//! Divergences of distributions that are given as logits, with or without a temperature.

pub mod distribution;
pub mod divergence;
pub mod kl_divergence_logits;
pub mod measure;

use crate::abi::{Registry, rowwise};
use divergence::Divergence;
use kl_divergence_logits::KlDivergenceLogits;
use measure::Measure;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(kl_divergence_logits (q, p) () () (grad) (hess) (log_target) f64::NAN, KlDivergenceLogits { log_target }),
    rowwise!(kl_divergence_distilled (q, p) () () (grad) (hess) (input, target, temperature) f64::NAN,
        Divergence { measure: Measure::KullbackLeibler, input, target, temperature }),
    rowwise!(jensen_shannon_distilled (q, p) () () (grad) (hess) (input, target, temperature, beta) f64::NAN,
        Divergence { measure: Measure::JensenShannon(beta), input, target, temperature }),
];
