//! The total weight of a call, which a mean divides by.

use super::Outcome;
use super::pointwise::STRIP;
use crate::simd::{Float, Mask, Vector};

/// Adds `n` weights to `sum`, or names the first that is negative or NaN.
///
/// Strips are those of the pointwise driver, so that a call may be cut between them.
///
/// # Safety
/// - `weight` is valid for reads of `n` elements.
pub unsafe fn total<T: Float>(mut sum: f64, n: usize, weight: *const T) -> Outcome {
    for start in (0..n).step_by(STRIP) {
        let end = n.min(start + STRIP);
        let mut sums = [<T::Vec as Vector>::Wide::zero(); 2];
        let mut fine = !<T::Vec as Vector>::Mask::none();
        for at in (start..end).step_by(T::Vec::LANES) {
            // SAFETY: at < end ≤ n: the elements up to the end, or a register of them.
            let w = unsafe { T::Vec::load_first(weight.add(at), T::Vec::LANES.min(end - at)) };
            w.accumulate(&mut sums);
            fine = fine & T::Vec::zero().le(w);
        }
        if (!fine).any() {
            // SAFETY: i < n.
            let is_fine = |i: &usize| unsafe { (*weight.add(*i)).to_f64() } >= 0.0;
            return Err((start..end).find(|i| !is_fine(i)).unwrap_or(start));
        }
        sum += (sums[0] + sums[1]).total();
    }
    Ok(sum)
}
