//! Fair's loss: quadratic near zero, nearly linear in the tails.

use crate::loops::element::{Pointwise, Strip, Terms, Usually, run_usual};
use crate::losses::regression::mse::{half_difference, is_finite, lost};
use crate::math::less_log1p;
use crate::simd::{Mask, Vector};

/// c²(a − ln(1 + a)), a = |e|/c, e = pred − target.
///
/// Gradient with respect to pred: e g with g = c/(c + |e|). Hessian: g², which a relative error of e reaches up to twofold: what rounding e
/// lost is put back.
pub struct Fair {
    /// c > 0
    pub c: f64,
}

impl Pointwise<2, 1> for Fair {
    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (c, e) = (V::c(self.c), pred - target);
        let size = e.abs();
        let sum = c + size;
        let a = size / c;
        let g = c / sum;
        let change = (g * g) * ((lost(pred, target, e) / sum).flip_sign_of(e)) * V::c(2.0);
        let terms = Terms { value: less_log1p(a, size, c), grad: [e * g], hess: [g * g - change] };
        let extreme = V::c(far::<V>()).lt(a) | !is_finite(sum);
        if extreme.any() { self.extreme([pred, target], extreme, terms) } else { terms }
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 2, 1, HESS>(self.usual(), self, strip) }
    }
}

impl Fair {
    /// The loss in the lanes where a is so large that its logarithm doesn't count, or c + |e| overflows: c |e|, in halves where e overflows.
    ///
    /// Rarely taken, but no call: its result would come through memory, and so would that of the usual way.
    #[inline(always)]
    fn extreme<V: Vector>(&self, [pred, target]: [V; 2], extreme: V::Mask, terms: Terms<V, 1>) -> Terms<V, 1> {
        let (c, half_c, e) = (V::c(self.c), V::c(0.5 * self.c), pred - target);
        let (size, half) = (e.abs(), half_difference(pred, target).abs());
        let a = V::select(is_finite(e), size / c, half / half_c);
        let is_far = V::c(far::<V>()).lt(a);
        let g = half_c / (half_c + half);
        let linear = V::select(is_finite(e), c * size, (c * half) * V::c(2.0));
        // Elsewhere the loss of so large numbers is infinite, unless c is large beside e.
        let value = V::select(is_far, linear, less_log1p(a, size, c));
        let slope = V::select(is_far, c, half * g * V::c(2.0));
        Terms {
            value: V::select(extreme, value, terms.value),
            grad: [V::select(extreme, slope.with_sign_of(e).poison(e.is_nan()), terms.grad[0])],
            hess: [V::select(extreme, g * g, terms.hess[0])],
        }
    }
}

/// c = 1: neither quotient nor products with it.
impl Usually<2, 1> for Fair {
    const USUAL: Self = Fair { c: 1.0 };

    fn is_usual(&self) -> bool {
        self.c == 1.0
    }
}

/// Beyond this ln(1 + a)/a is less than a rounding error.
#[inline(always)]
fn far<V: Vector>() -> f64 {
    // 2⁴⁰, 2⁷⁰
    if V::DOUBLE { 1.180591620717411e21 } else { 1_099_511_627_776.0 }
}
