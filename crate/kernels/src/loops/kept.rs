//! The weights of elements that a target leaves out: 0 where it is a certain number, or NaN.

use super::STRIP;
use super::walk::load;
use crate::simd::{Float, Vector};

/// Elements of which some are left out.
pub struct Kept<T> {
    /// How many elements.
    pub n: usize,
    /// Their weights; null where all are 1.
    pub weights: *const T,
    /// Their targets.
    pub targets: *const T,
    /// Where the weights that count go.
    pub to: *mut T,
    /// The target of those that are left out: a number, or NaN.
    pub out: f64,
}

impl<T: Float> Kept<T> {
    /// Writes the weights that count, and returns their sum, added up strip by strip.
    ///
    /// # Safety
    /// - The pointers are valid for `n` elements; `to` overlaps no other.
    pub unsafe fn weigh(&self) -> f64 {
        let mut sum = 0.0;
        for start in (0..self.n).step_by(STRIP) {
            // SAFETY: the strip is within the n.
            sum += unsafe { self.strip(start, STRIP.min(self.n - start)) };
        }
        sum
    }

    /// The same of `n` elements from `start` on.
    ///
    /// # Safety
    /// As [`Self::weigh`]; they are within the call's.
    unsafe fn strip(&self, start: usize, n: usize) -> f64 {
        let lanes = T::Vec::LANES;
        let whole = n - n % (2 * lanes);
        let mut sums = [[<T::Vec as Vector>::Wide::zero(); 2]; 2];
        for at in (start..start + whole).step_by(2 * lanes) {
            for (k, sums) in sums.iter_mut().enumerate() {
                // SAFETY: two registers are left.
                unsafe {
                    let weights = self.register(at + k * lanes, lanes);
                    weights.accumulate(sums);
                    weights.store(self.to.add(at + k * lanes));
                }
            }
        }
        for at in (start + whole..start + n).step_by(lanes) {
            let left = lanes.min(start + n - at);
            // SAFETY: no more than is left is read or written.
            unsafe {
                let weights = self.register(at, left).keep(T::Vec::first(left));
                weights.accumulate(&mut sums[0]);
                weights.store_first(self.to.add(at), left);
            }
        }
        let [a, b] = [sums[0][0] + sums[1][0], sums[0][1] + sums[1][1]];
        (a + b).total()
    }

    /// The weights of the `n` elements from a place on, a register at most.
    ///
    /// # Safety
    /// - There are so many.
    #[inline(always)]
    unsafe fn register(&self, at: usize, n: usize) -> T::Vec {
        // SAFETY: the caller's guarantee.
        let (weights, target) = unsafe {
            let weights = if self.weights.is_null() { T::Vec::c(1.0) } else { load(self.weights, at, n) };
            (weights, load::<T::Vec>(self.targets, at, n))
        };
        let out = T::Vec::c(self.out);
        weights.drop(target.eq(out) | target.is_nan() & out.is_nan())
    }
}
