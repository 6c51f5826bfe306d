//! One loss a file: its formula, gradient and second derivative, from one method.

mod best_wrong;
pub mod binary_cross_entropy;
pub mod binary_cross_entropy_with_logits;
pub mod binary_focal;
pub mod binary_focal_with_logits;
pub mod categorical_cross_entropy;
pub mod contrastive;
pub mod cross_entropy;
pub mod domain;
pub mod elastic_net;
pub mod elbo;
pub mod entropy;
pub mod focal;
pub mod gaussian_kl;
pub mod gaussian_nll;
pub mod hinge;
pub mod huber;
pub mod kl_divergence;
pub mod l1;
pub mod l2;
pub mod log_cosh;
pub mod mae;
pub mod mse;
pub mod multiclass_hinge;
pub mod nll;
pub mod nt_xent;
pub mod smooth_l1;
pub mod softmax_target;
pub mod squared_hinge;
pub mod target;
pub mod triplet;

use binary_cross_entropy::BinaryCrossEntropy;
use binary_cross_entropy_with_logits::BinaryCrossEntropyWithLogits;
use binary_focal::BinaryFocal;
use binary_focal_with_logits::BinaryFocalWithLogits;
use categorical_cross_entropy::{CategoricalCrossEntropy, CategoricalCrossEntropyDense};
use contrastive::Contrastive;
use cross_entropy::{CrossEntropy, CrossEntropyDense};
use elastic_net::ElasticNet;
use elbo::GaussianReconstruction;
use entropy::Entropy;
use focal::Focal;
use gaussian_kl::GaussianKl;
use gaussian_nll::GaussianNll;
use hinge::Hinge;
use huber::Huber;
use kl_divergence::KlDivergence;
use l1::L1;
use l2::L2;
use log_cosh::LogCosh;
use mae::Mae;
use mse::Mse;
use multiclass_hinge::MulticlassHinge;
use nll::{Nll, NllDense};
use smooth_l1::SmoothL1;
use squared_hinge::SquaredHinge;
use triplet::{Distance, Triplet};

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

crate::abi::rowwise! {
    cross_entropy_f32 cross_entropy_f64 (logits) (labels) (class_weight) (grad) (hess) (ignore_index, label_smoothing)
        ignore_index, CrossEntropy { class_weight, label_smoothing };
    cross_entropy_dense_f32 cross_entropy_dense_f64 (logits, target) () (class_weight) (grad) (hess) (label_smoothing)
        f64::NAN, CrossEntropyDense { class_weight, label_smoothing };
    categorical_cross_entropy_f32 categorical_cross_entropy_f64 (p) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing) ignore_index, CategoricalCrossEntropy { class_weight, label_smoothing };
    categorical_cross_entropy_dense_f32 categorical_cross_entropy_dense_f64 (p, target) () (class_weight) (grad) (hess)
        (label_smoothing) f64::NAN, CategoricalCrossEntropyDense { class_weight, label_smoothing };
    nll_f32 nll_f64 (logp) (labels) (class_weight) (grad) (hess) (ignore_index) ignore_index, Nll { class_weight };
    nll_dense_f32 nll_dense_f64 (logp, target) () (class_weight) (grad) (hess) () f64::NAN, NllDense { class_weight };
    focal_f32 focal_f64 (logits) (labels) (alpha) (grad) (hess) (ignore_index, gamma) ignore_index, Focal { alpha, gamma };
    multiclass_hinge_f32 multiclass_hinge_f64 (logits) (labels) () (grad) (hess) (margin, weston_watkins, p)
        f64::NAN, MulticlassHinge { margin, weston_watkins, p };
    kl_divergence_f32 kl_divergence_f64 (q, p) () () (grad) (hess) (input, log_target)
        f64::NAN, KlDivergence { input, log_target };
}

crate::abi::terms! {
    entropy_f32 entropy_f64 (p) (grad) (hess) () Entropy;
    gaussian_kl_f32 gaussian_kl_f64 (mu, log_var) (grad_mu, grad_log_var) (hess_mu, hess_log_var) () GaussianKl;
}

crate::abi::embeddings! {
    contrastive_f32 contrastive_f64 (z1, z2) (target) (grad_z1, grad_z2) (margin) Contrastive { margin };
    triplet_f32 triplet_f64 (anchor, positive, negative) () (grad_anchor, grad_positive, grad_negative)
        (margin, distance, swap) Triplet { margin, distance: Distance::from(distance), swap: swap != 0.0 };
}

crate::abi::nt_xent! {
    f32 nt_xent_f32 nt_xent_work_f32;
    f64 nt_xent_f64 nt_xent_work_f64;
}
