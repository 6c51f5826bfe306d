//! Absolute error.

use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::simd::Vector;

/// |e|, e = pred − target.
///
/// Gradient with respect to pred: sign(e), 0 at e = 0. Hessian: 0.
pub struct Mae;

impl Pointwise<2, 1> for Mae {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e.abs(), grad: [sign(e)], hess: [V::zero().poison(e.is_nan())] }
    }
    /// a: the sign bit, b: 0
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(-0.0), b: held(0.0), ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e.and_not(k.a), grad: [k.scale.xor(e.and(k.a)).drop(e.eq(k.b))], hess: [k.b] }
    }
}

/// −1, 0 or +1; NaN stays NaN.
#[inline(always)]
pub fn sign<V: Vector>(x: V) -> V {
    V::c(1.0).with_sign_of(x).drop(x.eq(V::zero())).poison(x.is_nan())
}
