//! The logarithm and its kin, by the inverse hyperbolic tangent:
//!
//! 1. x = m·2ᵉ with √½ ≤ m < √2, read off the bits, and f = m − 1, which is exact.
//! 2. s = f/(2 + f), so that ln(1 + f) = 2 artanh s = 2s + s·R(s²). As 2s = f − s·f, this is f − s·(f − R): nothing but
//!    the last, small product carries the rounding of s.
//! 3. e·ln 2 is added in two parts, of which e times the first is exact.
//!
//! R is the minimax polynomial that `scripts/coefficients.py` derives; each table says how near it comes.

use super::exp::{LN2_32, LN2_64};
use super::poly::horner;
use crate::simd::Vector;

/// (2·artanh(s) − 2s)/s³ in z = s², for |s| ≤ (√2 − 1)/(√2 + 1); error in artanh 2⁻³⁰·² of s, for floats.
const ATANH32: [f64; 3] = [0.6666677594184875, 0.3997756838798523, 0.29871460795402527];
/// The same for doubles, error 2⁻⁵⁹·⁵.
const ATANH64: [f64; 7] = [
    0.6666666666666735,
    0.39999999999409336,
    0.28571428743692706,
    0.2222219842815436,
    0.18183572405127654,
    0.15313830729261332,
    0.1479827439756306,
];
/// The same for 0 ≤ s ≤ ⅓, error 2⁻²⁷·⁷, for floats.
const UNIT32: [f64; 4] = [0.6666641235351562, 0.4002175033092499, 0.2799821197986603, 0.2802942991256714];
/// The same for doubles, error 2⁻⁵⁹·⁴.
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

/// ln(1 + f) + e·ln 2 − excess, for √½ ≤ 1 + f ≤ √2; `excess` is what rounding added to f.
#[inline(always)]
fn ln_reduced<V: Vector>(f: V, e: V, excess: V) -> V {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    e * V::c(high) + (f - (less_ln_of(f) - (e * V::c(low) - excess)))
}

/// f − ln(1 + f) = s·(f − R(s²)) with s = f/(2 + f).
#[inline(always)]
fn less_ln_of<V: Vector>(f: V) -> V {
    let s = f / (V::c(2.0) + f);
    s * (f - atanh_rest(s))
}

/// R(s²) = 2·artanh(s)/s − 2.
#[inline(always)]
fn atanh_rest<V: Vector>(s: V) -> V {
    let z = s * s;
    z * if V::DOUBLE { horner(z, &ATANH64) } else { horner(z, &ATANH32) }
}

/// 2⁵² or 2²³, which makes every subnormal number normal, and its exponent.
#[inline(always)]
fn raise<V: Vector>() -> (f64, f64) {
    if V::DOUBLE { (4_503_599_627_370_496.0, 52.0) } else { (8_388_608.0, 23.0) }
}

/// ln x, accurate relative to itself, also near 1: at most 0.96 ULP in float32.
///
/// Subnormal numbers count in full. −∞ at ±0, +∞ at +∞; NaN below 0 and for NaN.
#[inline(always)]
pub fn ln<V: Vector>(x: V) -> V {
    special(ln_of_parts(positive_parts(x)), x)
}

/// The first half of a logarithm for 0 < x < ∞, the same bits as [`ln`]: f and e with x = (1 + f)·2ᵉ.
#[inline(always)]
pub fn positive_parts<V: Vector>(x: V) -> [V; 2] {
    let (up, exponent) = raise::<V>();
    let small = x.lt(V::c(if V::DOUBLE { f64::MIN_POSITIVE } else { f64::from(f32::MIN_POSITIVE) }));
    let (m, e) = (x * (V::c(1.0) + V::c(up - 1.0).keep(small))).split();
    [m - V::c(1.0), e - V::c(exponent).keep(small)]
}

/// ln x for 0 ≤ x ≤ 1, the same bits as [`ln`] for fewer operations.
#[inline(always)]
pub fn ln_unit<V: Vector>(x: V) -> V {
    ln_of_parts(unit_parts(x))
}

/// ln x for 0 < x ≤ 1, the same bits as [`ln`], and finite for all that isn't more: for a logarithm whose factor is 0, or NaN, where x
/// is.
#[inline(always)]
pub fn ln_finite<V: Vector>(x: V) -> V {
    ln_of_parts(finite_parts(x))
}

/// The first half of [`ln_finite`]: f and e with x = (1 + f)·2ᵉ. In loops of their own the halves are chains short enough for a
/// processor to work on several registers at once.
#[inline(always)]
pub fn finite_parts<V: Vector>(x: V) -> [V; 2] {
    let (up, exponent) = raise::<V>();
    let (m, e) = (x * V::c(up)).split();
    [m - V::c(1.0), e - V::c(exponent)]
}

/// The first half of [`ln_unit`]. e is −∞ at 0, and NaN stays.
#[inline(always)]
pub fn unit_parts<V: Vector>(x: V) -> [V; 2] {
    let [f, e] = finite_parts(x);
    [f, V::select(V::zero().lt(x), e, x - V::c(f64::INFINITY))]
}

