//! Cross-entropy of a softmax.

pub mod adjusted;
pub mod cross_entropy;
pub mod softmax_target;

use crate::abi::{Registry, rowwise};
use crate::loops::softmax::bent::Bend;
use adjusted::{Adjusted, AdjustedDense};
use cross_entropy::{CrossEntropy, CrossEntropyDense};

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(cross_entropy (logits) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing) ignore_index, CrossEntropy::plain(class_weight, label_smoothing)),
    rowwise!(cross_entropy_dense (logits, target) () (class_weight) (grad) (hess)
        (label_smoothing) f64::NAN, CrossEntropyDense::plain(class_weight, label_smoothing)),
    rowwise!(cross_entropy_adjusted (logits) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing, temperature, softcap, z_loss) ignore_index,
        Adjusted { class_weight, label_smoothing, bend: Bend { softcap, temperature }, z_loss }),
    rowwise!(cross_entropy_adjusted_dense (logits, target) () (class_weight) (grad) (hess)
        (label_smoothing, temperature, softcap, z_loss) f64::NAN,
        AdjustedDense { class_weight, label_smoothing, bend: Bend { softcap, temperature }, z_loss }),
];
