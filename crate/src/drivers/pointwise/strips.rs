//! A loss as the driver sees it: strips of elements, through whichever loop serves.

use super::general::general;
use super::light::light;
use super::{Call, Pointwise};
use crate::simd::{Float, Mask, Vector};

/// Two registers of doubles that losses are added to.
pub type Sums<T> = [<<T as Float>::Vec as Vector>::Wide; 2];

/// What [`run`](super::run) needs of a loss: compiled once for each loss and element type, where `run` itself is shared.
pub trait Strips<T: Float, const I: usize, const G: usize> {
    /// Runs over at most a strip, in whole groups of four registers. Of the elements only the first `counted` are added
    /// up. Returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`run`](super::run); `call.n` is a multiple of a group and at most [`STRIP`](super::STRIP).
    unsafe fn strip(&self, call: &Call<T, I, G>, counted: usize, sums: &mut Sums<T>) -> bool;
    /// Whether one element's inputs, none of them NaN, are within their domain.
    fn is_valid(&self, x: [T; I]) -> bool;
}

impl<T: Float, L: Pointwise<I, G>, const I: usize, const G: usize> Strips<T, I, G> for L {
    unsafe fn strip(&self, call: &Call<T, I, G>, counted: usize, sums: &mut Sums<T>) -> bool {
        let plain = call.weight.is_null() && call.values.is_null() && call.hess.iter().all(|p| p.is_null());
        let no_grad = call.grads.iter().all(|p| p.is_null());
        // SAFETY: the caller's guarantees are those of `general` and `light`.
        unsafe {
            match (plain && !T::Vec::DOUBLE, no_grad) {
                (true, true) if L::LIGHT && counted == call.n => light::<T, L, I, G, false>(self, call, sums),
                (true, false) if L::LIGHT && counted == call.n => light::<T, L, I, G, true>(self, call, sums),
                (true, true) if !L::LIGHT => general::<T, L, I, G, false, false>(self, call, counted, sums),
                (true, false) if !L::LIGHT => general::<T, L, I, G, true, false>(self, call, counted, sums),
                // What isn't hot shares one body, which keeps the module small.
                _ => general::<T, L, I, G, true, true>(self, call, counted, sums),
            }
        }
    }
    fn is_valid(&self, x: [T; I]) -> bool {
        self.valid(x.map(|x| T::Vec::c(x.to_f64()))).bits() & 1 == 1
    }
}