/// The second half of a logarithm.
#[inline(always)]
pub fn ln_of_parts<V: Vector>([f, e]: [V; 2]) -> V {
    ln_reduced(f, e, V::zero())
}

/// −ln x of a float x = m·2ᵉ, from g = 1 − m, which may be more exact than what m says.
#[inline(always)]
pub fn minus_ln_of_parts<V: Vector>(g: V, e: V) -> V {
    debug_assert!(!V::DOUBLE, "coefficients are those of floats");
    let [high, low] = LN2_32;
    let s = g / (V::c(2.0) - g);
    let z = s * s;
    // By pairs: the chain is shorter than Horner's.
    let [a, b, c] = ATANH32.map(V::c);
    let rest = (a + b * z) * z + c * z * (z * z);
    e * V::c(-high) + (g + (s * (g + rest) + e * V::c(-low)))
}

/// The first half of ln(p/q) for p and q in [0, 1]: s and e with p/q = (1 + s)/(1 − s)·2ᵉ.
///
/// Beside 1, s is (p − q)/(p + q), whose difference is exact, so that nothing cancels. p = 0 gives nothing of use. e is +∞ at q = 0, and a
/// NaN in q stays.
#[inline(always)]
pub fn quotient_parts<V: Vector>(p: V, q: V) -> [V; 2] {
    // p/q·2ᵏ is neither subnormal nor infinite: p is enlarged, and so is a q that is tiny.
    let (up, exponent) = raise::<V>();
    // 2⁻⁹⁰⁰ and 2³⁰⁰, or 2⁻¹⁰⁰ and 2⁴⁸.
    let [tiny, enlarge, enlarged] = if V::DOUBLE {
        [1.1830521861667747e-271, 2.037035976334486e90, 300.0]
    } else {
        [7.888609052210118e-31, 281_474_976_710_656.0, 48.0]
    };
    let is_tiny = q.lt(V::c(tiny));
    let (m, e) = (p * V::c(up) / (q * (V::c(1.0) + V::c(enlarge - 1.0).keep(is_tiny)))).split();
    let e = e - (V::c(exponent) - V::c(enlarged).keep(is_tiny));
    let near = e.eq(V::zero());
    let one = V::c(1.0);
    let s = V::select(near, p - q, m - one) / V::select(near, p + q, m + one);
    [s, V::select(V::zero().lt(q), e, V::c(f64::INFINITY) - q)]
}

/// The second half: 2 artanh s + e·ln 2, accurate relative to itself.
#[inline(always)]
pub fn ln_of_quotient<V: Vector>([s, e]: [V; 2]) -> V {
    // x + −0 is x, even for x = −0.
    two_artanh(s, V::c(-0.0), e)
}

/// 2 artanh(s) + rest + e·ln 2 for |s| ≤ (√2 − 1)/(√2 + 1) and a rest that is small beside s.
#[inline(always)]
pub fn two_artanh<V: Vector>(s: V, rest: V, e: V) -> V {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    e * V::c(high) + ((s + s) + ((s * atanh_rest(s) + rest) + e * V::c(low)))
}

/// The logarithm `y` of x as computed for 0 < x < ∞, corrected elsewhere.
#[inline(always)]
fn special<V: Vector>(y: V, x: V) -> V {
    let infinite = V::c(f64::INFINITY);
    let y = V::select(x.lt(infinite), y, x);
    let y = y - infinite.keep(x.eq(V::zero()));
    y.poison(x.lt(V::zero()))
}

/// ln(1 + x) for 0 < 1 + x < ∞, and 1 + x rounded.
#[inline(always)]
fn ln_sum<V: Vector>(x: V) -> (V, V) {
    let ([f, e, excess], u) = sum_parts(x);
    (ln_reduced(f, e, excess), u)
}

/// f, e and what rounding added to f, with 1 + x = (1 + f)·2ᵉ, and 1 + x rounded. What that rounding loses is put back.
#[inline(always)]
fn sum_parts<V: Vector>(x: V) -> ([V; 3], V) {
    let one = V::c(1.0);
    let u = one + x;
    let (m, e) = u.split();
    // x is (u − 1) + c. The limit keeps 2⁻ᵉ finite; c is 0 long before.
    let c = (x - (u - one)) * (-e).pmax(V::c(-126.0)).pow2();
    let f = (m - one) + c;
    let excess = (f - (m - one)) - c;
    ([f, e, excess], u)
}

/// [`raise`]'s first number times x: what [`ln_ratio`] takes, of a numerator that may be subnormal.
#[inline(always)]
pub fn raised<V: Vector>(x: V) -> V {
    x * V::c(raise::<V>().0)
}

