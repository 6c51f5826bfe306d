//! Squared error of logarithms.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::regression::mse::lost;
use crate::math::{ln, log1p_two};
use crate::simd::{Mask, Vector};

/// d², d = ln(1 + pred) − ln(1 + target).
///
/// Gradient with respect to pred: 2d/(1 + pred). Hessian: 2(1 − d)/(1 + pred)². The 2 is the factor. d is ±ln(1 + x) with
/// x = |pred − target|/(1 + the smaller), which subtracts no logarithms; of floats what roundings lose on the way is put back. Both inputs must be
/// above −1.
pub struct Msle;

impl Pointwise<2, 1> for Msle {
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let one = V::c(1.0);
        let (smaller, larger) = V::swap(target.lt(pred), pred, target);
        let gap = larger - smaller;
        let base = one + smaller;
        let x = gap / base;
        let (mut high, mut low) = log1p_two(x);
        if !V::DOUBLE {
            let lost_base = (one - base) + smaller;
            let rest = lost(larger, smaller, gap) - x * lost_base;
            low = low + rest / (base + gap);
        }
        let extreme = !x.lt(V::c(f64::INFINITY));
        if extreme.any() {
            // The quotient overflows, or there is an infinite number, or NaN.
            let apart = ln(one + larger) - ln(base);
            (high, low) = (V::select(extreme, apart, high), low.drop(extreme));
        }
        let value = high * (high + (low + low));
        let d = (high + low).flip(pred.lt(target));
        let up = one + pred;
        // An infinite prediction has the limits.
        let is_far = up.eq(V::c(f64::INFINITY));
        Terms { value, grad: [(d / up).drop(is_far)], hess: [((one - d) / up / up).drop(is_far)] }
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
