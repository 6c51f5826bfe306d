//! Fair's loss: quadratic near zero, nearly linear in the tails.

use crate::loops::element::{Constants, INPUTS, Pointwise, Strip, Terms, Usually, held, run_usual};
use crate::losses::regression::mse::{half_difference, is_finite};
use crate::math::{difference_lost, less_log1p, less_log1p_unit, product_lost};
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
    const LIGHT: bool = true;
    const NEUTRAL: [f64; INPUTS] = [0.0; INPUTS];

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (c, e) = (V::c(self.c), pred - target);
        let size = e.abs();
        let sum = c + size;
        let (terms, is_far) = if self.c == 1.0 {
            (unit_terms([pred, target], e, size, sum), V::Mask::none())
        } else {
            let (a, g, lost) = (size / c, c / sum, difference_lost(pred, target, e).flip_sign_of(e));
            let change = (g * g) * (lost / sum) * V::c(2.0);
            // The square of e has what rounding e lost twice, and an infinite loss has nothing to put back.
            let rest = (lost + quotient_lost(a, size, c)) * (size * g);
            let value = less_log1p(a, size, c) + rest.keep(is_finite(rest));
            (Terms { value, grad: [e * g], hess: [g * g - change] }, V::c(far::<V>()).lt(a))
        };
        let extreme = is_far | !is_finite(sum);
        if extreme.any() { self.extreme([pred, target], extreme, terms) } else { terms }
    }
    #[inline(always)]
    fn is_light(&self) -> bool {
        self.c == 1.0
    }
    /// a: the sign bit
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(-0.0), ..Constants::scale(scale) }
    }
    /// c is 1. What isn't finite is done again, with care.
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let size = e.and_not(k.a);
        let Terms { value, grad: [grad], hess: [hess] } = unit_terms([pred, target], e, size, V::c(1.0) + size);
        Terms { value, grad: [grad * k.scale], hess: [hess * k.scale] }
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

/// What a = size/c has lost, times c, where [`less_log1p`] has nothing but a: from 1 on.
#[inline(always)]
fn quotient_lost<V: Vector>(a: V, size: V, c: V) -> V {
    let product = a * c;
    ((size - product) - product_lost(a, c, product)).keep(V::c(1.0).le(a))
}

/// The loss for c = 1, with sum = 1 + size, which is finite.
#[inline(always)]
fn unit_terms<V: Vector>([pred, target]: [V; 2], e: V, size: V, sum: V) -> Terms<V, 1> {
    let g = V::c(1.0) / sum;
    let (slope, lost) = (e / sum, difference_lost(pred, target, e));
    let change = (g * g) * ((lost * g).flip_sign_of(e)) * V::c(2.0);
    Terms { value: less_log1p_unit(size) + lost * slope, grad: [slope], hess: [g * g - change] }
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
