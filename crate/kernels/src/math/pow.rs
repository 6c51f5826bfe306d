//! Powers.

use super::exp::exp as exp_inline;
use super::ln::ln_unit;
use crate::simd::Vector;

/// The exponential of a power that has no shorter way; of doubles, a call, which keeps modules small.
#[inline(always)]
fn exp<V: Vector>(x: V) -> V {
    #[inline(never)]
    fn shared<V: Vector>(x: V) -> V {
        exp_inline(x)
    }
    if V::DOUBLE { shared(x) } else { exp_inline(x) }
}

/// Exponents beyond it are so large that a power which vanishes decides, whatever it is multiplied by: γ² may overflow.
pub const HUGE_GAMMA: f64 = 1e9;

/// q^gamma for 0 ≤ q ≤ 1, whose logarithm is known already.
///
/// gamma = 0, 1, 2, 3, 4 and ½ (a square root) take no exponential. Otherwise exp(gamma·ln q), whose error is 1 ULP and
/// gamma·|ln q| times that of the product: the condition of the power. 0⁰ = 1; a NaN stays.
#[inline(always)]
pub fn pow_unit<V: Vector>(q: V, ln_q: V, gamma: f64) -> V {
    // The usual gamma first.
    if gamma == 2.0 {
        q * q
    } else if gamma == 0.0 {
        V::c(1.0).poison(q.is_nan())
    } else if gamma == 0.5 {
        q.sqrt()
    } else if gamma == 1.0 {
        q
    } else if gamma == 3.0 {
        q * q * q
    } else if gamma == 4.0 {
        (q * q) * (q * q)
    } else {
        exp(V::c(gamma) * ln_q)
    }
}

/// q^gamma for 0 ≤ q ≤ 1.
#[inline(never)]
pub fn power_unit<V: Vector>(q: V, gamma: f64) -> V {
    pow_unit(q, if needs_ln(gamma) { ln_unit(q) } else { q }, gamma)
}

/// Whether q^gamma takes an exponential, and so ln q.
#[inline(always)]
pub fn needs_ln(gamma: f64) -> bool {
    ![2.0, 0.0, 0.5, 1.0, 3.0, 4.0].contains(&gamma)
}

/// q^gamma as a product, so that what is larger than the power can be computed where the power itself is below the normal
/// range: the exponential's share is e^(½·gamma·ln q) twice, which costs half an ULP more.
#[inline(always)]
pub fn pow_unit_parts<V: Vector>(q: V, ln_q: V, gamma: f64) -> [V; 2] {
    if !needs_ln(gamma) {
        return [pow_unit(q, ln_q, gamma), V::c(1.0)];
    }
    let root = exp(V::c(0.5 * gamma) * ln_q);
    [root, root]
}
