//! Huber's loss: quadratic near zero, linear in the tails.

use super::mse::{half_difference, is_finite};
use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::math::difference_lost;
use crate::simd::{Mask, Vector};

/// ½e² for |e| ≤ δ, else δ(|e| − ½δ), e = pred − target.
///
/// Gradient with respect to pred: c, which is e clamped to [−δ, δ]; both branches of the loss are c(e − ½c). Hessian: 1 for
/// |e| ≤ δ, else 0.
pub struct Huber {
    /// δ > 0
    pub delta: f64,
}

impl Pointwise<2, 1> for Huber {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let limit = V::c(self.delta);
        let e = pred - target;
        let c = e.pmax(V::zero() - limit).pmin(limit);
        Terms {
            value: times_rest(c, [pred, target], c),
            grad: [c],
            hess: [V::c(1.0).keep(is_within([pred, target], e, limit)).poison(e.is_nan())],
        }
    }
    /// a: δ, b: −δ, c: ½
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(self.delta), b: held(-self.delta), c: held(0.5), ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let c = e.pmax(k.b).pmin(k.a);
        Terms { value: c * (e - k.c * c), grad: [c * k.scale], hess: [k.scale.keep(is_within([pred, target], e, k.a))] }
    }
}

/// Whether |pred − target| ≤ limit, exactly: their rounded difference e may be equal to the limit where they are farther apart.
#[inline(always)]
pub fn is_within<V: Vector>([pred, target]: [V; 2], e: V, limit: V) -> V::Mask {
    let size = e.abs();
    if !size.eq(limit).any() {
        return size.le(limit);
    }
    ((size - limit) + difference_lost(pred, target, e).flip_sign_of(e)).le(V::zero())
}

/// q(e − ½c), e = pred − target, in halves where e overflows.
#[inline(always)]
pub fn times_rest<V: Vector>(q: V, [pred, target]: [V; 2], c: V) -> V {
    let e = pred - target;
    let halves = (q + q) * (half_difference(pred, target) - V::c(0.25) * c);
    V::select(is_finite(e), q * (e - V::c(0.5) * c), halves)
}
