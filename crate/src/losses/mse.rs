//! Squared error.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// e², e = pred − target.
///
/// Gradient with respect to pred: 2e. Hessian: 2. The 2 is the factor, so that a gradient that is scaled down doesn't
/// overflow first; as e itself may, the general form has h = e/2: 4h·h, and the factor is 4.
pub struct Mse;

impl Pointwise<2, 1> for Mse {
    const LIGHT: bool = true;
    const GUARDED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let h = half_difference(pred, target);
        Terms { value: (V::c(4.0) * h) * h, grad: [h], hess: [V::c(0.5).poison(h.is_nan())] }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        4.0
    }
    #[inline(always)]
    fn eval_finite<V: Vector>(&self, [pred, target]: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e * e, grad: [e], hess: [V::c(1.0)] }
    }
    #[inline(always)]
    fn factor_finite(&self) -> f64 {
        2.0
    }
}

/// (x − y)/2, which is finite for all finite x and y, and as exact as x − y.
#[inline(always)]
pub fn half_difference<V: Vector>(x: V, y: V) -> V {
    x * V::c(0.5) - y * V::c(0.5)
}
