//! Losses of two classes, an element each.

pub mod binary_cross_entropy;
pub mod binary_cross_entropy_with_logits;
pub mod binary_focal;
pub mod binary_focal_with_logits;
pub mod hinge;
pub mod squared_hinge;

use binary_cross_entropy::BinaryCrossEntropy;
use binary_cross_entropy_with_logits::BinaryCrossEntropyWithLogits;
use binary_focal::BinaryFocal;
use binary_focal_with_logits::BinaryFocalWithLogits;
use hinge::Hinge;
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
}
