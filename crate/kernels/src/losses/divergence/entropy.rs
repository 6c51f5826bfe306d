//! Entropy of a row of probabilities.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::{positive, unit};
use crate::math::{finite_parts, ln_of_parts};
use crate::simd::Vector;

/// −Σ p_k ln p_k, a term a class.
///
/// Gradient with respect to p: −(1 + ln p_k). Hessian: −1/p_k. p = 0 contributes 0; there the derivatives are the limits +∞
/// and −∞. All of p must be in [0, 1].
#[derive(Clone, Copy)]
pub struct Entropy;

impl Pointwise<1, 1> for Entropy {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[0];

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [p]: [V; 1], left: [V; 2]) -> [V; 2] {
        match step {
            0 => finite_parts(p),
            _ => [ln_of_parts(left), V::zero()],
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p]: [V; 1], [ln, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, one) = (V::zero(), V::c(1.0));
        // NaN stays.
        let slope = V::select(zero.lt(p), zero - (one + ln), V::c(f64::INFINITY) + p);
        Terms { value: zero - p * ln, grad: [slope], hess: [zero - one / positive(p)] }
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, [p]: [V; 1], _: [V; 2], terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        // 1/p may overflow where the product doesn't.
        Terms { grad: terms.grad.map(|grad| grad * scale), hess: [V::zero() - scale / positive(p)], ..terms }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p]: [V; 1]) -> V::Mask {
        unit(p)
    }
}
