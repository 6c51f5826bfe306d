//! One loss a file: its formula, gradient and second derivative, from one method.

pub mod binary_cross_entropy;
pub mod binary_cross_entropy_with_logits;
pub mod binary_focal;
pub mod binary_focal_with_logits;
pub mod domain;
pub mod elastic_net;
pub mod elbo;
pub mod gaussian_nll;
pub mod hinge;
pub mod huber;
pub mod l1;
pub mod l2;
pub mod log_cosh;
pub mod mae;
pub mod mse;
pub mod smooth_l1;
pub mod squared_hinge;

use binary_cross_entropy::BinaryCrossEntropy;
use binary_cross_entropy_with_logits::BinaryCrossEntropyWithLogits;
use binary_focal::BinaryFocal;
use binary_focal_with_logits::BinaryFocalWithLogits;
use elastic_net::ElasticNet;
use elbo::GaussianReconstruction;
use gaussian_nll::GaussianNll;
use hinge::Hinge;
use huber::Huber;
use l1::L1;
use l2::L2;
use log_cosh::LogCosh;
use mae::Mae;
use mse::Mse;
use smooth_l1::SmoothL1;
use squared_hinge::SquaredHinge;

crate::abi::pointwise! {
    binary_cross_entropy_f32 binary_cross_entropy_f64 (p, target, pos_weights) (grad) (hess)
        (pos_weight, label_smoothing, eps) BinaryCrossEntropy { pos_weight, label_smoothing, eps };
    binary_cross_entropy_with_logits_f32 binary_cross_entropy_with_logits_f64 (logits, target, pos_weights) (grad) (hess)
        (pos_weight, label_smoothing) BinaryCrossEntropyWithLogits { pos_weight, label_smoothing };
    binary_focal_f32 binary_focal_f64 (p, target) (grad) (hess)
        (gamma, alpha1, alpha0) BinaryFocal { gamma, alpha1, alpha0 };
    binary_focal_with_logits_f32 binary_focal_with_logits_f64 (logits, target) (grad) (hess)
        (gamma, alpha1, alpha0) BinaryFocalWithLogits { gamma, alpha1, alpha0 };
    hinge_f32 hinge_f64 (pred, target) (grad) (hess) (margin) Hinge { margin };
    squared_hinge_f32 squared_hinge_f64 (pred, target) (grad) (hess) (margin) SquaredHinge { margin };
    mse_f32 mse_f64 (pred, target) (grad) (hess) () Mse;
    mae_f32 mae_f64 (pred, target) (grad) (hess) () Mae;
    huber_f32 huber_f64 (pred, target) (grad) (hess) (delta) Huber { delta };
    smooth_l1_f32 smooth_l1_f64 (pred, target) (grad) (hess) (beta) SmoothL1 { beta };
    log_cosh_f32 log_cosh_f64 (pred, target) (grad) (hess) () LogCosh;
    gaussian_nll_f32 gaussian_nll_f64 (mean, target, log_var) (grad_mean, grad_log_var) (hess_mean, hess_log_var)
        (full) GaussianNll { full };
    gaussian_reconstruction_f32 gaussian_reconstruction_f64 (recon, target) (grad) (hess)
        (variance) GaussianReconstruction { variance };
    l1_f32 l1_f64 (theta) (grad) () () L1;
    l2_f32 l2_f64 (theta) (grad) () (half) L2 { half };
    elastic_net_f32 elastic_net_f64 (theta) (grad) () (l1_ratio) ElasticNet { l1_ratio };
}
