//! Gradients of a class's pixels, where p is the prediction itself or its sigmoid.

use super::memory::Targets;
use crate::simd::{Float, Vector};

/// Writes the gradient of the first class of the targets: the slope of each pixel, times p (1 − p) for a sigmoid.
///
/// # Safety
/// - All arrays have `whole` elements, a multiple of four registers; `p` and `to` may be the same.
pub(super) unsafe fn write<T: Float>(
    p: *const T,
    y: Targets<T>,
    slopes: [T; 3],
    is_sigmoid: bool,
    to: *mut T,
    whole: usize,
) {
    // SAFETY: the caller's guarantee.
    unsafe {
        match (y, is_sigmoid) {
            (Targets::Labels(labels, label), false) => each::<T, false, false>(p, labels, label, slopes, to, whole),
            (Targets::Labels(labels, label), true) => each::<T, false, true>(p, labels, label, slopes, to, whole),
            (Targets::Dense(y), false) => each::<T, true, false>(p, y.at, 0.0, slopes, to, whole),
            (Targets::Dense(y), true) => each::<T, true, true>(p, y.at, 0.0, slopes, to, whole),
        }
    }
}

/// # Safety
/// As [`write`].
#[inline(never)]
unsafe fn each<T: Float, const DENSE: bool, const SIGMOID: bool>(
    p: *const T,
    y: *const T,
    label: f64,
    slopes: [T; 3],
    to: *mut T,
    whole: usize,
) {
    let three = slopes.map(|slope| T::Vec::c(slope.to_f64()));
    let label = T::Vec::c(label);
    // A class without weight isn't read: not even a NaN of it shows.
    let is_out = slopes.iter().all(|slope| slope.to_f64() == 0.0);
    for at in (0..whole).step_by(T::Vec::LANES) {
        // SAFETY: the register is within, and read before it is written.
        unsafe {
            let y = T::Vec::load(y.add(at));
            let mut slope = if DENSE || SIGMOID { T::Vec::load(p.add(at)) } else { y };
            if is_out {
                slope = T::Vec::zero();
            } else {
                let s = slope;
                let p = if SIGMOID { super::activation::sides(s).0 } else { s };
                slope = if DENSE { by_targets(p, y, three) } else { by_labels(y, label, three) };
                if SIGMOID {
                    slope = slope * (s.abs() * (T::Vec::c(1.0) - s.abs()));
                }
                if !DENSE {
                    slope = slope.keep(T::Vec::zero().le(y));
                }
            }
            slope.store(to.add(at));
        }
    }
}

/// The slope of a class by labels: a selection in fewer instructions, where what both slopes differ in is made once.
#[inline(always)]
pub(super) fn by_labels<V: Vector>(labels: V, label: V, [over, _, under]: [V; 3]) -> V {
    over.xor(over.xor(under).keep(labels.eq(label)))
}

/// The slope by targets: where p = y, by the side that p can't be on, or that of ½ where there are two.
#[inline(always)]
pub(super) fn by_targets<V: Vector>(p: V, y: V, [over, even, under]: [V; 3]) -> V {
    let is_over = y.lt(p) | y.eq(V::zero());
    let is_under = p.lt(y) | y.eq(V::c(1.0));
    V::select(is_under, under, V::select(is_over, over, even))
}
