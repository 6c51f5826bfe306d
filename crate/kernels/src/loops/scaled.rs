//! Lengths and distances whose squares, and factors that, leave the range of floats.

use crate::simd::{Float, Vector};

/// √x; only the standard library, which the module doesn't have, gives it to numbers.
#[inline(always)]
pub fn root(x: f64) -> f64 {
    <f64 as Float>::Vec::c(x).sqrt().lane(0)
}

/// 1/x, and 0 of 0.
#[inline(always)]
pub fn reciprocal(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { 1.0 / x }
}

/// Whether a sum of squares has lost nothing that matters to overflow or underflow. 0 may have lost everything; NaN counts:
/// nothing would improve it.
#[inline(always)]
pub fn is_faithful<T: Float>(squares: f64) -> bool {
    let (least, most) = if T::Vec::DOUBLE { (1e-280, f64::MAX) } else { (1e-28, f32::MAX.into()) };
    squares.is_nan() || (least..=most).contains(&squares)
}

/// Whether what multiplies a row's gradient loses nothing by being rounded to the element type.
#[inline(always)]
pub fn fits<T: Float>(factor: f64) -> bool {
    T::Vec::DOUBLE || factor.is_nan() || (f32::MIN_POSITIVE..=f32::MAX).contains(&(factor.abs() as f32))
}

/// The power of two at or below the largest magnitude of `n` elements; 1 where that isn't finite, the smallest normal where
/// there is nothing but zeros.
///
/// # Safety
/// - `x` is valid for reads of `n` elements.
#[inline(never)]
pub unsafe fn magnitude<T: Float>(x: *const T, n: usize) -> f64 {
    // SAFETY: i < n.
    let largest = (0..n).map(|i| unsafe { *x.add(i) }.to_f64().abs()).fold(0.0, f64::max);
    unit_of(largest)
}

/// The power of two at or below a number ≥ 0; 1 where that isn't finite, the smallest normal of 0.
pub fn unit_of(x: f64) -> f64 {
    if x.is_finite() { f64::from_bits(x.max(f64::MIN_POSITIVE).to_bits() & f64::INFINITY.to_bits()) } else { 1.0 }
}

/// √Σx², as a power of two and what it multiplies: their product may leave the range of doubles.
///
/// # Safety
/// - `x` is valid for reads of `n` elements.
pub unsafe fn length<T: Float>(x: *const T, n: usize) -> (f64, f64) {
    let mut sums = [<T::Vec as Vector>::Wide::zero(); 2];
    for at in (0..n).step_by(T::Vec::LANES) {
        // SAFETY: at < n: the elements up to the end, or a register of them.
        let v = unsafe { T::Vec::load_first(x.add(at), T::Vec::LANES.min(n - at)) };
        v.accumulate_weighted(v, &mut sums);
    }
    let squares = (sums[0] + sums[1]).total();
    if is_faithful::<f64>(squares) {
        return (1.0, root(squares));
    }
    // SAFETY: the caller's guarantee.
    let unit = unsafe { magnitude(x, n) };
    // SAFETY: i < n.
    let squares = (0..n).map(|i| unsafe { *x.add(i) }.to_f64() / unit).fold(0.0, |sum, x| sum + x * x);
    (unit, root(squares))
}
