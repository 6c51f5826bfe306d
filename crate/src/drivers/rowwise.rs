//! Losses of one row: each depends on that row's inputs alone.
//!
//! **Order of work.** Rows are taken one by one, so that a call may be cut between any two and the bits stay the same. A
//! loss reads what it needs of its row before it writes over it: a gradient may take its input's place.
//!
//! **Precision.** A row's loss is a double, rounded only where it is written to `values`. Its derivatives are multiplied
//! by `scale` times the row's weight, a product of doubles that is rounded once to the element type.

use super::Outcome;
use crate::simd::Float;

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
    unsafe fn row(&self, row: &Row<T, I, G>) -> Result<f64, Invalid>;

    /// The losses of at most [`GROUP`] rows of the same width, in order, for losses that can do better than one by one. A
    /// row's results must not depend on its company. The error is the index of the first invalid row.
    ///
    /// # Safety
    /// - As [`Rowwise::row`], for each. `losses` has the length of `rows`.
    unsafe fn rows(&self, rows: &[Row<T, I, G>], losses: &mut [f64]) -> Result<(), usize> {
        for (i, (row, loss)) in rows.iter().zip(losses).enumerate() {
            // SAFETY: the caller's guarantee.
            *loss = unsafe { self.row(row) }.map_err(|Invalid| i)?;
        }
        Ok(())
    }
}

/// The most rows that a loss is given at once.
pub const GROUP: usize = 4;

/// Where a call's data lies. Null pointers are absent.
pub struct Call<T, const I: usize, const G: usize> {
    /// Rows.
    pub rows: usize,
    /// Elements of a row.
    pub width: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses, one a row.
    pub values: *mut T,
    /// Weights, one a row; a row of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Class labels, one a row, for losses that take them.
    pub labels: *const i32,
    /// A row with this label is skipped; NaN for none.
    pub ignore_index: f64,
    /// Inputs.
    pub inputs: [*const T; I],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; G],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; G],
}

impl<T: Float, const I: usize, const G: usize> Call<T, I, G> {
    /// Row `r`, of this weight.
    ///
    /// # Safety
    /// - `r < self.rows`, and the pointers are as [`run`] says.
    unsafe fn row(&self, r: usize, weight: f64) -> Row<T, I, G> {
        // SAFETY: r × width + width ≤ rows × width; a null pointer stays null.
        let input = |p: *const T| if p.is_null() { p } else { unsafe { p.add(r * self.width) } };
        // SAFETY: as above.
        let output = |p: *mut T| if p.is_null() { p } else { unsafe { p.add(r * self.width) } };
        Row {
            width: self.width,
            scale: self.scale * weight,
            // A negative label becomes one that is too large.
            // SAFETY: r < rows.
            label: if self.labels.is_null() { 0 } else { unsafe { *self.labels.add(r) as usize } },
            inputs: self.inputs.map(input),
            grads: self.grads.map(output),
            hess: self.hess.map(output),
        }
    }
}

/// One row of a [`Call`].
#[derive(Clone, Copy)]
pub struct Row<T, const I: usize, const G: usize> {
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
    /// Writes `x` to every derivative, and makes it the loss: 0 for a row that doesn't count, NaN for one without a limit.
    ///
    /// # Safety
    /// - The outputs are null or valid for writes of `width` elements.
    pub unsafe fn fill(&self, x: f64) -> f64 {
        for p in self.grads.into_iter().chain(self.hess) {
            // SAFETY: the caller's guarantee.
            unsafe { fill(p, self.width, x) };
        }
        x
    }
}

/// Writes `x` to each of `n` elements; nothing if `p` is null.
///
/// # Safety
/// - `p` is null or valid for writes of `n` elements.
pub unsafe fn fill<T: Float>(p: *mut T, n: usize, x: f64) {
    if !p.is_null() {
        // SAFETY: the caller's guarantee.
        unsafe { core::slice::from_raw_parts_mut(p, n) }.fill(T::from_f64(x));
    }
}

/// Adds the call's losses to `sum` and writes what has a pointer.
///
/// # Safety
/// - `values`, `weight` and `labels` of `call` are null or valid for `rows` elements, its other pointers for rows × width.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
/// - The loss's own pointers are as its fields say.
pub unsafe fn run<T: Float, L, const I: usize, const G: usize>(loss: &L, call: &Call<T, I, G>, mut sum: f64) -> Outcome
where
    L: Rowwise<T, I, G>,
{
    let mut start = 0;
    while start < call.rows {
        let end = call.rows.min(start + GROUP);
        let (mut losses, mut weights, mut places) = ([0.0; GROUP], [0.0; GROUP], [0; GROUP]);
        // SAFETY: the first row.
        let mut rows = [unsafe { call.row(start, 1.0) }; GROUP];
        let mut count = 0;
        let mut outcome = Ok(());
        for r in start..end {
            // SAFETY: r < rows.
            let (weight, row) = unsafe {
                let weight = if call.weight.is_null() { 1.0 } else { (*call.weight.add(r)).to_f64() };
                (weight, call.row(r, weight))
            };
            if weight == 0.0 || (!call.labels.is_null() && row.label as i32 as f64 == call.ignore_index) {
                // SAFETY: the outputs of this row.
                unsafe { row.fill(0.0) };
            } else if !call.labels.is_null() && row.label >= call.width {
                outcome = Err(r);
                break;
            } else {
                (rows[count], weights[r - start], places[count]) = (row, weight, r - start);
                count += 1;
            }
        }
        let mut counted = [0.0; GROUP];
        // SAFETY: the pointers of these rows; their labels are less than the width.
        unsafe { loss.rows(&rows[..count], &mut counted[..count]) }.map_err(|i| start + places[i])?;
        outcome?;
        for i in 0..count {
            losses[places[i]] = counted[i];
        }
        for r in start..end {
            let i = r - start;
            let value = if weights[i] == 0.0 { 0.0 } else { weights[i] * losses[i] };
            if !call.values.is_null() {
                // SAFETY: r < rows.
                unsafe { *call.values.add(r) = T::from_f64(value) };
            }
            sum += value;
        }
        start = end;
    }
    Ok(sum)
}
