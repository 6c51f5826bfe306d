//! The exponential and its kin, by Cody and Waite's reduction:
//!
//! 1. n = ⌊x/ln 2⌉ and r = x − n·ln 2, so that |r| ≤ ½ ln 2 and eˣ = 2ⁿ·eʳ. ln 2 is subtracted in two parts, of which
//!    n times the first is exact.
//! 2. eʳ = 1 + (r + r²·P(r)). What P gets wrong is scaled down by r², and 1 is added last, so that little more than the
//!    last addition is rounded visibly.
//! 3. 2ⁿ is put together from its exponent bits.
//!
//! P is the minimax polynomial that `scripts/coefficients.py` derives; each table says how near it comes.

use super::poly::horner;
use crate::simd::{Mask, Vector};

/// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, to 2⁻²⁸·⁰ of eʳ, for floats.
const TAIL32: [f64; 5] =
    [0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368735201656818, 0.0013814539415761828];
/// The same for doubles, to 2⁻⁵⁶·⁵.
const TAIL64: [f64; 10] = [
    0.5000000000000011,
    0.16666666666666413,
    0.04166666666652988,
    0.008333333333494756,
    0.001388888894371547,
    0.00019841269506136653,
    2.4801493000694327e-05,
    2.75575865866052e-06,
    2.763028647169378e-07,
    2.5000053469832224e-08,
];

/// The same as TAIL32 with a power less, to 2⁻²³·² of eʳ: for softmax.
const SHORT32: [f64; 4] = [0.499992311000824, 0.16667115688323975, 0.04189026728272438, 0.00831249076873064];

/// ln 2 in two parts, the first with so few bits that its product with any exponent is exact.
pub(super) const LN2_32: [f64; 2] = [0.693_145_751_953_125, 1.428_606_765_330_187e-6];
/// The same for doubles.
pub(super) const LN2_64: [f64; 2] = [0.693_147_180_559_663, 2.823_529_056_303_157_7e-13];

/// (n, r) with x = n·ln 2 + r and n integer: the nearest to x/ln 2, or 0 where `zero` is set.
#[inline(always)]
pub(super) fn reduce<V: Vector>(x: V, zero: V::Mask) -> (V, V) {
    let n = (x * V::c(core::f64::consts::LOG2_E)).nearest().drop(zero);
    (n, less_powers(x, n))
}

/// x − n·ln 2
#[inline(always)]
fn less_powers<V: Vector>(x: V, n: V) -> V {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    x - n * V::c(high) - n * V::c(low)
}

/// n and q = eʳ − 1 for the nearest n.
#[inline(always)]
fn nearest_power<V: Vector>(x: V) -> (V, V) {
    let (n, r) = reduce(x, V::Mask::none());
    (n, exp_minus_1(r))
}

/// eʳ − 1
#[inline(always)]
pub(super) fn exp_minus_1<V: Vector>(r: V) -> V {
    r + r * r * if V::DOUBLE { horner(r, &TAIL64) } else { horner(r, &TAIL32) }
}

/// The least argument that matters: n is −127 there (−1023 for doubles), where `pow2` still works and gives 0.
#[inline(always)]
fn least<V: Vector>() -> V {
    V::c(if V::DOUBLE { -709.2 } else { -88.0 })
}

/// A little above the largest argument whose exponential is finite, and the largest n that `pow2` takes.
#[inline(always)]
pub(super) fn most<V: Vector>() -> (V, V) {
    if V::DOUBLE { (V::c(710.0), V::c(1023.0)) } else { (V::c(89.0), V::c(127.0)) }
}

/// eˣ for every x, with at most 0.98 ULP in float32.
///
/// +∞ from where the exact value rounds to it, 0 below 2⁻¹²⁶·⁵ (2⁻¹⁰²²·⁵ for doubles); e⁰ = 1, e^−∞ = 0; NaN stays.
/// Since 2¹²⁸ isn't representable though e^88.7 < 2¹²⁸ is, n = 128 is computed as 127 and the result doubled.
#[inline(always)]
pub fn exp<V: Vector>(x: V) -> V {
    exp_of_wide_parts(exp_wide_parts(x))
}

/// The first half of [`exp`]: r, and n.
#[inline(always)]
pub fn exp_wide_parts<V: Vector>(x: V) -> [V; 2] {
    let (n, r) = reduce(x.pmax(least()).pmin(most::<V>().0), V::Mask::none());
    [r, n]
}

/// The second half of [`exp`].
#[inline(always)]
pub fn exp_of_wide_parts<V: Vector>([r, n]: [V; 2]) -> V {
    let most_n = most::<V>().1;
    let y = (V::c(1.0) + exp_minus_1(r)) * n.pmin(most_n).pow2();
    y + y.keep(most_n.lt(n))
}

/// eˣ for x ≤ 0, the same bits as [`exp`] for fewer operations: at most 0.98 ULP in float32, never above 1.
#[inline(always)]
pub fn exp_nonpositive<V: Vector>(x: V) -> V {
    let (r, power) = exp_reduced(x);
    exp_of_parts([r, power])
}

/// The second half of [`exp_nonpositive`]: eʳ·2ⁿ.
#[inline(always)]
pub fn exp_of_parts<V: Vector>([r, power]: [V; 2]) -> V {
    (V::c(1.0) + exp_minus_1(r)) * power
}

/// eˣ for x ≤ 0 as softmax takes it, with fewer operations still: at most 2.26 ULP in float32, never above 1, e⁰ = 1.
#[inline(always)]
pub fn exp_short<V: Vector>(x: V) -> V {
    let (r, power) = exp_reduced(x);
    exp_of_reduced(r, power)
}

