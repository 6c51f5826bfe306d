//! Squared error of logarithms.

use crate::loops::element::{Pointwise, Terms};
use crate::math::{ln, two_artanh, two_sum};
use crate::simd::{Mask, Vector};

/// d², d = ln(1 + pred) − ln(1 + target).
///
/// Gradient with respect to pred: 2d/(1 + pred). Hessian: 2(1 − d)/(1 + pred)². The 2 is the factor. Both inputs must be above −1. d is one
/// logarithm, of the quotient of a = 1 + pred and b = 1 + target, and what roundings lose of them is put back.
pub struct Msle;

impl Pointwise<2, 1> for Msle {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [pred, target]: [V; 2], [over, e]: [V; 2]) -> [V; 2] {
        let one = V::c(1.0);
        let (a, b) = (one + pred, one + target);
        if step == 0 {
            let over = one / a;
            return [over, (b * over).split().1];
        }
        // 1 − a is exact, as a is less than [`whole`]; if it isn't, [`extreme`] does it again.
        [ln_quotient([a, (one - a) + pred], [b, (one - b) + target], over, e), V::zero()]
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], [d, _]: [V; 2]) -> Terms<V, 1> {
        let (one, infinite) = (V::c(1.0), V::c(f64::INFINITY));
        let (a, b) = (one + pred, one + target);
        let (least, most) = (V::c(normal::<V>()[0]), V::c(whole::<V>()));
        let fine = a.lt(most) & b.lt(most) & least.lt(a) & least.lt(b);
        let d = if (!fine).any() { extreme(pred, target, fine, d) } else { d };
        let slope = d / a;
        let hess = (one - d) / a / a;
        let far = a.eq(infinite);
        Terms { value: d * d, grad: [slope.drop(far)], hess: [hess.drop(far)] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [pred, target]: [V; 2]) -> V::Mask {
        V::c(-1.0).lt(pred) & V::c(-1.0).lt(target)
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
}

/// d where a or b may be so large that 1 is less than what is lost of it, or that their sum overflows, or infinite, or NaN.
#[inline(always)]
fn extreme<V: Vector>(pred: V, target: V, fine: V::Mask, d: V) -> V {
    let (one, less) = (V::c(1.0), V::c(1.0 / 256.0));
    let ([a, a_low], [b, b_low]) = (two_sum(one, pred), two_sum(one, target));
    let [least, most] = normal::<V>();
    let over = one / (a * less);
    let quotient = b * less * over;
    let near = ln_quotient([a * less, a_low * less], [b * less, b_low * less], over, quotient.split().1);
    let is_near = V::c(least).lt(quotient) & quotient.lt(V::c(most));
    V::select(fine, d, V::select(is_near, near, ln(a) - ln(b)))
}

/// Beyond it, numbers aren't multiples of 1 any more.
#[inline(always)]
fn whole<V: Vector>() -> f64 {
    // 2⁵³, 2²⁴
    if V::DOUBLE { 9_007_199_254_740_992.0 } else { 16_777_216.0 }
}

/// Numbers above −1 whose sum, and quotient by another such, are within the normal range.
#[inline(always)]
fn normal<V: Vector>() -> [f64; 2] {
    // 2⁻⁶⁰ and 2⁹⁶⁰; 2⁻³⁰ and 2⁹⁴
    if V::DOUBLE {
        [8.673617379884035e-19, 9.745314011399999e288]
    } else {
        [9.313225746154785e-10, 1.9807040628566084e28]
    }
}

/// ln(a/b) of numbers in two parts each, from about 1/a and the exponent of b/a.
///
/// With b/a = m·2ᵉ and c = b/2ᵉ it is 2 artanh(s) − e·ln 2, s = (a − c)/(a + c). a and c are so close that their difference is exact.
#[inline(always)]
fn ln_quotient<V: Vector>([a, a_low]: [V; 2], [b, b_low]: [V; 2], over: V, e: V) -> V {
    let minus_e = V::zero() - e;
    let power = minus_e.pow2();
    let (c, c_low) = (b * power, b_low * power);
    let (high, low) = (a - c, a_low - c_low);
    let gap = high + low;
    let sum = a + c;
    let (lost, sum_lost) = ((high - gap) + low, ((a - sum) + c) + (a_low + c_low));
    let s = gap / sum;
    // 1/(a + c) = (1 + s)/(2a)
    let rest = (lost - s * sum_lost) * (over + s * over);
    two_artanh(s, rest, minus_e)
}
