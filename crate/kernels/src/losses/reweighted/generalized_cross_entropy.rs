//! Generalized cross-entropy of a row of logits.

use super::of_label::Formula;
use crate::loops::softmax::short::lanes::Wide;
use crate::loops::softmax::short::{Known, Results};
use crate::math::{exp_nonpositive, expm1};
use crate::simd::{Float, Vector};

/// (1 − p^q)/q = (1 − e^(−q s))/q with p = softmax(z)_y, s = −ln p: between cross-entropy (q → 0) and 1 − p (q = 1).
///
/// Gradient with respect to z: p^q p_k for k ≠ y, and −p^q (1−p) for k = y. Hessian: p^q (p_k (1−p_k) − q p_k²), and
/// p^q (1−p) (p − q (1−p)) for k = y.
pub struct GeneralizedCrossEntropy {
    /// q in (0, 1]
    pub q: f64,
}

impl Formula for GeneralizedCrossEntropy {
    const SKIPS: bool = true;

    #[inline(never)]
    fn finish<T: Float>(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        let mut results = known.nothing();
        let (Known { scale, sum, peak, .. }, zero, q) = (*known, Wide::<T>::zero(), Wide::<T>::c(self.q));
        let (p, others) = (known.e / sum, known.others() / sum);
        let s = known.half_gap + known.half_gap + known.log_sum;
        let exponent = q * s;
        // Where q s is small, q may be so small that the quotient loses its digits.
        let is_linear = exponent.lt(Wide::<T>::c(1e-17));
        results.loss = peak * Wide::<T>::select(is_linear, s, (zero - expm1(zero - exponent)) / q);
        let power = scale * peak * exp_nonpositive(zero - exponent);
        results.slope = power / sum;
        results.slope_y = zero - power * others;
        if known.second {
            results.curvature = [power, zero - q * power, Wide::<T>::c(1.0) / sum];
            results.curvature_y = power * others * (p - q * others);
        }
        results
    }
}
