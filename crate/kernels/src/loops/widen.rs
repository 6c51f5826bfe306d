//! Numbers of other types as float32, for the kernels to read. Each is converted exactly, or rounded once.

use crate::simd::{Float, Vector};

type F32x4 = <f32 as Float>::Vec;
type F64x2 = <f64 as Float>::Vec;

/// Numbers come in multiples of this many.
pub const TOGETHER: usize = 4;

/// Writes `n` numbers of half precision, given by their bits.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
pub unsafe fn halves(from: *const u16, n: usize, to: *mut f32) {
    for i in (0..n).step_by(TOGETHER) {
        // SAFETY: four more are inside the n.
        unsafe { F32x4::of_halves_at(from.add(i)).store(to.add(i)) }
    }
}

/// Writes `n` doubles.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
pub unsafe fn doubles(from: *const f64, n: usize, to: *mut f32) {
    for i in (0..n).step_by(TOGETHER) {
        // SAFETY: four more are inside the n.
        unsafe { F32x4::narrow([F64x2::load(from.add(i)), F64x2::load(from.add(i + 2))]).store(to.add(i)) }
    }
}

/// Writes `n` numbers of a type that registers have no conversion of, one by one.
///
/// # Safety
/// - `from` is valid for reads of `n`, and `to` for writes.
#[inline(always)]
pub unsafe fn others<S: Copy>(from: *const S, n: usize, to: *mut f32, convert: impl Fn(S) -> f32) {
    for i in 0..n {
        // SAFETY: i < n.
        unsafe { *to.add(i) = convert(*from.add(i)) }
    }
}
