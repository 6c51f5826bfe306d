//! The logistic function and its integral, from e = e^−|x| ≤ 1, which never overflows.

use super::{exp_minus_abs, log1p_unit};
use crate::simd::Vector;

/// σ(x) = 1/(1 + e⁻ˣ), computed as 1/(1 + e) for x ≥ 0 and e/(1 + e) for x < 0: at most 2.41 ULP in float32, also
/// in the left tail (0 where it falls below the normal range). 0 at −∞, 1 at +∞; NaN stays.
#[inline(always)]
pub fn sigmoid<V: Vector>(x: V) -> V {
    let one = V::c(1.0);
    let e = exp_minus_abs(x);
    V::select(x.lt(V::zero()), e, one) / (one + e)
}

/// ln(1 + eˣ) = max(x, 0) + ln(1 + e): at most 2.05 ULP in float32, also in the left tail (0 where it falls below the
/// normal range). 0 at −∞, +∞ at +∞; NaN stays.
#[inline(always)]
pub fn softplus<V: Vector>(x: V) -> V {
    x.pmax(V::zero()) + log1p_unit(exp_minus_abs(x))
}
