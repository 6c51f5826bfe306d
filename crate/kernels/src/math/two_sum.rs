//! Additions that lose nothing.

use crate::simd::Vector;

/// a + b rounded, and what that took away, exactly, but where the sum overflows (Knuth).
#[inline(always)]
pub fn two_sum<V: Vector>(a: V, b: V) -> [V; 2] {
    let sum = a + b;
    let part = sum - a;
    [sum, (a - (sum - part)) + (b - part)]
}
