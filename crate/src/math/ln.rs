//! The logarithm family.

use super::exp::{LN2_32, LN2_64};
use super::poly::horner;
use crate::simd::Vector;

/// (2·artanh(s) − 2s)/s³ in z = s², for |s| ≤ (√2 − 1)/(√2 + 1), for floats.
const ATANH32: [f64; 3] = [0.6666677594184875, 0.3997756838798523, 0.29871460795402527];
/// The same for doubles.
const ATANH64: [f64; 7] = [
    0.6666666666666735,
    0.39999999999409336,
    0.28571428743692706,
    0.2222219842815436,
    0.18183572405127654,
    0.15313830729261332,
    0.1479827439756306,
];
/// The same for 0 ≤ s ≤ ⅓, for floats.
const UNIT32: [f64; 4] = [0.6666641235351562, 0.4002175033092499, 0.2799821197986603, 0.2802942991256714];
/// The same for doubles.
const UNIT64: [f64; 10] = [
    0.6666666666666631,
    0.40000000000156216,
    0.2857142854795707,
    0.22222223964351007,
    0.18181744089341803,
    0.1538655681486118,
    0.13301010408373093,
    0.12105820057931688,
    0.08341175203363425,
    0.1701672323776233,
];

/// ln(1 + f) + e·ln 2 for √½ ≤ 1 + f ≤ √2.
#[inline(always)]
fn ln_reduced<V: Vector>(f: V, e: V) -> V {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    let s = f / (V::c(2.0) + f);
    let z = s * s;
    let r = z * if V::DOUBLE { horner(z, &ATANH64) } else { horner(z, &ATANH32) };
    e * V::c(high) + (f - (s * (f - r) - e * V::c(low)))
}

/// ln x.
#[inline(always)]
pub fn ln<V: Vector>(x: V) -> V {
    // Subnormal numbers are made normal first.
    let (normal, exponent) = if V::DOUBLE { (f64::MIN_POSITIVE, 52.0) } else { (f64::from(f32::MIN_POSITIVE), 23.0) };
    let up = if V::DOUBLE { 4_503_599_627_370_496.0 } else { 8_388_608.0 };
    let small = x.lt(V::c(normal));
    let (m, e) = (x * (V::c(1.0) + V::c(up - 1.0).keep(small))).split();
    let y = ln_reduced(m - V::c(1.0), e - V::c(exponent).keep(small));
    special(y, x)
}

/// ln x for 0 ≤ x ≤ 1, which costs less than [`ln`].
#[inline(always)]
pub fn ln_unit<V: Vector>(x: V) -> V {
    let (up, exponent) = if V::DOUBLE { (4_503_599_627_370_496.0, 52.0) } else { (8_388_608.0, 23.0) };
    let (m, e) = (x * V::c(up)).split();
    let y = ln_reduced(m - V::c(1.0), e - V::c(exponent));
    // −∞ at 0, and NaN stays.
    V::select(V::zero().lt(x), y, x - V::c(f64::INFINITY))
}

/// What the logarithm of `x` is where `y`, computed for finite x > 0, doesn't hold.
#[inline(always)]
fn special<V: Vector>(y: V, x: V) -> V {
    let infinite = V::c(f64::INFINITY);
    let y = V::select(x.lt(infinite), y, x);
    let y = y - infinite.keep(x.eq(V::zero()));
    y.poison(x.lt(V::zero()))
}

/// (f, e) with 1 + x = (1 + f)·2ᵉ, and 1 + x rounded.
#[inline(always)]
fn split_1p<V: Vector>(x: V) -> (V, V, V) {
    let u = V::c(1.0) + x;
    // What the sum lost.
    let c = x - (u - V::c(1.0));
    let (m, e) = u.split();
    ((m - V::c(1.0)) + c * (-e).pmax(V::c(-126.0)).pow2(), e, u)
}

/// ln(1 + x).
#[inline(always)]
pub fn log1p<V: Vector>(x: V) -> V {
    let (f, e, u) = split_1p(x);
    special(ln_reduced(f, e), u)
}

/// ln(1 + x) for x ≥ 0.
#[inline(always)]
pub fn log1p_positive<V: Vector>(x: V) -> V {
    let (f, e, _) = split_1p(x);
    V::select(x.lt(V::c(f64::INFINITY)), ln_reduced(f, e), x)
}

/// ln(1 − x).
#[inline(always)]
pub fn ln_1m<V: Vector>(x: V) -> V {
    log1p(-x)
}

/// ln(1 + x) for 0 ≤ x ≤ 1.
#[inline(always)]
pub fn log1p_unit<V: Vector>(x: V) -> V {
    let s = x / (V::c(2.0) + x);
    let z = s * s;
    let r = z * if V::DOUBLE { horner(z, &UNIT64) } else { horner(z, &UNIT32) };
    x - s * (x - r)
}
