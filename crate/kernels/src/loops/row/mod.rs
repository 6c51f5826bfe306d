//! Losses of one row: each depends on that row's inputs alone.
//!
//! **Order of work.** Rows are taken one by one, so that a call may be cut between any two and the bits stay the same. A
//! loss reads what it needs of its row before it writes over it: a gradient may take its input's place.
//!
//! **Precision.** A row's loss is a double, rounded only where it is written to `values`. Its derivatives are multiplied
//! by `scale` times the row's weight, a product of doubles that is rounded once to the element type.

use crate::loops::{Outcome, Total, by_chunks, chunk_rows};
pub use call::Call;
pub mod call;
pub mod many;
pub mod terms;

use crate::loops::walk::{each_singly, fill, load, store};
use crate::simd::{Float, Mask, Vector};
use call::{shift, shift_mut};

/// A row's data is outside the loss's domain.
#[derive(Clone, Copy, Debug)]
pub struct Invalid;

/// A loss of `I` inputs a row, differentiable in `G` of them.
pub trait Rowwise<T: Float, const I: usize, const G: usize> {
    /// The row's loss; writes its derivatives, each only where there is a pointer. Data that is out of its domain is
    /// found before anything is written.
    ///
    /// # Safety
    /// - The pointers of `row`, and of the loss itself, are null where absent or valid for `row.width` elements.
    /// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
    /// - The label is less than the width, for losses that take labels.
    unsafe fn row(&self, row: &Row<T, I, G>) -> Result<f64, Invalid>;

    /// The sum of a chunk, for losses of which several rows are done at once: see [`crate::loops::row::many`] and [`crate::loops::softmax::short`]. None leaves
    /// the call as it is.
    ///
    /// # Safety
    /// As [`run`].
    unsafe fn at_once(&self, _call: &Call<T, I, G>) -> Option<Outcome> {
        None
    }
}

/// One row of a [`Call`].
#[derive(Clone, Copy)]
pub struct Row<T: Float, const I: usize, const G: usize> {
    /// Elements.
    pub width: usize,
    /// Multiplies derivatives: the call's scale times the row's weight.
    pub scale: f64,
    /// The class label, less than `width`; 0 without labels.
    pub label: usize,
    /// Inputs.
    pub inputs: [*const T; I],
    /// Output: gradients.
    pub grads: [*mut T; G],
    /// Output: second derivatives.
    pub hess: [*mut T; G],
}

impl<T: Float, const I: usize, const G: usize> Row<T, I, G> {
    /// The same row without its other inputs.
    #[inline(always)]
    pub fn first(&self) -> Row<T, 1, G> {
        let Row { width, scale, label, inputs, grads, hess } = *self;
        Row { width, scale, label, inputs: [inputs[0]], grads, hess }
    }

    /// Writes `x` to every derivative, and makes it the loss: 0 for a row that doesn't count, NaN for one without a limit.
    ///
    /// # Safety
    /// - The outputs are null or valid for writes of `width` elements.
    #[inline(never)]
    pub unsafe fn fill(&self, x: f64) -> f64 {
        for p in self.grads.into_iter().chain(self.hess) {
            // SAFETY: the caller's guarantee.
            unsafe { fill(p, self.width, x) };
        }
        x
    }
}

impl<T: Float, const I: usize> Row<T, I, 1> {
    /// Writes 0 to every derivative, NaN where the first input is NaN. Returns NaN if it is anywhere, else 0.
    ///
    /// # Safety
    /// - The first input is valid for reads of `width` elements, the outputs are null or valid for writes of as many.
    #[inline(never)]
    pub unsafe fn clear(&self) -> f64 {
        let mut nan = <T::Vec as Vector>::Mask::none();
        each_singly::<T::Vec>(self.width, |at, n| {
            // SAFETY: at + n ≤ width; a place is read before it is written.
            unsafe {
                let is_nan = load::<T::Vec>(self.inputs[0], at, n).is_nan();
                nan = nan | is_nan;
                store(T::Vec::zero().poison(is_nan), self.grads[0], at, n);
                store(T::Vec::zero().poison(is_nan), self.hess[0], at, n);
            }
        });
        if nan.any() { f64::NAN } else { 0.0 }
    }

    /// Writes the derivatives at one place.
    ///
    /// # Safety
    /// - The outputs are null or valid for writes of more than `k` elements.
    #[inline(always)]
    pub unsafe fn set(&self, k: usize, slope: f64, curvature: f64) {
        // SAFETY: the caller's guarantee.
        unsafe {
            if !self.grads[0].is_null() {
                *self.grads[0].add(k) = T::from_f64(slope);
            }
            if !self.hess[0].is_null() {
                *self.hess[0].add(k) = T::from_f64(curvature);
            }
        }
    }
}

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// The loss is a trait object: this loop is compiled once for each number of inputs, not once for each loss.
///
/// # Safety
/// - `values`, `weight` and `labels` of `call` are null or valid for `rows` elements, its other pointers for rows × width.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
/// - The loss's own pointers are as its fields say.
pub unsafe fn run<T: Float, const I: usize, const G: usize>(
    loss: &dyn Rowwise<T, I, G>,
    call: &Call<T, I, G>,
    total: Total,
) -> Outcome {
    by_chunks(call.rows, chunk_rows(call.width), total, |first, rows| {
        let part = call.part(first, rows);
        // SAFETY: the caller's guarantees; the rows are within the call.
        unsafe { loss.at_once(&part).unwrap_or_else(|| one_by_one(loss, &part, Total::default())) }
    })
}

/// As [`run`], row by row, within a chunk.
///
/// # Safety
/// As [`run`].
#[inline(never)]
pub(super) unsafe fn one_by_one<T: Float, const I: usize, const G: usize>(
    loss: &dyn Rowwise<T, I, G>,
    call: &Call<T, I, G>,
    mut total: Total,
) -> Outcome {
    for r in 0..call.rows {
        // SAFETY: the caller's guarantees; r < rows.
        let value = unsafe { one(loss, call, r)? };
        if !call.values.is_null() {
            // SAFETY: r < rows.
            unsafe { *call.values.add(r) = T::from_f64(value) };
        }
        total.add(value);
    }
    Ok(total)
}

/// The weighted loss of row `r`.
///
/// # Safety
/// As [`run`]; `r` is less than the number of rows.
pub unsafe fn one<T: Float, const I: usize, const G: usize>(
    loss: &dyn Rowwise<T, I, G>,
    call: &Call<T, I, G>,
    r: usize,
) -> Result<f64, usize> {
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
        Ok(unsafe { row.fill(0.0) })
    } else if !call.labels.is_null() && (label < 0 || row.label >= call.width) {
        Err(r)
    } else {
        // SAFETY: the pointers of this row; the label is less than the width.
        Ok(weight * unsafe { loss.row(&row) }.map_err(|Invalid| r)?)
    }
}
