//! Focal loss of a row of logits.

use super::of_label::Formula;
use crate::loops::softmax::short::lanes::Wide;
use crate::loops::softmax::short::{Known, Results};
use crate::math::{exp_nonpositive, power_unit};
use crate::simd::{Float, Mask, Vector};

/// α_y q^γ s with p = softmax(z)_y, q = Σ_{k≠y} p_k, s = −ln p.
///
/// Gradient with respect to z: p_k h for k ≠ y, h = α q^γ (1 + γ p s/q), and −α q^γ (q + γ p s) for k = y. Hessian:
/// p_k (1−p_k) h + (p_k/q)² c, c = α q^γ γ p ((γ−1) p s + 2q − q s), and α q^γ p (q (1+2γ) + γ s (γ p − q)) for k = y.
/// s/q → 1 as q → 0, so that no power of q is negative; p s → 0 as p → 0.
pub struct Focal {
    /// γ ≥ 0
    pub gamma: f64,
}

impl Formula for Focal {
    const SKIPS: bool = false;

    #[inline(never)]
    fn finish<T: Float>(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        let mut results = known.nothing();
        let (Known { scale, sum, .. }, others) = (*known, known.others());
        let (one, zero, gamma) = (Wide::<T>::c(1.0), Wide::<T>::zero(), Wide::<T>::c(self.gamma));
        let (p, q) = (known.e / sum, others / sum);
        let s = known.half_gap + known.half_gap + known.log_sum;
        let ps = (p * s).drop(p.eq(zero));
        let power = known.peak * power_unit(q, self.gamma);
        let scaled = scale * power;
        let h = scaled * (one + gamma * Wide::<T>::select(q.eq(zero), one, ps / q));
        results.loss = power * s;
        results.slope = h / sum;
        results.slope_y = zero - scaled * (q + gamma * ps);
        if known.second {
            // A share too small for the element type is missing from 1 − p of the others, too.
            let bend = scaled * gamma * ((gamma - one) * ps + q + q - q * s) + h.keep(p.eq(zero));
            let at_label = q * (one + gamma + gamma) + gamma * s * (gamma * p - q);
            results.curvature = [h, times_p::<T>(p, s, bend), (one / others).drop(others.eq(zero))];
            results.curvature_y = scaled * times_p::<T>(p, s, at_label);
        }
        results
    }
}

/// p·x for p = e^−s, also where p is too small for the element type and the product isn't; p·∞ → 0 as p → 0.
#[inline(never)]
fn times_p<T: Float>(p: Wide<T>, s: Wide<T>, x: Wide<T>) -> Wide<T> {
    let is_small = s.lt(Wide::<T>::c(if T::Vec::DOUBLE { 700.0 } else { 80.0 }));
    if !(!is_small).any() {
        return p * x;
    }
    let root = exp_nonpositive(Wide::<T>::c(-0.5) * s);
    Wide::<T>::select(is_small, p * x, (x * root * root).drop(root.eq(Vector::zero())))
}
