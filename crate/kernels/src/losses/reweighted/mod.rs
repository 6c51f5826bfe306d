//! Losses of the label's probability that give hard, wrong or noisy rows another weight than cross-entropy.

pub mod focal;
pub mod generalized_cross_entropy;
pub mod of_label;
pub mod poly1;

use crate::abi::{Registry, rowwise};
use focal::Focal;
use generalized_cross_entropy::GeneralizedCrossEntropy;
use of_label::OfLabel;
use poly1::{Poly1, Poly1Dense};

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    rowwise!(focal (logits) (labels) (alpha) (grad) (hess) (ignore_index, gamma) ignore_index,
        OfLabel { weight: alpha, formula: Focal { gamma } }),
    rowwise!(generalized_cross_entropy (logits) (labels) (class_weight) (grad) (hess) (ignore_index, q) ignore_index,
        OfLabel { weight: class_weight, formula: GeneralizedCrossEntropy { q } }),
    rowwise!(poly1 (logits) (labels) (class_weight) (grad) (hess) (ignore_index, epsilon) ignore_index,
        OfLabel { weight: class_weight, formula: Poly1 { epsilon } }),
    rowwise!(poly1_dense (logits, target) () (class_weight) (grad) (hess) (epsilon) f64::NAN,
        Poly1Dense { class_weight, epsilon }),
];
