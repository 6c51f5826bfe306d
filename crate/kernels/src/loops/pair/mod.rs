//! Losses of whole rows of embeddings: pairs and triplets of vectors, compared by a distance.
//!
//! A loss reads its row once for all the sums of products it needs ([`Row::sums`]), turns them into a value and a few
//! coefficients, and reads it once more to write the gradients ([`Row::write`]), or clears them where they are 0.
//!
//! **Precision.** Products are added in the element type over strips ([`STRIP`](crate::loops::STRIP)), spread over `U` registers, then as
//! doubles. What follows is double precision: distances, losses, weights and coefficients. A row's result depends on
//! nothing but the row, and the sum takes rows one by one, so that a call may be cut between any two.

mod row;

use crate::loops::{Outcome, Total, by_chunks, chunk_rows};
use crate::simd::Float;
use core::ops::Range;
pub use row::{Gap, Row};

/// A loss of `R` embeddings a row, differentiable in all of them.
pub trait Embeddings<const R: usize> {
    /// The row's loss; writes its gradients times [`Row::factor`]. None if its target is out of the domain.
    fn row<T: Float>(&self, row: &Row<T, R>) -> Option<f64>;
}

/// Where a call's data lies. Null pointers are absent.
pub struct PairCall<T, const R: usize> {
    /// Rows.
    pub rows: usize,
    /// Elements in an embedding.
    pub width: usize,
    /// Multiplies gradients.
    pub scale: f64,
    /// Output: one weighted loss a row.
    pub values: *mut T,
    /// One weight a row; a row of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// One target a row, for losses that have one.
    pub target: *const T,
    /// The embeddings.
    pub inputs: [*const T; R],
    /// Output: gradients, all or none.
    pub grads: [*mut T; R],
}

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// # Safety
/// - `weight`, `target` and `values` are null or valid for `rows` elements, `inputs` for `rows · width`, `grads` too or all null.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
pub unsafe fn run<T: Float, L: Embeddings<R>, const R: usize>(
    loss: &L,
    call: &PairCall<T, R>,
    total: Total,
) -> Outcome {
    by_chunks(call.rows, chunk_rows(call.width), total, |first, rows| {
        // SAFETY: the caller's guarantees; the rows are within the call.
        unsafe { chunk(loss, call, first..first + rows) }.map_err(|index| index - first)
    })
}

/// The sum of a chunk of rows.
///
/// # Safety
/// As [`run`]; the rows are within the call.
unsafe fn chunk<T: Float, L: Embeddings<R>, const R: usize>(
    loss: &L,
    call: &PairCall<T, R>,
    rows: Range<usize>,
) -> Outcome {
    let mut total = Total::default();
    for index in rows {
        // SAFETY: index < rows.
        let read = |p: *const T, absent: f64| if p.is_null() { absent } else { unsafe { *p.add(index) }.to_f64() };
        let (weight, start) = (read(call.weight, 1.0), index * call.width);
        let row = Row {
            width: call.width,
            factor: call.scale * weight,
            target: read(call.target, 0.0),
            // SAFETY: the row starts within its array.
            inputs: call.inputs.map(|p| unsafe { p.add(start) }),
            // SAFETY: as above.
            grads: call.grads.map(|p| if p.is_null() { p } else { unsafe { p.add(start) } }),
        };
        let value = if weight == 0.0 {
            row.clear();
            0.0
        } else {
            loss.row(&row).ok_or(index)?
        };
        if !call.values.is_null() {
            // SAFETY: index < rows.
            unsafe { *call.values.add(index) = T::from_f64(weight * value) };
        }
        total.add_weighted(value, weight);
    }
    Ok(total)
}
