//! eˣ − 1 and eˣ − 1 − x, accurate relative to themselves also near 0, where they cancel.
//!
//! The reduction is that of `exp`, except that n = 0 wherever |x| < ½, so that nothing is left to cancel there. Called
//! with the same x, both share nearly all their work.

use super::exp::{most, reduce};
use super::poly::horner;
use crate::simd::Vector;

/// (eʳ − 1 − r)/r² for |r| ≤ ½, to 2⁻²⁹·⁷ of itself, for floats.
const NEAR32: [f64; 7] = [
    0.5,
    0.1666666716337204,
    0.0416666641831398,
    0.008333182893693447,
    0.0013889040565118194,
    0.00019961957877967507,
    2.4841661797836423e-05,
];
/// The same for doubles, to 2⁻⁵⁵·³.
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

/// [½·2ⁿ, r] with x = n·ln 2 + r; n = 0 and r = x where |x| < ½. Half the power, because 2¹²⁸ isn't representable. Below −40, eˣ
/// doesn't count beside 1.
#[inline(always)]
pub fn careful_parts<V: Vector>(x: V) -> [V; 2] {
    let x = x.pmax(V::c(-40.0)).pmin(most::<V>().0);
    let (n, r) = reduce(x, x.abs().lt(V::c(0.5)));
    [(n - V::c(1.0)).pow2(), r]
}

/// eʳ − 1 − r, accurate relative to itself.
#[inline(always)]
fn excess<V: Vector>(r: V) -> V {
    r * r * if V::DOUBLE { horner(r, &NEAR64) } else { horner(r, &NEAR32) }
}

/// eˣ − 1 = 2ⁿ·(r + t) + (2ⁿ − 1) for every x, with t = eʳ − 1 − r: accurate relative to itself, also near 0, at most 1.41 ULP in
/// float32.
///
/// −1 at −∞, +∞ from where the exact value rounds to it; NaN stays.
#[inline(always)]
pub fn expm1<V: Vector>(x: V) -> V {
    expm1_of_parts(careful_parts(x))
}

/// [`expm1`] of what `careful_parts` made of its argument.
#[inline(always)]
pub fn expm1_of_parts<V: Vector>([half, r]: [V; 2]) -> V {
    let y = (r + excess(r)) * half + (half - V::c(0.5));
    y + y
}

/// eˣ − 1 for |x| < ½, without the reduction.
#[inline(always)]
pub fn expm1_small<V: Vector>(x: V) -> V {
    x + excess(x)
}

/// eˣ − 1 − x for every x, accurate relative to itself, also near 0 where it is ½x²: at most 2.05 ULP in float32.
///
/// 2ⁿ·t + (2ⁿ·r + (2ⁿ − 1 − x)): near 0, where n = 0, the parenthesis is exactly 0, and elsewhere it cancels little.
/// +∞ at both ends; NaN stays.
#[inline(always)]
pub fn exp_minus_1_minus<V: Vector>(x: V) -> V {
    exp_minus_1_minus_of_parts(x, careful_parts(x))
}

/// [`exp_minus_1_minus`] of x and what `careful_parts` made of it.
#[inline(always)]
pub fn exp_minus_1_minus_of_parts<V: Vector>(x: V, [half, r]: [V; 2]) -> V {
    let rest = (half - V::c(0.5)) - x.pmin(most::<V>().0) * V::c(0.5);
    let y = excess(r) * half + (r * half + rest);
    y + y
}
