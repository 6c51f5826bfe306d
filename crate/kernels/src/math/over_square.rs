//! A quotient by a square.

use crate::simd::Vector;

/// scale·t/p² for t ≥ 0 and 0 ≤ p ≤ 1, for second derivatives. Where t is tiny and p isn't, t/p may be subnormal though the result
/// isn't: t is enlarged on the way.
#[inline(always)]
pub fn over_square<V: Vector>(scale: f64, t: V, p: V) -> V {
    // 2²⁴, 2⁻⁸⁶ and 2⁻⁴⁰; or 2⁵³, about 2⁻⁶⁰⁰ and 2⁻³⁰⁰.
    let [up, tiny, small] =
        if V::DOUBLE { [9_007_199_254_740_992.0, 2.4e-181, 4.9e-91] } else { [16_777_216.0, 1.3e-26, 9.1e-13] };
    let is_tiny = t.lt(V::c(tiny)) & V::c(small).le(p);
    let enlarged = V::select(is_tiny, t * V::c(up), t);
    enlarged / p / p * V::select(is_tiny, V::c(scale / up), V::c(scale))
}
