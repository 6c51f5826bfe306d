//! Hyperbolic functions, from E = e^(−2|x|) ≤ 1, which never overflows.
//!
//! The polynomials are minimax polynomials that `scripts/coefficients.py` derives; each table says how near it comes.

use super::exp::{exp_and_complement, exp_reduced, four_exp_nonpositive};
use super::poly::horner;
use crate::simd::{Mask, Vector};

/// ln cosh(x)/x² in u = x² for |x| ≤ ¾, to 2⁻²⁷·⁶ of itself, for floats.
const NEAR32: [f64; 6] = [
    0.5,
    -0.08333313465118408,
    0.022217072546482086,
    -0.006702243350446224,
    0.0020205576438456774,
    -0.0004338999278843403,
];
/// The same for doubles, to 2⁻⁵⁸·⁷.
const NEAR64: [f64; 13] = [
    0.5,
    -0.08333333333333291,
    0.022222222222170827,
    -0.006746031743839555,
    0.0021869488066159734,
    -0.0007386023685320824,
    0.00025657580177760664,
    -9.096385042713184e-05,
    3.268324077760306e-05,
    -1.170761225760075e-05,
    3.9586419226568824e-06,
    -1.091227073824163e-06,
    1.7228914401952417e-07,
];

/// (2·artanh(s) − 2s)/s³ in z = s² for s = E/(2 + E), |x| ≥ ¾; error in artanh 2⁻²⁷·⁴ of s, for floats.
const FAR32: [f64; 2] = [0.6666539311408997, 0.4040580987930298];
/// The same for doubles, error 2⁻⁶³·¹.
const FAR64: [f64; 6] = [
    0.6666666666666654,
    0.4000000000024043,
    0.2857142841849977,
    0.22222266916527705,
    0.18175222514699382,
    0.1586190714391767,
];

/// Where `log_cosh` has a polynomial of its own.
#[inline(always)]
fn is_near<V: Vector>(x: V) -> V::Mask {
    x.abs().lt(V::c(0.75))
}

/// Where [`decay`] is 1 − E.
#[inline(always)]
fn is_small<V: Vector>(x: V) -> V::Mask {
    x.abs().lt(V::c(0.5))
}

/// What tanh, its derivative and ln cosh begin with: E, but 1 − E for |x| < ½, which is accurate near 0 as well because it comes from
/// eʳ − 1.
#[inline(always)]
pub fn decay<V: Vector>(x: V) -> V {
    decay_of_parts(x, decay_parts(x))
}

/// The first half of [`decay`].
#[inline(always)]
pub fn decay_parts<V: Vector>(x: V) -> [V; 2] {
    exp_reduced(x.abs() * V::c(-2.0)).into()
}

/// The second half of [`decay`].
#[inline(always)]
pub fn decay_of_parts<V: Vector>(x: V, parts: [V; 2]) -> V {
    let (e, complement) = exp_and_complement(parts);
    V::select(is_small(x), complement, e)
}

/// tanh x = ±(1 − E)/(1 + E): at most 2.50 ULP in float32. ±1 at ±∞, ±0 at ±0; NaN stays.
#[inline(always)]
pub fn tanh<V: Vector>(x: V) -> V {
    tanh_of(x, decay(x))
}

/// tanh x, whose `decay` is known.
#[inline(always)]
pub fn tanh_of<V: Vector>(x: V, decay: V) -> V {
    let m = V::select(is_small(x), decay, V::c(1.0) - decay);
    (m / (V::c(2.0) - m)).with_sign_of(x)
}

/// ln cosh x: at most 2.03 ULP in float32. +∞ at ±∞; NaN stays.
#[inline(always)]
pub fn log_cosh<V: Vector>(x: V) -> V {
    log_cosh_of(x, decay(x))
}

/// ln cosh x, whose `decay` is known.
///
/// For |x| < ¾ x² times a polynomial in x². Elsewhere |x| − ln 2 + ln(1 + E), ln 2 in two parts and the logarithm as in
/// `log1p_unit`; |x| never overflows.
#[inline(always)]
pub fn log_cosh_of<V: Vector>(x: V, e: V) -> V {
    use core::f64::consts::LN_2;
    let [high, low] = if V::DOUBLE {
        [LN_2, 2.319_046_813_846_299_6e-17]
    } else {
        [0.693_147_182_464_599_6, -1.904_654_212_125_933_6e-9]
    };
    let s = e / (V::c(2.0) + e);
    let z = s * s;
    let r = z * if V::DOUBLE { horner(z, &FAR64) } else { horner(z, &FAR32) };
    let far = (x.abs() - V::c(high)) + ((e - V::c(low)) - s * (e - r));
    let u = x * x;
    let near = u * if V::DOUBLE { horner(u, &NEAR64) } else { horner(u, &NEAR32) };
    V::select(is_near(x), near, far)
}

/// sech² x = 4E/(1 + E)², the derivative of tanh: at most 2.49 ULP in float32, also in the tails (0 where it falls
/// below the normal range). 1 at 0, 0 at ±∞; NaN stays.
#[inline(always)]
pub fn sech2<V: Vector>(x: V) -> V {
    sech2_of(x, decay(x))
}

/// sech² x, whose `decay` is known.
#[inline(always)]
pub fn sech2_of<V: Vector>(x: V, decay: V) -> V {
    let mut e = V::select(is_small(x), V::c(1.0) - decay, decay);
    let mut four_e = V::c(4.0) * e;
    // Where E is below the normal range and 4E isn't.
    let deep = V::c(if V::DOUBLE { 350.0 } else { 43.0 }).lt(x.abs());
    if deep.any() {
        four_e = V::select(deep, four_exp_nonpositive(x.abs() * V::c(-2.0)), four_e);
        e = V::c(0.25) * four_e;
    }
    // 1 + E(2 + E): squaring 1 + E would double what rounding it costs.
    four_e / (V::c(1.0) + e * (V::c(2.0) + e))
}
