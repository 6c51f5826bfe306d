//! Expectile loss: squared error that weighs both sides differently.

use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::losses::regression::mse::{half_difference, is_finite};
use crate::simd::Vector;

/// w e², e = pred − target, w = 1 − τ for e > 0, else τ.
///
/// Gradient with respect to pred: 2w e. Hessian: 2w. The 2 is the factor, as in `mse`.
pub struct Expectile {
    /// τ in (0, 1)
    pub tau: f64,
}

impl Pointwise<2, 1> for Expectile {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        let w = self.weight(e);
        // Not w e², whose square may overflow first.
        Terms { value: (w * e) * e, grad: [w * e], hess: [w.poison(e.is_nan())] }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2], terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        let Terms { value, grad: [slope], hess: [hess] } = terms;
        let e = pred - target;
        let halves = (self.weight(e) * half_difference(pred, target)) * (scale + scale);
        Terms { value, grad: [V::select(is_finite(e), slope * scale, halves)], hess: [hess * scale] }
    }
    /// a: 1 − τ, b: τ, c: 0
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let [a, b, c] = [1.0 - self.tau, self.tau, 0.0].map(held);
        Constants { a, b, c, ..Constants::scale(scale * self.factor()) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let w = V::select(k.c.lt(e), k.a, k.b);
        Terms { value: (w * e) * e, grad: [(w * e) * k.scale], hess: [w * k.scale] }
    }
}

impl Expectile {
    #[inline(always)]
    fn weight<V: Vector>(&self, e: V) -> V {
        V::select(V::zero().lt(e), V::c(1.0 - self.tau), V::c(self.tau))
    }
}
