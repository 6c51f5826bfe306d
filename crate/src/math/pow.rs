//! Powers.

use super::exp;
use crate::simd::Vector;

/// q^gamma for q in [0, 1], with ln q already known.
#[inline(always)]
pub fn pow_unit<V: Vector>(q: V, ln_q: V, gamma: f64) -> V {
    if gamma == 0.0 {
        V::c(1.0) + (q - q)
    } else if gamma == 0.5 {
        q.sqrt()
    } else if gamma == 1.0 {
        q
    } else if gamma == 2.0 {
        q * q
    } else if gamma == 3.0 {
        q * q * q
    } else {
        exp(V::c(gamma) * ln_q)
    }
}
