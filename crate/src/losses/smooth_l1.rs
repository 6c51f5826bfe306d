//! Smooth L1: Huber's loss divided by its threshold.

use super::mae::sign;
use super::mse::half_difference;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// ½e²/β for |e| ≤ β, else |e| − ½β, e = pred − target; β = 0 is the absolute error. With h = |e|/2, b = β/2 and
/// q = min(h, b) both branches are 2(½q²/b + h − q).
///
/// Gradient with respect to pred: e/β for |e| ≤ β, else sign(e). Hessian: 1/β for |e| ≤ β, else 0 (0 for β = 0).
pub struct SmoothL1 {
    /// β ≥ 0
    pub beta: f64,
}

impl Pointwise<2, 1> for SmoothL1 {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let limit = V::c(self.beta) * V::c(0.5);
        let flat = limit.eq(V::zero());
        // Any divisor will do for β = 0: the quadratic branch is then e = 0 alone.
        let divisor = V::select(flat, V::c(1.0), limit);
        let e = half_difference(pred, target);
        let h = e.abs();
        let q = h.pmin(limit);
        let value = V::c(0.5) * q * (q / divisor) + (h - q);
        Terms {
            value: value + value,
            // Not of e/2, which loses a digit below the normal range where e/β is above.
            grad: [V::select(limit.lt(h), sign(e), (pred - target) / (divisor + divisor))],
            hess: [(V::c(0.5) / divisor).keep(h.le(limit)).drop(flat).poison(e.is_nan())],
        }
    }
}
