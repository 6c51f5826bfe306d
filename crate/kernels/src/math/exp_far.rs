//! The exponential of numbers so far below 0 that it is no double: as a mantissa and a power of two.

use super::exp::exp_minus_1;
use crate::simd::Vector;

/// ln 2 in three parts of 32 bits: a power below 2²¹ times the first, or the second, is exact.
const LN2: [f64; 3] = [0.6931471803691238, 1.9082149288430703e-10, 4.275175589747649e-20];

/// The power that 0 has: below that of nearly every other number whose logarithm is a double.
pub const NOTHING: f64 = -1.7e308;

/// (m, n) with eˣ = m·2ⁿ for x ≤ 0 and m about 1, to 0.98 ULP of it for x > −2²⁰, in registers of doubles; (0, [`NOTHING`]) for −∞. m is
/// NaN for NaN.
#[inline(always)]
pub fn exp_far<V: Vector>(x: V) -> (V, V) {
    let n = (x * V::c(core::f64::consts::LOG2_E)).nearest();
    let [high, middle, low] = LN2.map(V::c);
    let r = x - n * high - n * middle - n * low;
    // Beyond the range of the parts r is noise, beside an x of which the last digit is worth more than that.
    let half = V::c(0.35);
    let m = V::c(1.0) + exp_minus_1(r.pmax(-half).pmin(half));
    let none = x.eq(V::c(f64::NEG_INFINITY));
    (m.drop(none), V::select(none, V::c(NOTHING), n))
}
