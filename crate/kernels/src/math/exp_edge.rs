//! An exponential and its distance to where it has a given value, at once, for floats.

use super::exp::{LN2_32, exp_minus_1};
use crate::simd::Vector;
use core::f64::consts::{LN_2, LOG2_E};

/// A point c, and what e^−x is made of near it. e^−x = e^−c·e^(c − x), and 1 − e^(c − x) is the distance.
pub struct Edge {
    /// c in two parts, the first with so few bits that it and any power's share of an exponent add up exactly.
    parts: [f64; 2],
    /// e^−c as m·2ᵏ, √½ ≤ m < √2: m as two floats, k and 2⁻ᵏ.
    factor: [f64; 2],
    power: [f64; 2],
}

impl Edge {
    /// The edge at c = ln(odds), for odds and 1/odds that are normal floats.
    pub const fn new(c: f64, odds: f64) -> Self {
        // The bits of the first part are those of LN2_32's.
        let high = (c * 32_768.0) as i64 as f64 / 32_768.0;
        let (mut m, mut k, mut power) = (1.0 / odds, 0.0, 1.0);
        while m > core::f64::consts::SQRT_2 {
            (m, k, power) = (m * 0.5, k + 1.0, power * 0.5);
        }
        while m < core::f64::consts::FRAC_1_SQRT_2 {
            (m, k, power) = (m * 2.0, k - 1.0, power * 2.0);
        }
        let first = m as f32 as f64;
        Edge { parts: [high, c - high], factor: [first, m - first], power: [k, power] }
    }
}

/// Multiplies e^−x where `share` is 1, so that products with it are normal where e^−x is subnormal.
pub const SCALE: f64 = 256.0;

/// Its power of 2.
const SCALE_POWER: f64 = 8.0;

/// 126·ln 2, rounded down to a float: up to it, e^−x is normal.
pub const NORMAL: f64 = 87.336_540_222_167_97;

/// The first half: r and n with c − x = n·ln 2 + r, for lanes whose `share` is 1; where it is 0, c is 0. Products with it are exact, and fewer
/// instructions than a mask is.
#[inline(always)]
pub fn from_edge_parts<V: Vector>(x: V, edge: &Edge, share: V) -> [V; 2] {
    // Where e^−x and its inverse are normal; with the scale up to 135·ln 2, where `pow2` of 8 − 135 gives 0.
    let beyond = V::c(135.0 * LN_2 - NORMAL) * share;
    let x = x.pmax(beyond - V::c(NORMAL)).pmin(beyond + V::c(NORMAL));
    let [high, low] = edge.parts.map(|part| V::c(part) * share);
    let n = (((high - x) + low) * V::c(LOG2_E)).nearest();
    [((high - n * V::c(LN2_32[0])) - x) + (low - n * V::c(LN2_32[1])), n]
}

/// The second half: e^−x, times [`SCALE`] where `share` is 1, and 1 − e^(c − x) or 0 there, 1 elsewhere: each accurate relative to itself.
#[inline(always)]
pub fn exp_from_edge<V: Vector>([r, n]: [V; 2], edge: &Edge, share: V) -> (V, V) {
    let (one, q) = (V::c(1.0), exp_minus_1(r));
    let (first, second) = (one + V::c(edge.factor[0] - 1.0) * share, V::c(edge.factor[1]) * share);
    let power = (n + V::c(edge.power[0] + SCALE_POWER) * share).pow2();
    let a = (first + (first * q + second)) * power;
    // 2ⁿ, or nothing.
    let power = power * (V::c(edge.power[1] / SCALE) * share);
    (a, ((one - power) - q * power).pmax(V::zero()))
}
