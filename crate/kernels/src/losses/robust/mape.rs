//! Absolute percentage error, as a fraction.

use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::losses::regression::mse::{half_difference, is_finite};
use crate::simd::{Mask, Vector};

/// |e|/m, e = pred − target, m = max(|target|, ε).
///
/// Gradient with respect to pred: sign(e)/m, 0 at e = 0. Hessian: 0. The loss is |e| times the gradient's 1/m where that is normal:
/// one division for both.
pub struct Mape {
    /// ε > 0
    pub eps: f64,
}

impl Pointwise<2, 1> for Mape {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (zero, e) = (V::zero(), pred - target);
        let m = target.abs().pmax(V::c(self.eps));
        let over = V::c(1.0) / m;
        let mut value = e.abs() * over;
        let extreme = !is_finite(e) | V::c(most::<V>()).lt(m) | m.lt(V::c(least::<V>()));
        if extreme.any() {
            let half = half_difference(pred, target).abs() / m;
            value = V::select(extreme, V::select(is_finite(e), e.abs() / m, half + half), value);
        }
        Terms {
            value,
            grad: [over.flip_sign_of(e).drop(e.eq(zero)).poison(e.is_nan())],
            hess: [zero.poison(e.is_nan())],
        }
    }
    #[inline(always)]
    fn is_light(&self) -> bool {
        self.eps >= 4.0 * f64::from(f32::MIN_POSITIVE)
    }
    /// a: the sign bit, b: ε, c: 1, d: the most m
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let [a, b, c, d] = [-0.0, self.eps, 1.0, most::<V>()].map(held);
        Constants { a, b, c, d, ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let m = target.and_not(k.a).pmax(k.b);
        let over = k.c / m;
        // NaN where 1/m isn't normal: the strip is then done again, with care.
        let value = (e.and_not(k.a) * over).poison(k.d.lt(m));
        let slope = (over * k.scale).xor(e.and(k.a));
        Terms { value, grad: [slope.drop(e.eq(V::zero()))], hess: [V::zero()] }
    }
}

/// The most m whose reciprocal is normal.
#[inline(always)]
fn most<V: Vector>() -> f64 {
    if V::DOUBLE { 1.0 / f64::MIN_POSITIVE } else { 1.0 / f64::from(f32::MIN_POSITIVE) }
}

/// An m whose reciprocal is finite, near the least.
#[inline(always)]
fn least<V: Vector>() -> f64 {
    if V::DOUBLE { 4.0 * f64::MIN_POSITIVE } else { 4.0 * f64::from(f32::MIN_POSITIVE) }
}
