//! Losses of the softmax of a row of logits.

pub mod cross_entropy;
pub mod focal;
pub mod softmax_target;

use cross_entropy::{CrossEntropy, CrossEntropyDense};
use focal::Focal;

crate::abi::rowwise! {
    cross_entropy_f32 cross_entropy_f64 (logits) (labels) (class_weight) (grad) (hess) (ignore_index, label_smoothing)
        ignore_index, CrossEntropy { class_weight, label_smoothing };
    cross_entropy_dense_f32 cross_entropy_dense_f64 (logits, target) () (class_weight) (grad) (hess) (label_smoothing)
        f64::NAN, CrossEntropyDense { class_weight, label_smoothing };
    focal_f32 focal_f64 (logits) (labels) (alpha) (grad) (hess) (ignore_index, gamma) ignore_index, Focal { alpha, gamma };
}
