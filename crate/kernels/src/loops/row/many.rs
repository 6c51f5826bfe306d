//! Losses of labelled rows whose gradient is 0 at all but one or two classes: what is the same for all rows is done for
//! many at once, so that ten classes don't cost the set-up of a row.
//!
//! The bits are those of rows done one by one, as rows that hold a NaN are, and calls that are not plain.

use crate::loops::row::{OneRow, RowCall, add_one_by_one, one_by_one, write_losses};
use crate::loops::walk::{fill, in_turn};
use crate::loops::{Outcome, Total, by_chunks, chunk_rows};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;

/// The most rows, and about the most bytes, that are looked through before they are done: they stay in the cache.
const ROWS: usize = 64;
const BYTES: usize = 8192;

/// A loss whose gradient is sparse.
pub trait ManyRows<T: Float>: OneRow<T, 1, 1> {
    /// Writes the losses of all rows, at most 64, whose gradient is all 0 as yet. No element is NaN.
    ///
    /// # Safety
    /// As [`Rowwise::rows`](crate::loops::row::Rowwise::rows); the labels are less than the width, and `losses` is valid for writes of one a row.
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, losses: *mut f64);
}

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// # Safety
/// As [`Rowwise::rows`](crate::loops::row::Rowwise::rows).
pub unsafe fn run<T: Float>(loss: &dyn ManyRows<T>, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
    let [input, grad] = [call.inputs[0], call.grads[0].cast_const()];
    let plain = call.weight.is_null() && call.hess[0].is_null() && call.ignore_index.is_nan() && input != grad;
    if !plain || call.width == 0 {
        // SAFETY: the caller's guarantees.
        return unsafe { one_by_one(loss, call, total) };
    }
    by_chunks(call.rows, chunk_rows(call.width), total, |first, rows| {
        // SAFETY: the caller's guarantees; the rows are within the call.
        unsafe { chunk(loss, &call.part(first, rows)) }
    })
}

/// The sum of a chunk of a plain call.
///
/// # Safety
/// As [`run`].
unsafe fn chunk<T: Float>(loss: &dyn ManyRows<T>, call: &RowCall<T, 1, 1>) -> Outcome {
    let most = (BYTES / size_of::<T>() / call.width).clamp(1, ROWS);
    let mut losses = MaybeUninit::<[f64; ROWS]>::uninit();
    let at: *mut f64 = losses.as_mut_ptr().cast();
    let (mut total, mut first) = (Total::default(), 0);
    while first < call.rows {
        let count = most.min(call.rows - first);
        // SAFETY: the rows from `first` on; those that are done one by one are looked at more closely.
        unsafe {
            let part = call.part(first, count);
            if clean(&part) {
                fill(part.grads[0], count * call.width, 0.0);
                loss.rows(&part, at);
                let losses = core::slice::from_raw_parts(at, count);
                write_losses(losses, part.values);
                total.add_all(losses, |r| [losses.get(r).copied().unwrap_or_default(), 1.0]);
            } else {
                total = add_one_by_one(loss, &part, total).map_err(|r| first + r)?;
            }
        }
        first += count;
    }
    Ok(total)
}

/// Whether no element is NaN, and all labels are less than the width. May say no where there are infinities of both signs.
///
/// # Safety
/// As [`run`].
#[inline(never)]
unsafe fn clean<T: Float>(call: &RowCall<T, 1, 1>) -> bool {
    // SAFETY: the call's rows.
    unsafe {
        let labels = core::slice::from_raw_parts(call.labels, call.rows);
        // A negative label is more than any width.
        let most = labels.iter().fold(0, |most, &label| most.max(label as u32));
        (most as usize) < call.width && !sum_of(call.inputs[0], call.rows * call.width).is_nan().any()
    }
}

/// Sums, in which NaN stays: an addition is one operation, where a comparison and what keeps its result are three.
///
/// # Safety
/// - `x` is valid for reads of `n` elements.
#[inline(always)]
unsafe fn sum_of<T: Float>(x: *const T, n: usize) -> T::Vec {
    // SAFETY: the caller's guarantee.
    let [a, b, c, d] = unsafe { in_turn(x, n, T::Vec::zero(), |sum, x| *sum = *sum + x) };
    (a + b) + (c + d)
}
