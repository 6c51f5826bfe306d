//! Additions that lose nothing.

use crate::simd::Vector;

/// a + b rounded, and what that took away, exactly, but where the sum overflows (Knuth).
#[inline(always)]
pub fn two_sum<V: Vector>(a: V, b: V) -> [V; 2] {
    let sum = a + b;
    let part = sum - a;
    [sum, (a - (sum - part)) + (b - part)]
}

/// What rounding x − y to e lost, exactly: [`two_sum`] of a difference that is known.
#[inline(always)]
pub fn difference_lost<V: Vector>(x: V, y: V, e: V) -> V {
    let t = e - x;
    (x - (e - t)) - (y + t)
}
