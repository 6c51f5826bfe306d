//! More losses of two classes and of pairs of scores: logistic and embedded margins, the order of two scores, many labels.

pub mod asymmetric;
pub mod hinge_embedding;
pub mod margin_ranking;
pub mod soft_margin;

use crate::abi::{Registry, pointwise};
use asymmetric::Asymmetric;
use hinge_embedding::HingeEmbedding;
use margin_ranking::MarginRanking;
use soft_margin::SoftMargin;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(soft_margin (pred, target) (grad) (hess) () SoftMargin),
    pointwise!(hinge_embedding (x, target) (grad) (hess) (margin) HingeEmbedding { margin }),
    pointwise!(margin_ranking (a, b, target) (grad_a, grad_b) () (margin) MarginRanking { margin }),
    pointwise!(asymmetric (logits, target) (grad) (hess)
        (gamma_positive, gamma_negative, shift) Asymmetric::new(gamma_positive, gamma_negative, shift)),
];
