//! Squared error.

use crate::loops::element::{Constants, Pointwise, Terms};
use crate::simd::Vector;

/// e², e = pred − target.
///
/// Gradient with respect to pred: 2e. Hessian: 2. The 2 is the factor, so that a gradient that is scaled down doesn't
/// overflow first. As e itself may, the general form has e/2 there.
pub struct Mse;

impl Pointwise<2, 1> for Mse {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e * e, grad: [e], hess: [V::c(1.0).poison(e.is_nan())] }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2], terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        let Terms { value, grad: [e], hess: [hess] } = terms;
        let grad = V::select(is_finite(e), e * scale, half_difference(pred, target) * (scale + scale));
        Terms { value, grad: [grad], hess: [hess * scale] }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: e * e, grad: [e * k.scale], hess: [k.scale] }
    }
}

/// Whether e is neither infinite nor NaN.
#[inline(always)]
pub fn is_finite<V: Vector>(e: V) -> V::Mask {
    e.abs().lt(V::c(f64::INFINITY))
}

/// (x − y)/2, which is finite for all finite x and y, and as exact as x − y above the subnormal numbers.
#[inline(always)]
pub fn half_difference<V: Vector>(x: V, y: V) -> V {
    x * V::c(0.5) - y * V::c(0.5)
}
