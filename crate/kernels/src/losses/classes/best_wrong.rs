//! The wrong class with the largest score.

use crate::loops::walk::{largest, position};
use crate::simd::{Float, Mask, Vector};

/// The most elements whose places are noted in one number.
const FEW: usize = u64::BITS as usize;

/// The largest element but that at `y`, and its first place. −∞ if there is none, and any place.
///
/// # Safety
/// - `z` is valid for reads of `width` elements, of which none is NaN; `y` < `width`.
#[inline(always)]
pub unsafe fn best_wrong<T: Float>(z: *const T, y: usize, width: usize) -> (f64, usize) {
    // SAFETY: the caller's guarantee.
    unsafe { if (T::Vec::LANES..=FEW).contains(&width) { best_of_few(z, y, width) } else { best_of_many(z, y, width) } }
}

/// As [`best_wrong`], without jumps that depend on `y`: in a short row they would be mispredicted most of the time.
///
/// # Safety
/// As [`best_wrong`]; the row has a register at least, and [`FEW`] elements at most.
#[inline(always)]
unsafe fn best_of_few<T: Float>(z: *const T, y: usize, width: usize) -> (f64, usize) {
    let (lanes, index, least) = (T::Vec::LANES, T::Vec::index(), T::Vec::c(f64::NEG_INFINITY));
    let (wanted, last) = (T::Vec::c(y as f64), width - lanes);
    // SAFETY: registers from 0, …, last are within the row; the last may overlap the one before.
    let part = |at: usize, places: T::Vec| T::Vec::select(places.eq(wanted), least, unsafe { T::Vec::load(z.add(at)) });
    let tail = part(last, index + T::Vec::c(last as f64));
    let (mut best, mut at, mut places) = (tail, 0, index);
    while at < last {
        best = best.pmax(part(at, places));
        (at, places) = (at + lanes, places + T::Vec::c(lanes as f64));
    }
    let best = best.largest().to_f64();
    let found = |part: T::Vec, at: usize| u64::from(part.eq(T::Vec::c(best)).bits()) << at;
    let (mut bits, mut at, mut places) = (found(tail, last), 0, index);
    while at < last {
        bits |= found(part(at, places), at);
        (at, places) = (at + lanes, places + T::Vec::c(lanes as f64));
    }
    // Where all are −∞, even that at y is found.
    (best, bits.trailing_zeros() as usize)
}

/// As [`best_wrong`], before `y` and after.
///
/// # Safety
/// As [`best_wrong`].
#[inline(never)]
unsafe fn best_of_many<T: Float>(z: *const T, y: usize, width: usize) -> (f64, usize) {
    let (mut best, mut place) = (f64::NEG_INFINITY, 0);
    for (start, end) in [(0, y), (y + 1, width)] {
        // SAFETY: start ≤ end ≤ width.
        unsafe {
            let part = largest::<T::Vec>(z.add(start), end - start).to_f64();
            if best < part {
                best = part;
                place = position::<T::Vec>(z.add(start), end - start, part).map_or(0, |at| start + at);
            }
        }
    }
    (best, place)
}
