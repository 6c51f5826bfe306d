//! Squared error.

use crate::drivers::pointwise::{Constants, Pointwise, Terms};
use crate::simd::Vector;

/// e², e = pred − target.
///
/// Gradient with respect to pred: 2e. Hessian: 2. The 2 is the factor, so that a gradient that is scaled down doesn't
/// overflow first; as e itself may, the general form has h = e/2: 4h·h, and the factor is 4.
pub struct Mse;

impl Pointwise<2, 1> for Mse {
    const LIGHT: bool = true;

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
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants::scale(2.0 * scale)
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> (V, V) {
        let e = pred - target;
        (e * e, e * k.scale)
    }
}

/// (x − y)/2, which is finite for all finite x and y, and as exact as x − y.
#[inline(always)]
pub fn half_difference<V: Vector>(x: V, y: V) -> V {
    x * V::c(0.5) - y * V::c(0.5)
}
