//! Numbers of other types as float32, for the kernels to read. Each is converted exactly, or rounded once.

use crate::simd::{Float, Vector};

type F32x4 = <f32 as Float>::Vec;
type F64x2 = <f64 as Float>::Vec;

/// Numbers come in multiples of this many, two registers: a turn of a loop.
pub const TOGETHER: usize = 8;

/// Numbers of a register.
const LANES: usize = 4;

/// Writes `n` numbers of half precision, given by their bits.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
pub unsafe fn halves(from: *const u16, n: usize, to: *mut f32) {
    // SAFETY: the caller's guarantee; there are four at each place.
    unsafe { registers(from, n, to, |p| F32x4::of_halves_at(p)) }
}

/// Writes `n` doubles.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
pub unsafe fn doubles(from: *const f64, n: usize, to: *mut f32) {
    // SAFETY: the caller's guarantee; there are four at each place.
    unsafe { registers(from, n, to, |p| F32x4::narrow([F64x2::load(p), F64x2::load(p.add(2))])) }
}

/// Writes what `read` makes of four numbers at a time. Addresses that only grow spare engines some arithmetic.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
#[inline(always)]
unsafe fn registers<S>(mut from: *const S, n: usize, mut to: *mut f32, read: impl Fn(*const S) -> F32x4) {
    let end = from.wrapping_add(n);
    while from < end {
        let two = [read(from), read(from.wrapping_add(LANES))];
        // SAFETY: as many more are inside the n.
        unsafe {
            two[0].store(to);
            two[1].store(to.add(LANES));
            (from, to) = (from.add(TOGETHER), to.add(TOGETHER));
        }
    }
}

/// Writes `n` integers of 64 bits, with a sign or without: by registers where they are small, as nearly all are, else one by one.
///
/// # Safety
/// - `from` is valid for reads of `n`, a multiple of [`TOGETHER`], and `to` for writes.
#[inline(always)]
pub unsafe fn longs(from: *const i64, n: usize, to: *mut f32, signed: bool) {
    for start in (0..n).step_by(LANES) {
        // SAFETY: as many more are inside the n.
        unsafe {
            let (from, to) = (from.add(start), to.add(start));
            let (four, rest) = F32x4::of_longs_at(from, signed);
            if rest.is_empty() {
                four.store(to);
            } else {
                for i in 0..LANES {
                    *to.add(i) = if signed { *from.add(i) as f32 } else { *from.add(i) as u64 as f32 };
                }
            }
        }
    }
}
