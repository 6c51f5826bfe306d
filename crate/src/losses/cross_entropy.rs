//! Cross-entropy of a row of logits.

use super::softmax_target::Plan;
use super::target::{LabelOnly, Smoothed, Targets, dense_weight, label_weight};
use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::softmax::{Softmax, SoftmaxLoss};
use crate::simd::Float;

/// −Σ t_k ln p_k with p = softmax(z) and t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label.
///
/// With gap_k = max z − z_k, r = Σ of all e^(−gap) but the largest, and T = Σ t_k: Σ t_k gap_k + T·log1p(r).
/// Gradient with respect to z: p_k T − t_k, which is −T Σ_{j≠k} p_j where class k has all the weight. Hessian: T p_k (1−p_k).
/// A class with t_k = 0 contributes 0 even at z_k = −∞; a −∞ class with weight makes the loss +∞. One +∞ logit gives the
/// limit; NaN, two +∞ or a row of −∞ make the row NaN. A label of class weight 0 skips its row.
pub struct CrossEntropy<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

/// As [`CrossEntropy`], with y_k in [0, 1] as a second input.
pub struct CrossEntropyDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

/// [`CrossEntropy`] with targets read as `plan` says.
struct With<F>(F);

impl<T: Float, W: Targets<T> + Copy, F, const I: usize> SoftmaxLoss<T, I> for With<F>
where
    F: Fn(&Row<T, I, 1>) -> Result<Option<Plan<W>>, Invalid>,
{
    type Plan = Plan<W>;
}
