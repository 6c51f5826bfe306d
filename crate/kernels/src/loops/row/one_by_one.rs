//! Rows that are computed one after another.

use super::{Invalid, OneRow, Row, RowCall};
use crate::loops::shift::{shift, shift_mut};
use crate::loops::{Outcome, Total, by_chunks, chunk_rows};
use crate::simd::Float;

/// [`Rowwise::rows`], row by row.
///
/// The loss is a trait object: this loop is compiled once for each number of inputs, not once for each loss.
///
/// # Safety
/// As [`Rowwise::rows`].
#[inline(never)]
pub unsafe fn one_by_one<T: Float, const I: usize, const G: usize>(
    loss: &dyn OneRow<T, I, G>,
    call: &RowCall<T, I, G>,
    total: Total,
) -> Outcome {
    by_chunks(call.rows, chunk_rows(call.width), total, |first, rows| {
        let part = call.part(first, rows);
        // SAFETY: the caller's guarantees; the rows are within the call.
        unsafe { add_one_by_one(loss, &part, Total::default()) }
    })
}

/// The same within a chunk.
///
/// # Safety
/// As [`Rowwise::rows`].
pub(super) unsafe fn add_one_by_one<T: Float, const I: usize, const G: usize>(
    loss: &dyn OneRow<T, I, G>,
    call: &RowCall<T, I, G>,
    mut total: Total,
) -> Outcome {
    for r in 0..call.rows {
        // SAFETY: the caller's guarantees; r < rows.
        let [value, weight] = unsafe { one(loss, call, r)? };
        if !call.values.is_null() {
            // SAFETY: r < rows.
            unsafe { *call.values.add(r) = T::from_f64(weight * value) };
        }
        total.add_weighted(value, weight);
    }
    Ok(total)
}

/// Writes losses to `values`, if that isn't null.
///
/// # Safety
/// - `values` is null or valid for writes of as many elements.
#[inline(always)]
pub unsafe fn write_losses<T: Float>(losses: &[f64], values: *mut T) {
    if !values.is_null() {
        for (r, &loss) in losses.iter().enumerate() {
            // SAFETY: the caller's guarantee.
            unsafe { *values.add(r) = T::from_f64(loss) };
        }
    }
}

/// The loss of row `r`, and its weight: the product of both may overflow though the mean doesn't.
///
/// # Safety
/// As [`Rowwise::rows`]; `r` is less than the number of rows.
pub unsafe fn one<T: Float, const I: usize, const G: usize>(
    loss: &dyn OneRow<T, I, G>,
    call: &RowCall<T, I, G>,
    r: usize,
) -> Result<[f64; 2], usize> {
    // SAFETY: r < rows.
    let weight = if call.weight.is_null() { 1.0 } else { unsafe { *call.weight.add(r) }.to_f64() };
    // SAFETY: r < rows.
    let label = if call.labels.is_null() { 0 } else { unsafe { *call.labels.add(r) } };
    let start = r * call.width;
    let row = Row {
        width: call.width,
        scale: call.scale * weight,
        label: label as usize,
        inputs: call.inputs.map(|p| shift(p, start)),
        grads: call.grads.map(|p| shift_mut(p, start)),
        hess: call.hess.map(|p| shift_mut(p, start)),
    };
    if weight == 0.0 || (!call.labels.is_null() && f64::from(label) == call.ignore_index) {
        // SAFETY: the outputs of this row.
        Ok([unsafe { row.fill(0.0) }, 1.0])
    } else if !call.labels.is_null() && (label < 0 || row.label >= call.width) {
        Err(r)
    } else {
        // SAFETY: the pointers of this row; the label is less than the width.
        Ok([unsafe { loss.row(&row) }.map_err(|Invalid| r)?, weight])
    }
}
