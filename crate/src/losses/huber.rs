//! Huber's loss: quadratic near zero, linear in the tails.

use super::mse::half_difference;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// ½e² for |e| ≤ δ, else δ(|e| − ½δ), e = pred − target.
///
/// With h = |e|/2 and q = min(h, δ/2) both branches are 2q² + 2δ(h − q), in which nothing overflows before the result does.
/// Gradient with respect to pred: e clamped to [−δ, δ]. Hessian: 1 for |e| ≤ δ, else 0. Both have the factor 2.
pub struct Huber {
    /// δ > 0
    pub delta: f64,
}

impl Pointwise<2, 1> for Huber {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let delta = V::c(self.delta);
        let limit = delta * V::c(0.5);
        let e = half_difference(pred, target);
        let h = e.abs();
        let q = h.pmin(limit);
        Terms {
            value: (q + q) * q + (delta + delta) * (h - q),
            grad: [q.with_sign_of(e)],
            hess: [V::c(0.5).keep(h.le(limit)).poison(e.is_nan())],
        }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
}
