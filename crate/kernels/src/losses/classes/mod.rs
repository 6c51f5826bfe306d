//! Losses of rows of classes without a softmax.

mod best_wrong;
pub mod categorical_cross_entropy;
pub mod multiclass_hinge;
pub mod nll;

use categorical_cross_entropy::{CategoricalCrossEntropy, CategoricalCrossEntropyDense};
use multiclass_hinge::MulticlassHinge;
use nll::{Nll, NllDense};

crate::abi::rowwise! {
    categorical_cross_entropy_f32 categorical_cross_entropy_f64 (p) (labels) (class_weight) (grad) (hess)
        (ignore_index, label_smoothing) ignore_index, CategoricalCrossEntropy { class_weight, label_smoothing };
    categorical_cross_entropy_dense_f32 categorical_cross_entropy_dense_f64 (p, target) () (class_weight) (grad) (hess)
        (label_smoothing) f64::NAN, CategoricalCrossEntropyDense { class_weight, label_smoothing };
    nll_f32 nll_f64 (logp) (labels) (class_weight) (grad) (hess) (ignore_index) ignore_index, Nll { class_weight };
    nll_dense_f32 nll_dense_f64 (logp, target) () (class_weight) (grad) (hess) () f64::NAN, NllDense { class_weight };
    multiclass_hinge_f32 multiclass_hinge_f64 (logits) (labels) () (grad) (hess) (margin, weston_watkins, p)
        f64::NAN, MulticlassHinge { margin, weston_watkins, p };
}
