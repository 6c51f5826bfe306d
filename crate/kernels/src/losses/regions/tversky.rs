//! The Tversky index, of which Dice's and Jaccard's are special cases.

use crate::loops::region::{Overlap, Region, Regional};
use crate::math::power_unit;
use crate::simd::{Float, Vector};

/// x^γ with x = N/(I + N + s), N = α FP + β FN: what 1 − (I + s)/(I + N + s) is, without its difference. I is Σ min(p, y) over the pixels
/// of a region, FP what p has beyond that, and FN what y has.
///
/// Gradient in the p of a pixel, with I's slope i (1 where p < y, 0 where p > y, ½ between):
/// γ x^(γ−1) [α (I+s) − i ((α+β)(I+s) + N)]/(I + N + s)². Without anything, I = N = s = 0, all of it is 0; so is the gradient where x = 0
/// and γ < 1.
pub struct Tversky {
    /// α ≥ 0, the weight of FP.
    pub alpha: f64,
    /// β ≥ 0, the weight of FN.
    pub beta: f64,
    /// γ ≥ 0
    pub gamma: f64,
    /// s ≥ 0
    pub smooth: f64,
}

/// Weights from here on are scaled down by [`DOWN`], and what is beside them, so that no sum overflows.
const LARGE: f64 = f64::from_bits((1023 + 900) << 52);
const DOWN: f64 = f64::from_bits((1023 - 520) << 52);

impl Regional for Tversky {
    #[inline(never)]
    fn region(&self, Overlap { shared, beyond, missing }: Overlap) -> Region {
        let by = if self.alpha.max(self.beta) < LARGE { 1.0 } else { DOWN };
        let (alpha, beta) = (by * self.alpha, by * self.beta);
        let errors = alpha * beyond + beta * missing;
        let right = by * (shared + self.smooth);
        let all = right + errors;
        // NaN stays.
        let is_perfect = errors == 0.0;
        let x = if is_perfect { 0.0 } else { errors / all };
        let (of_right, of_errors) = (right / all, by * (errors / all));
        let over = alpha * of_right / all;
        let under = -((beta * of_right + of_errors) / all);
        let even = 0.5 * (((alpha - beta) * of_right - of_errors) / all);
        let factor = slope(x, self.gamma);
        let is_none = factor == 0.0 || all == 0.0;
        let slopes = [over, even, under].map(|slope| if is_none { 0.0 } else { factor * slope });
        Region { loss: power(x, self.gamma), slopes }
    }
}

/// γ x^(γ−1); 0 where that is ∞.
fn slope(x: f64, gamma: f64) -> f64 {
    if gamma >= 1.0 {
        gamma * power(x, gamma - 1.0)
    } else if x == 0.0 || gamma == 0.0 {
        0.0
    } else {
        gamma / power(x, 1.0 - gamma)
    }
}

/// x^γ for x in [0, 1].
fn power(x: f64, gamma: f64) -> f64 {
    power_unit(<f64 as Float>::Vec::c(x), gamma).lane(0)
}
