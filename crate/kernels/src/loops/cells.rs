//! Arrays of floats or doubles that are worked on as doubles, a strip at a time: one copy of the code serves both types.

use crate::loops::STRIP;
use crate::simd::{Float, Vector};

/// A register of doubles.
pub type Wide = <f64 as Float>::Vec;

/// A strip as doubles; what is beyond the elements that were read is of no meaning.
pub type Strip = [f64; STRIP];

/// An array of floats or doubles, or none.
#[derive(Clone, Copy)]
pub struct Cells {
    at: *mut u8,
    is_double: bool,
}

impl Cells {
    /// An array that is read only.
    pub fn of<T: Float>(p: *const T) -> Self {
        Cells { at: p.cast_mut().cast(), is_double: T::Vec::DOUBLE }
    }
    /// An array that is written.
    pub fn to<T: Float>(p: *mut T) -> Self {
        Cells { at: p.cast(), is_double: T::Vec::DOUBLE }
    }
    /// Whether there is no array.
    pub fn is_absent(self) -> bool {
        self.at.is_null()
    }
    /// Reads what there is from `start` on, a strip at most, of `width` elements; says how many these are.
    ///
    /// # Safety
    /// - The array is valid for reads of `width` elements.
    pub unsafe fn read(self, start: usize, width: usize, strip: &mut Strip) -> usize {
        let n = STRIP.min(width - start);
        // SAFETY: start + n is at most the width.
        unsafe {
            if self.is_double {
                strip.as_mut_ptr().copy_from_nonoverlapping(self.at.cast::<f64>().add(start), n);
            } else {
                let from = self.at.cast::<f32>().add(start);
                strip.iter_mut().take(n).enumerate().for_each(|(k, x)| *x = f64::from(*from.add(k)));
            }
        }
        n
    }
    /// Writes the first `n` of a strip from place `start` on; nothing if there is no array.
    ///
    /// # Safety
    /// - The array is absent or valid for writes of `start + n` elements.
    pub unsafe fn write(self, start: usize, n: usize, strip: &Strip) {
        if self.is_absent() {
            return;
        }
        // SAFETY: the caller's guarantee.
        unsafe {
            if self.is_double {
                self.at.cast::<f64>().add(start).copy_from_nonoverlapping(strip.as_ptr(), n);
            } else {
                let to = self.at.cast::<f32>().add(start);
                strip.iter().take(n).enumerate().for_each(|(k, &x)| *to.add(k) = x as f32);
            }
        }
    }
}

/// The k-th register of a strip.
#[inline(always)]
pub fn register(strip: &Strip, k: usize) -> Wide {
    // SAFETY: a register of elements.
    unsafe { Wide::load(strip.as_chunks::<{ Wide::LANES }>().0[k % (STRIP / Wide::LANES)].as_ptr()) }
}

/// Replaces the k-th register of a strip.
#[inline(always)]
pub fn set_register(strip: &mut Strip, k: usize, x: Wide) {
    // SAFETY: a register of elements.
    unsafe { x.store(strip.as_chunks_mut::<{ Wide::LANES }>().0[k % (STRIP / Wide::LANES)].as_mut_ptr()) }
}

/// Replaces each register of the first `n` elements.
#[inline(always)]
pub fn map(strip: &mut Strip, n: usize, f: impl Fn(Wide) -> Wide) {
    for x in strip.as_chunks_mut::<{ Wide::LANES }>().0.iter_mut().take(n.div_ceil(Wide::LANES)) {
        // SAFETY: a register of elements.
        unsafe { f(Wide::load(x.as_ptr())).store(x.as_mut_ptr()) };
    }
}

/// Replaces each register of the first `n` elements by what it makes with one of another strip.
#[inline(always)]
pub fn map_with(strip: &mut Strip, other: &Strip, n: usize, f: impl Fn(Wide, Wide) -> Wide) {
    let others = other.as_chunks::<{ Wide::LANES }>().0;
    for (x, y) in strip.as_chunks_mut::<{ Wide::LANES }>().0.iter_mut().zip(others).take(n.div_ceil(Wide::LANES)) {
        // SAFETY: registers of elements.
        unsafe { f(Wide::load(x.as_ptr()), Wide::load(y.as_ptr())).store(x.as_mut_ptr()) };
    }
}

/// Σ of the first `n` elements, in an order that depends on n alone.
pub fn sum(strip: &Strip, n: usize) -> f64 {
    let (registers, rest) = strip[..n.min(STRIP)].as_chunks::<{ Wide::LANES }>();
    let mut sums = [Wide::zero(); 2];
    for (k, x) in registers.iter().enumerate() {
        // SAFETY: a register of elements.
        sums[k % 2] = sums[k % 2] + unsafe { Wide::load(x.as_ptr()) };
    }
    rest.iter().fold((sums[0] + sums[1]).total(), |sum, x| sum + x)
}
