//! Polynomials.

use crate::simd::Vector;

/// c₀ + c₁x + c₂x² + … by Horner's rule, which takes the fewest operations.
#[inline(always)]
pub fn horner<V: Vector, const N: usize>(x: V, c: &[f64; N]) -> V {
    let mut sum = V::c(c[N - 1]);
    for k in (0..N - 1).rev() {
        sum = sum * x + V::c(c[k]);
    }
    sum
}
