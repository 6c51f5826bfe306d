//! Squared error.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// e², e = pred − target.
///
/// Gradient with respect to pred: 2e. Hessian: 2. With h = e/2, the difference of halves, neither overflows before it is
/// scaled: 4h·h, and 4 is the factor of h and of ½.
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
}

/// (x − y)/2, which is finite for all finite x and y, and as exact as x − y.
#[inline(always)]
pub fn half_difference<V: Vector>(x: V, y: V) -> V {
    x * V::c(0.5) - y * V::c(0.5)
}
