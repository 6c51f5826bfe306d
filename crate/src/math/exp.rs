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

/// (eˣ − 1 − x)/x² for |x| ≤ 1, for floats.
const NEAR32: [f64; 8] = [
    0.5,
    0.1666666716337204,
    0.04166673496365547,
    0.00833331048488617,
    0.001388545148074627,
    0.00019844026246573776,
    2.5354827812407166e-05,
    2.7722733193513704e-06,
];
/// The same for doubles.
const NEAR64: [f64; 15] = [
    0.5,
    0.16666666666666666,
    0.041666666666666664,
    0.00833333333333324,
    0.001388888888888958,
    0.00019841269841371764,
    2.4801587301197087e-05,
    2.755731917507537e-06,
    2.755731932491968e-07,
    2.5052120413428976e-08,
    2.0876744827169705e-09,
    1.6057462236397047e-10,
    1.1471240757943728e-11,
    7.752867068394488e-13,
    4.7988562352374504e-14,
];

/// ln 2 in two parts, the first with so few bits that its product with any exponent is exact.
pub(super) const LN2_32: [f64; 2] = [0.693_145_751_953_125, 1.428_606_765_330_187e-6];
pub(super) const LN2_64: [f64; 2] = [0.693_147_180_559_663, 2.823_529_056_303_157_7e-13];

/// n = ⌊x/ln 2⌉ and q = eʳ − 1 with r = x − n·ln 2.
#[inline(always)]
fn reduce<V: Vector>(x: V) -> (V, V) {
    let [high, low] = if V::DOUBLE { LN2_64 } else { LN2_32 };
    let n = (x * V::c(core::f64::consts::LOG2_E)).nearest();
    let r = x - n * V::c(high) - n * V::c(low);
    let tail = if V::DOUBLE { horner(r, &TAIL64) } else { horner(r, &TAIL32) };
    (n, r + r * r * tail)
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
    let (n, q) = reduce(x.pmax(least()).pmin(most_x));
    let y = (V::c(1.0) + q) * n.pmin(most_n).pow2();
    y + y.keep(most_n.lt(n))
}

/// eˣ for x ≤ 0.
#[inline(always)]
pub fn exp_nonpositive<V: Vector>(x: V) -> V {
    let (n, q) = reduce(x.pmax(least()));
    (V::c(1.0) + q) * n.pow2()
}

/// eˣ − 1 for x ≤ 0.
#[inline(always)]
pub(super) fn expm1_nonpositive<V: Vector>(x: V) -> V {
    let (n, q) = reduce(x.pmax(least()));
    let power = n.pow2();
    q * power + (power - V::c(1.0))
}

/// eˣ − 1.
#[inline(always)]
pub fn expm1<V: Vector>(x: V) -> V {
    let (most_x, most_n) = most::<V>();
    let (n, q) = reduce(x.pmax(least()).pmin(most_x));
    let power = n.pmin(most_n).pow2();
    let y = q * power + (power - V::c(1.0));
    y + y.keep(most_n.lt(n))
}

/// eˣ − 1 − x.
#[inline(always)]
pub fn exp_minus_1_minus<V: Vector>(x: V) -> V {
    let near = x * x * if V::DOUBLE { horner(x, &NEAR64) } else { horner(x, &NEAR32) };
    V::select(x.abs().lt(V::c(1.0)), near, expm1(x) - x)
}
