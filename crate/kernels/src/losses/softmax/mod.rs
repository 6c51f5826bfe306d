//! Losses of the softmax of a row of logits.

pub mod cross_entropy;
pub mod focal;
pub mod kl_divergence_logits;
pub mod softmax_target;

use crate::abi::{Registry, rowwise};
use cross_entropy::{CrossEntropy, CrossEntropyDense};
use focal::Focal;
use kl_divergence_logits::KlDivergenceLogits;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(cross_entropy (logits) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing) ignore_index, CrossEntropy { class_weight, label_smoothing }),
    rowwise!(cross_entropy_dense (logits, target) () (class_weight) (grad) (hess)
        (label_smoothing) f64::NAN, CrossEntropyDense { class_weight, label_smoothing }),
    rowwise!(focal (logits) (labels) (alpha) (grad) (hess) (ignore_index, gamma) ignore_index, Focal { alpha, gamma }),
    rowwise!(kl_divergence_logits (q, p) () () (grad) (hess) (log_target) f64::NAN, KlDivergenceLogits { log_target }),
];