/// ln of a ratio ≥ 0, from its difference from 1 or, where it is at most ½, from a [`raised`] ratio: accurate relative to itself.
///
/// Anything finite for a ratio of 0; a NaN in the difference stays. Ratios are below 2¹²⁶ (2¹⁰²² of doubles).
#[inline(always)]
pub fn ln_ratio<V: Vector>(less_one: V, raised: V) -> V {
    let (one, is_small) = (V::c(1.0), less_one.le(V::c(-0.5)));
    let (m, e) = V::select(is_small, raised, one + less_one).split();
    // What 1 + less_one has been rounded to says only which power it is near: (1 + less_one)·2⁻ᵉ − 1 is exact, or rounded once.
    let power = (-e).pow2();
    let f = V::select(is_small, m - one, less_one * power - (one - power));
    ln_reduced(f, e - V::c(raise::<V>().1).keep(is_small), V::zero())
}

/// The first half of [`log1p_positive`].
#[inline(always)]
pub fn log1p_parts<V: Vector>(x: V) -> [V; 3] {
    sum_parts(x).0
}

/// The second half of [`log1p_positive`].
#[inline(always)]
pub fn log1p_of_parts<V: Vector>(x: V, [f, e, excess]: [V; 3]) -> V {
    V::select(x.lt(V::c(f64::INFINITY)), ln_reduced(f, e, excess), x)
}

/// ln(1 + x) for x ≥ −1, accurate relative to itself, also near 0: at most 1.05 ULP in float32.
///
/// −∞ at −1, +∞ at +∞; NaN below −1 and for NaN.
#[inline(always)]
pub fn log1p<V: Vector>(x: V) -> V {
    let (y, u) = ln_sum(x);
    special(y, u)
}

/// ln(1 + x) for x ≥ 0, the same bits as [`log1p`] for fewer operations.
#[inline(always)]
pub fn log1p_positive<V: Vector>(x: V) -> V {
    log1p_of_parts(x, log1p_parts(x))
}

/// ln(1 + x) for x ≥ 0 in two parts, the second of which is what rounding the first lost: about twice as exact as [`log1p`].
#[inline(always)]
pub fn log1p_two<V: Vector>(x: V) -> (V, V) {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    let [f, e, excess] = log1p_parts(x);
    let less = less_ln_of(f) - (e * V::c(low) - excess);
    // e·ln 2 is 0, or larger than what is left, so that what each addition loses comes out of it exactly.
    let rest = f - less;
    let (up, lost_rest) = (e * V::c(high), (f - rest) - less);
    let sum = up + rest;
    (sum, ((up - sum) + rest) + lost_rest)
}

/// c²(a − ln(1 + a)) for a = size/c ≥ 0, accurate relative to itself: near 0 it is ½size². +∞ at +∞; NaN stays.
#[inline(always)]
pub fn less_log1p<V: Vector>(a: V, size: V, c: V) -> V {
    let (f, k) = from_power(a);
    let over = V::c(1.0) / (V::c(2.0) + f);
    let s = f * over;
    let near = (size * over) * (size - c * unit_rest(s));
    V::select(k.eq(V::zero()), near, V::select(a.lt(V::c(f64::INFINITY)), c * (c * less_ln(a, f, k, s)), a))
}

/// a − ln(1 + a) for 0 ≤ a < ∞, accurate relative to itself.
#[inline(always)]
pub fn less_log1p_unit<V: Vector>(a: V) -> V {
    let (f, k) = from_power(a);
    less_ln(a, f, k, f * (V::c(1.0) / (V::c(2.0) + f)))
}

/// f and k with 1 + a = (1 + f)·2ᵏ and 0 ≤ f ≤ 1, f rounded once: a itself below 1. Of the largest power f is −1, as 2⁻ᵏ is subnormal: beside such
/// an a nothing that comes of it counts.
#[inline(always)]
fn from_power<V: Vector>(a: V) -> (V, V) {
    let one = V::c(1.0);
    // The bits of an infinity are those of all exponents.
    let (_, k) = (one + a).and(V::c(f64::INFINITY)).split();
    let power = (V::zero() - k).pow2();
    (a * power - (one - power), k)
}

/// a − ln(1 + a) = (a − k·ln 2 − f) + s·(f − R(s²)) for s = f/(2 + f) ≤ ⅓. Where k is 0, the first is exactly 0; elsewhere a is more than 1, and
/// so large that nothing cancels.
#[inline(always)]
fn less_ln<V: Vector>(a: V, f: V, k: V, s: V) -> V {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    ((a - k * V::c(high)) - f) + (s * (f - unit_rest(s)) - k * V::c(low))
}

/// R(s²) = 2·artanh(s)/s − 2 for 0 ≤ s ≤ ⅓.
#[inline(always)]
fn unit_rest<V: Vector>(s: V) -> V {
    let z = s * s;
    z * if V::DOUBLE { horner(z, &UNIT64) } else { horner(z, &UNIT32) }
}

/// ln(1 + x) for 0 ≤ x ≤ 1, without the reduction: s = x/(2 + x) is at most ⅓. At most 1.32 ULP in float32; NaN stays.
#[inline(always)]
pub fn log1p_unit<V: Vector>(x: V) -> V {
    let s = x / (V::c(2.0) + x);
    x - s * (x - unit_rest(s))
}
