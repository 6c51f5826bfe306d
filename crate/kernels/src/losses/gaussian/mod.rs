//! Losses of Gaussian distributions, and the terms of a variational autoencoder.

pub mod gaussian_kl;
pub mod gaussian_nll;
pub mod gaussian_reconstruction;

use gaussian_kl::GaussianKl;
use gaussian_nll::GaussianNll;
use gaussian_reconstruction::GaussianReconstruction;

crate::abi::pointwise! {
    gaussian_nll_f32 gaussian_nll_f64 (mean, target, log_var) (grad_mean, grad_log_var) (hess_mean, hess_log_var)
        (full) GaussianNll { full };
    gaussian_reconstruction_f32 gaussian_reconstruction_f64 (recon, target) (grad) (hess)
        (variance) GaussianReconstruction { variance };
}

crate::abi::terms! {
    gaussian_kl_f32 gaussian_kl_f64 (mu, log_var) (grad_mu, grad_log_var) (hess_mu, hess_log_var) () GaussianKl;
}
