//! Huber's loss: quadratic near zero, linear in the tails.

use super::mse::half_difference;
use crate::drivers::pointwise::{Constants, Pointwise, Terms};
use crate::simd::Vector;

/// ½e² for |e| ≤ δ, else δ(|e| − ½δ), e = pred − target.
///
/// Gradient with respect to pred: c, which is e clamped to [−δ, δ]; both branches of the loss are c(e − ½c). Hessian: 1 for
/// |e| ≤ δ, else 0. As e may overflow, the general form does all of it with e/2 and δ/2.
pub struct Huber {
    /// δ > 0
    pub delta: f64,
}

impl Pointwise<2, 1> for Huber {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let half = V::c(0.5);
        let limit = V::c(self.delta) * half;
        let e = half_difference(pred, target);
        let c = e.pmax(V::zero() - limit).pmin(limit);
        Terms {
            value: (V::c(4.0) * c) * (e - half * c),
            grad: [c],
            hess: [half.keep(e.abs().le(limit)).poison(e.is_nan())],
        }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
    /// a: δ, b: −δ, c: ½
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { scale: V::c(scale), a: V::c(self.delta), b: V::c(-self.delta), c: V::c(0.5) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> (V, V) {
        let e = pred - target;
        let c = e.pmax(k.b).pmin(k.a);
        (c * (e - k.c * c), c * k.scale)
    }
}
