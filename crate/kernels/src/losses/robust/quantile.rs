//! Quantile loss, also called pinball loss.

use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::losses::regression::mse::{half_difference, is_finite};
use crate::simd::Vector;

/// max(−q e, (1−q) e), e = pred − target: w |e| with w = 1 − q for e > 0, else q.
///
/// Gradient with respect to pred: ±w, 0 at e = 0. Hessian: 0.
pub struct Quantile {
    /// q in (0, 1)
    pub q: f64,
}

impl Pointwise<2, 1> for Quantile {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (zero, e) = (V::zero(), pred - target);
        let w = V::select(zero.lt(e), V::c(1.0 - self.q), V::c(self.q));
        // Where e overflows, w |e| may not: from halves.
        let halves = (w + w) * half_difference(pred, target).abs();
        Terms {
            value: V::select(is_finite(e), w * e.abs(), halves),
            grad: [w.flip_sign_of(e).drop(e.eq(zero)).poison(e.is_nan())],
            hess: [zero.poison(e.is_nan())],
        }
    }
    /// a: 1 − q, b: q, c: the sign bit, d: 0
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let [a, b, c, d] = [1.0 - self.q, self.q, -0.0, 0.0].map(held);
        Constants { a, b, c, d, ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let w = V::select(k.d.lt(e), k.a, k.b);
        let slope = (w * k.scale).xor(e.and(k.c));
        Terms { value: w * e.and_not(k.c), grad: [slope.drop(e.eq(k.d))], hess: [k.d] }
    }
}
