//! Losses of counts and amounts: negative log-likelihoods of Poisson's, the gamma and Tweedie's distributions.

pub mod gamma_nll;
pub mod poisson_nll;
pub mod tweedie;

use crate::abi::{Registry, pointwise};
use gamma_nll::GammaNll;
use poisson_nll::PoissonNll;
use tweedie::Tweedie;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(poisson_nll (pred, target) (grad) (hess) (input, full)
        PoissonNll { rate: input != 0.0, full: full != 0.0 }),
    pointwise!(gamma_nll (pred, target) (grad) (hess) () GammaNll),
    pointwise!(tweedie (pred, target) (grad) (hess) (power) Tweedie { power }),
];
