//! Losses of two classes, an element each.

pub mod binary_cross_entropy;
pub mod binary_cross_entropy_with_logits;
pub mod binary_focal;
pub mod binary_focal_with_logits;
pub mod hinge;
pub mod squared_hinge;

use crate::abi::{Registry, pointwise};
use binary_cross_entropy::BinaryCrossEntropy;
use binary_cross_entropy_with_logits::BinaryCrossEntropyWithLogits;
use binary_focal::BinaryFocal;
use binary_focal_with_logits::BinaryFocalWithLogits;
use hinge::Hinge;
use squared_hinge::SquaredHinge;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(binary_cross_entropy (p, target, pos_weights) (grad) (hess)
        (pos_weight, label_smoothing, eps) BinaryCrossEntropy { pos_weight, label_smoothing, eps }),
    pointwise!(binary_cross_entropy_with_logits (logits, target, pos_weights) (grad) (hess)
        (pos_weight, label_smoothing) BinaryCrossEntropyWithLogits { pos_weight, label_smoothing }),
    pointwise!(binary_focal (p, target) (grad) (hess) (gamma, alpha1, alpha0) BinaryFocal { gamma, alpha1, alpha0 }),
    pointwise!(binary_focal_with_logits (logits, target) (grad) (hess)
        (gamma, alpha1, alpha0) BinaryFocalWithLogits { gamma, alpha1, alpha0 }),
    pointwise!(hinge (pred, target) (grad) (hess) (margin) Hinge { margin }),
    pointwise!(squared_hinge (pred, target) (grad) (hess) (margin) SquaredHinge { margin }),
];