/// The first half of an exponential of x ≤ 0: r, and 2ⁿ. In loops of their own the halves are chains short enough for a
/// processor to work on several registers at once.
#[inline(always)]
pub fn exp_reduced<V: Vector>(x: V) -> (V, V) {
    let x = x.pmax(least());
    let (n, power) = (x * V::c(core::f64::consts::LOG2_E)).nearest_pow2();
    (less_powers(x, n), power)
}

/// The same of u·eˣ with u = 2ᵇ ≥ 1, and the lanes above the least argument: elsewhere it is 0.
#[inline(always)]
pub fn exp_reduced_times<V: Vector>(x: V, unit: f64) -> (V, V, V::Mask) {
    let b = f64::from((unit.to_bits() >> 52) as u32) - 1023.0;
    let least = least::<V>() - V::c(b * core::f64::consts::LN_2);
    let counts = least.lt(x);
    let x = x.pmax(least);
    let (n, power) = (x * V::c(core::f64::consts::LOG2_E) + V::c(b)).nearest_pow2();
    (less_powers(x, n - V::c(b)), power, counts)
}

/// The second half of [`exp_short`]: eʳ·2ⁿ.
#[inline(always)]
pub fn exp_of_reduced<V: Vector>(r: V, power: V) -> V {
    let square = r * r;
    let tail = if V::DOUBLE {
        horner(r, &TAIL64)
    } else {
        // By pairs: the chain is half as long as Horner's.
        let [a, b, c, d] = SHORT32.map(V::c);
        (a + b * r) + square * (c + d * r)
    };
    (V::c(1.0) + (r + square * tail)) * power
}

/// The first half of e^−|x|, which has the bits of `exp_nonpositive(-x.abs())`; [`exp_of_parts`] is the second.
#[inline(always)]
pub fn minus_abs_parts<V: Vector>(x: V) -> [V; 2] {
    // Setting the sign bit is one operation, where engines negate in two or three.
    exp_reduced(x.abs().with_sign_of(V::c(-1.0))).into()
}

/// (m, n) with eˣ = m·2ⁿ and m in [1, 2), to 0.98 ULP of it. It reaches to e^±349 (e^±2833 for doubles) and stays there
/// beyond; m is NaN for NaN.
#[inline(always)]
pub fn exp_split<V: Vector>(x: V) -> (V, V) {
    let most_x = V::c(if V::DOUBLE { 2833.0 } else { 349.0 });
    let (n, q) = nearest_power(x.pmax(-most_x).pmin(most_x));
    let m = V::c(1.0) + q;
    let low = m.lt(V::c(1.0));
    (m + m.keep(low), n - V::c(1.0).keep(low))
}

/// (m, n) as of [`exp_split`] for e^(c x), where the product is exact enough for its exponential: what rounding it lost multiplies m.
#[inline(always)]
pub fn exp_split_of_product<V: Vector>(x: V, c: f64) -> (V, V) {
    // x and c in two parts each, so that the product of the first ones is exact: 12 bits of 24, or 26 of 53.
    let (low_bits, far) = if V::DOUBLE {
        (f64::from_bits((1 << 27) - 1), 1e22)
    } else {
        (f64::from(f32::from_bits((1 << 12) - 1)), 1e13)
    };
    let clear = if V::DOUBLE { 27 } else { 41 };
    let c_high = f64::from_bits(c.to_bits() >> clear << clear);
    // Far beyond all that matters, where the parts stay finite.
    let x = x.pmax(V::c(-far)).pmin(V::c(far));
    let high = x.and_not(V::c(low_bits));
    let product = x * V::c(c);
    let lost = ((high * V::c(c_high) - product) + (x - high) * V::c(c_high)) + x * V::c(c - c_high);
    let (m, n) = exp_split(product);
    (m + m * lost.pmax(V::c(-1e-3)).pmin(V::c(1e-3)), n)
}

/// The largest |n| for which 2ⁿ and 2⁻ⁿ are both normal.
#[inline(always)]
pub fn most_power<V: Vector>() -> V {
    V::c(if V::DOUBLE { 1022.0 } else { 126.0 })
}

/// 2ⁿ as a product of four powers of two, all of them ≥ 1 or all ≤ 1 and the largest changes first: for products that are
/// representable where 2ⁿ isn't.
#[inline(always)]
pub fn powers<V: Vector>(mut n: V) -> [V; 4] {
    let most = most_power::<V>();
    core::array::from_fn(|_| {
        let part = n.pmax(-most).pmin(most);
        n = n - part;
        part.pow2()
    })
}

/// 4·eˣ for x ≤ 0, which is normal where eˣ no longer is.
#[inline(always)]
pub(super) fn four_exp_nonpositive<V: Vector>(x: V) -> V {
    let two_ln2 = 2.0 * core::f64::consts::LN_2;
    let (n, q) = nearest_power(x.pmax(least::<V>() - V::c(two_ln2)));
    (V::c(1.0) + q) * (n + V::c(2.0)).pow2()
}

/// eˣ and 1 − eˣ for x ≤ 0, from the halves of x, each accurate relative to itself.
#[inline(always)]
pub(super) fn exp_and_complement<V: Vector>([r, power]: [V; 2]) -> (V, V) {
    let q = exp_minus_1(r);
    ((V::c(1.0) + q) * power, (V::c(1.0) - power) - q * power)
}
