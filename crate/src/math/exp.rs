//! The exponential family.

use super::poly::horner;
use crate::simd::Vector;

/// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, for floats.
const TAIL32: [f64; 5] =
    [0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368735201656818, 0.0013814539415761828];
/// The same for doubles.
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

/// (eˣ − 1 − x)/x² for |x| ≤ ½, for floats.
const NEAR32: [f64; 7] = [
    0.5,
    0.1666666716337204,
    0.0416666641831398,
    0.008333182893693447,
    0.0013889040565118194,
    0.00019961957877967507,
    2.4841661797836423e-05,
];
/// The same for doubles.
const NEAR64: [f64; 12] = [
    0.5,
    0.16666666666666666,
    0.04166666666666706,
    0.008333333333333038,
    0.0013888888888705815,
    0.00019841269841866264,
    2.4801587614726705e-05,
    2.7557318775217855e-06,
    2.75570772854731e-07,
    2.505221031526498e-08,
    2.0962851959979055e-09,
    1.607812525203382e-10,
];

/// ln 2 in two parts, the first with so few bits that its product with any exponent is exact.
pub(super) const LN2_32: [f64; 2] = [0.693_145_751_953_125, 1.428_606_765_330_187e-6];
pub(super) const LN2_64: [f64; 2] = [0.693_147_180_559_663, 2.823_529_056_303_157_7e-13];

/// n = ⌊x/ln 2⌉ and q = eʳ − 1 with r = x − n·ln 2. With `CAREFUL`, what rounding r loses is put back.
#[inline(always)]
fn reduce<V: Vector, const CAREFUL: bool>(x: V) -> (V, V) {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    let n = (x * V::c(core::f64::consts::LOG2_E)).nearest();
    let (a, b) = (x - n * V::c(high), n * V::c(low));
    let r = a - b;
    let tail = r * r * if V::DOUBLE { horner(r, &TAIL64) } else { horner(r, &TAIL32) };
    (n, r + if CAREFUL { tail + ((a - r) - b) } else { tail })
}

/// The least argument that matters: there 2ⁿ is 0 already.
#[inline(always)]
fn least<V: Vector>() -> V {
    V::c(if V::DOUBLE { -709.2 } else { -88.0 })
}

/// A little above the largest argument whose exponential is finite, and the largest n that `pow2` takes.
#[inline(always)]
fn most<V: Vector>() -> (V, V) {
    if V::DOUBLE { (V::c(710.0), V::c(1023.0)) } else { (V::c(89.0), V::c(127.0)) }
}

/// eˣ.
#[inline(always)]
pub fn exp<V: Vector>(x: V) -> V {
    let (most_x, most_n) = most::<V>();
    let (n, q) = reduce::<V, false>(x.pmax(least()).pmin(most_x));
    let y = (V::c(1.0) + q) * n.pmin(most_n).pow2();
    y + y.keep(most_n.lt(n))
}

/// eˣ for x ≤ 0.
#[inline(always)]
pub fn exp_nonpositive<V: Vector>(x: V) -> V {
    let (n, q) = reduce::<V, false>(x.pmax(least()));
    (V::c(1.0) + q) * n.pow2()
}

/// 4·eˣ for x ≤ 0, which is normal where eˣ no longer is.
#[inline(always)]
pub(super) fn four_exp_nonpositive<V: Vector>(x: V) -> V {
    let two_ln2 = 2.0 * core::f64::consts::LN_2;
    let (n, q) = reduce::<V, false>(x.pmax(least::<V>() - V::c(two_ln2)));
    (V::c(1.0) + q) * (n + V::c(2.0)).pow2()
}

/// 1 − eˣ for x ≤ 0.
#[inline(always)]
pub(super) fn one_minus_exp_nonpositive<V: Vector>(x: V) -> V {
    let (n, q) = reduce::<V, false>(x.pmax(least()));
    let power = n.pow2();
    (V::c(1.0) - power) - q * power
}

/// eˣ − 1.
#[inline(always)]
pub fn expm1<V: Vector>(x: V) -> V {
    let (most_x, most_n) = most::<V>();
    let (n, q) = reduce::<V, true>(x.pmax(least()).pmin(most_x));
    let power = n.pmin(most_n).pow2();
    let y = q * power + (power - V::c(1.0));
    y + y.keep(most_n.lt(n))
}

/// eˣ − 1 − x.
#[inline(always)]
pub fn exp_minus_1_minus<V: Vector>(x: V) -> V {
    let near = x * x * if V::DOUBLE { horner(x, &NEAR64) } else { horner(x, &NEAR32) };
    let (most_x, most_n) = most::<V>();
    let (n, q) = reduce::<V, true>(x.pmax(least()).pmin(most_x));
    let power = n.pmin(most_n).pow2();
    let y = q * power + ((power - V::c(1.0)) - x.pmin(most_x));
    let far = y + y.keep(most_n.lt(n));
    V::select(x.abs().lt(V::c(0.5)), near, far)
}
