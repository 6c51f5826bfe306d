//! Losses of Gaussian distributions, and the terms of a variational autoencoder.

pub mod gaussian_kl;
pub mod gaussian_nll;
pub mod gaussian_reconstruction;

use crate::abi::{Registry, pointwise, terms};
use gaussian_kl::GaussianKl;
use gaussian_nll::GaussianNll;
use gaussian_reconstruction::GaussianReconstruction;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(gaussian_nll (mean, target, log_var) (grad_mean, grad_log_var) (hess_mean, hess_log_var)
        (full) GaussianNll { full }),
    pointwise!(gaussian_reconstruction (recon, target) (grad) (hess) (variance) GaussianReconstruction { variance }),
    terms!(gaussian_kl (mu, log_var) (grad_mu, grad_log_var) (hess_mu, hess_log_var) () GaussianKl),
];
