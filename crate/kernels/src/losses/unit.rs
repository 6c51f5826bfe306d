//! The domain [0, 1] of a whole row: probabilities and dense targets.

use crate::loops::row::Invalid;
use crate::loops::walk::in_turn;
use crate::simd::{Float, Mask, Vector};

/// Invalid if an element isn't in [0, 1]. NaN passes.
///
/// # Safety
/// - `p` is valid for reads of `width` elements.
#[inline(always)]
pub unsafe fn check_unit<T: Float>(p: *const T, width: usize) -> Result<(), Invalid> {
    /// # Safety
    /// As [`check_unit`].
    #[inline(never)]
    unsafe fn shared<T: Float>(p: *const T, width: usize) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { is_unit(p, width) }
    }
    // SAFETY: the caller's guarantee.
    let fine = unsafe { if T::Vec::DOUBLE { shared(p, width) } else { is_unit(p, width) } };
    if fine { Ok(()) } else { Err(Invalid) }
}

/// Whether all elements are in [0, 1] or NaN.
///
/// # Safety
/// As [`check_unit`].
#[inline(always)]
unsafe fn is_unit<T: Float>(p: *const T, width: usize) -> bool {
    // SAFETY: the caller's guarantee. The zeros after an incomplete register are in [0, 1].
    let ranges = unsafe { in_turn(p, width, Range::<T::Vec>::default(), |range, p| range.add(p)) };
    let [a, b, c, d] = ranges.map(Range::leaves_unit);
    !((a | b) | (c | d)).any()
}

/// The least and the largest of 0, 1 and what was added. NaN is passed over.
#[derive(Clone, Copy)]
pub struct Range<V>(V, V);

impl<V: Vector> Default for Range<V> {
    #[inline(always)]
    fn default() -> Self {
        Range(V::zero(), V::c(1.0))
    }
}

impl<V: Vector> Range<V> {
    /// Adds a register.
    #[inline(always)]
    pub fn add(&mut self, x: V) {
        *self = Range(self.0.pmin(x), self.1.pmax(x));
    }
    /// The lanes with an element outside [0, 1].
    #[inline(always)]
    pub fn leaves_unit(self) -> V::Mask {
        self.0.lt(V::zero()) | V::c(1.0).lt(self.1)
    }
}
