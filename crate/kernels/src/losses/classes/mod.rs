//! Losses of rows of classes without a softmax.

mod at_label;
mod best_wrong;
pub mod categorical_cross_entropy;
pub mod multiclass_hinge;
pub mod nll;

use crate::abi::{Registry, rowwise};
use categorical_cross_entropy::{CategoricalCrossEntropy, CategoricalCrossEntropyDense};
use multiclass_hinge::MulticlassHinge;
use nll::{Nll, NllDense};

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(categorical_cross_entropy (p) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing) ignore_index, CategoricalCrossEntropy { class_weight, label_smoothing }),
    rowwise!(categorical_cross_entropy_dense (p, target) () (class_weight) (grad) (hess)
        (label_smoothing) f64::NAN, CategoricalCrossEntropyDense { class_weight, label_smoothing }),
    rowwise!(nll (logp) (labels) (class_weight) (grad) (hess) (ignore_index) ignore_index, Nll { class_weight }),
    rowwise!(nll_dense (logp, target) () (class_weight) (grad) (hess) () f64::NAN, NllDense { class_weight }),
    rowwise!(multiclass_hinge (logits) (labels) () (grad) (hess)
        (margin, weston_watkins, p) f64::NAN, MulticlassHinge { margin, weston_watkins, p }),
];
