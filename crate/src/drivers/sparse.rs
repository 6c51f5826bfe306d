//! Losses of labelled rows whose gradient is 0 at all but one or two classes: what is the same for all rows is done for
//! many at once, so that ten classes don't cost the set-up of a row.
//!
//! The bits are those of rows done one by one, as rows that hold a NaN are, calls that are not plain, and doubles, which aren't hot.

use super::Outcome;
use super::rowwise::{Call, Rowwise, one_by_one};
use super::walk::{fill, is_clean};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// The most rows, and about the most elements, that are looked through before they are done: they stay in the cache.
const ROWS: usize = 64;
const ELEMENTS: usize = 4096;

/// A loss whose gradient is sparse.
pub trait Sparse<T: Float>: Rowwise<T, 1, 1> {
    /// Whether elements must be in [0, 1].
    fn is_unit(&self) -> bool {
        false
    }

    /// Writes the losses of all rows, at most 64, whose gradient is all 0 as yet. No element is NaN or out of the domain.
    ///
    /// # Safety
    /// As [`run`](super::rowwise::run); the labels are less than the width, and `losses` is valid for writes of one a row.
    unsafe fn rows(&self, call: &Call<T, 1, 1>, losses: *mut f64);
}

/// Adds the call's losses to `sum` and writes what has a pointer. None leaves the call as it is.
///
/// # Safety
/// As [`run`](super::rowwise::run).
pub unsafe fn run<T: Float>(loss: &dyn Sparse<T>, call: &Call<T, 1, 1>, mut sum: f64) -> Option<Outcome> {
    let [input, grad] = [call.inputs[0], call.grads[0].cast_const()];
    let plain = call.weight.is_null() && call.hess[0].is_null() && call.ignore_index.is_nan() && input != grad;
    if T::Vec::DOUBLE || !plain || call.width == 0 {
        return None;
    }
    let most = (ELEMENTS / call.width).clamp(1, ROWS);
    let mut losses = MaybeUninit::<[f64; ROWS]>::uninit();
    let losses: *mut f64 = losses.as_mut_ptr().cast();
    let mut first = 0;
    while first < call.rows {
        let count = most.min(call.rows - first);
        // SAFETY: the rows from `first` on; those that are done one by one are looked at more closely.
        unsafe {
            let part = call.part(first, count);
            if clean(&part, loss.is_unit()) {
                fill(part.grads[0], count * call.width, 0.0);
                loss.rows(&part, losses);
                for r in 0..count {
                    let value = *losses.add(r);
                    if !part.values.is_null() {
                        *part.values.add(r) = T::from_f64(value);
                    }
                    sum += value;
                }
            } else {
                match one_by_one(loss, &part, sum) {
                    Ok(total) => sum = total,
                    Err(r) => return Some(Err(first + r)),
                }
            }
        }
        first += count;
    }
    Some(Ok(sum))
}

/// Whether no element is NaN or, with `unit`, outside [0, 1], and all labels are less than the width.
///
/// # Safety
/// As [`run`].
#[inline(never)]
unsafe fn clean<T: Float>(call: &Call<T, 1, 1>, unit: bool) -> bool {
    // SAFETY: the call's rows.
    unsafe {
        let labels = core::slice::from_raw_parts(call.labels, call.rows);
        // A negative label is more than any width.
        let most = labels.iter().fold(0, |most, &label| most.max(label as u32));
        (most as usize) < call.width && is_clean::<T::Vec>(call.inputs[0], call.rows * call.width, unit)
    }
}
