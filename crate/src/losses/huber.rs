//! Huber's loss: quadratic near zero, linear in the tails.

use super::mse::half_difference;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// ½e² for |e| ≤ δ, else δ(|e| − ½δ), e = pred − target.
///
/// With q = min(|e|, δ) both branches are ½q² + δ(|e| − q). Gradient with respect to pred: e clamped to [−δ, δ].
/// Hessian: 1 for |e| ≤ δ, else 0. As e may overflow, the general form does all of it with e/2 and δ/2.
pub struct Huber {
    /// δ > 0
    pub delta: f64,
}

impl Pointwise<2, 1> for Huber {
    const LIGHT: bool = true;
    const GUARDED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let delta = V::c(self.delta);
        let limit = delta * V::c(0.5);
        let e = half_difference(pred, target);
        let a = e.abs();
        let q = a.pmin(limit);
        Terms {
            value: (q + q) * q + (delta + delta) * (a - q),
            grad: [q.with_sign_of(e)],
            hess: [V::c(0.5).keep(a.le(limit)).poison(e.is_nan())],
        }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
    #[inline(always)]
    fn eval_finite<V: Vector>(&self, [pred, target]: [V; 2]) -> Terms<V, 1> {
        let delta = V::c(self.delta);
        let e = pred - target;
        let a = e.abs();
        let q = a.pmin(delta);
        Terms {
            value: (V::c(0.5) * q) * q + delta * (a - q),
            grad: [q.with_sign_of(e)],
            hess: [V::c(1.0).keep(a.le(delta))],
        }
    }
    #[inline(always)]
    fn factor_finite(&self) -> f64 {
        1.0
    }
}
