//! Absolute error.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// |e|, e = pred − target.
///
/// Gradient with respect to pred: sign(e), 0 at e = 0. Hessian: 0.
pub struct Mae;

impl Pointwise<2, 1> for Mae {
    const LIGHT: bool = true;
    const GUARDED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e.abs(), grad: [sign(e)], hess: [V::zero().poison(e.is_nan())] }
    }
    #[inline(always)]
    fn eval_finite<V: Vector>(&self, [pred, target]: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e.abs(), grad: [V::c(1.0).with_sign_of(e).drop(e.eq(V::zero()))], hess: [V::zero()] }
    }
}

/// −1, 0 or +1; NaN stays NaN.
#[inline(always)]
pub fn sign<V: Vector>(x: V) -> V {
    V::c(1.0).with_sign_of(x).drop(x.eq(V::zero())).poison(x.is_nan())
}
