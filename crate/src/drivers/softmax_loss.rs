//! Losses of the softmax of a row: where it comes from, and where e goes.

use super::Outcome;
use super::lanes::SHORT;
use super::rowwise::{self, Call, Invalid, Row, Rowwise};
use super::softmax::Softmax;
use super::softmax_lanes::{self, ShortRows};
use super::walk::largest;
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// A loss of the softmax of its first input.
pub trait SoftmaxLoss<T: Float, const I: usize> {
    /// What the loss knows of a row before its softmax.
    type Plan: Copy;

    /// Looks at the label or target. None skips the row.
    ///
    /// # Safety
    /// As [`Rowwise::row`](super::rowwise::Rowwise::row).
    unsafe fn plan(&self, row: &Row<T, I, 1>) -> Result<Option<Self::Plan>, Invalid>;
    /// Reads what it needs of the logits, of which `max` is the largest: e may be written in their place.
    ///
    /// # Safety
    /// As [`Rowwise::row`](super::rowwise::Rowwise::row).
    unsafe fn read(&self, row: &Row<T, I, 1>, plan: &mut Self::Plan, max: T);
    /// The loss; writes the derivatives. e is where the gradient goes, or the second derivative without a gradient.
    ///
    /// # Safety
    /// As [`Rowwise::row`](super::rowwise::Rowwise::row); `e` is valid for reads of the row's width if there is an output.
    unsafe fn finish(&self, row: &Row<T, 1, 1>, plan: &Self::Plan, softmax: &Softmax<T>, e: *const T) -> f64;
}

/// Adds the call's losses to `sum` if rows are short: several are then computed at once. Doubles, which aren't hot, never are.
///
/// # Safety
/// As [`rowwise::run`].
pub unsafe fn at_once<T: Float, L, const I: usize>(loss: &L, call: &Call<T, I, 1>, sum: f64) -> Option<Outcome>
where
    L: Rowwise<T, I, 1> + ShortRows<T>,
{
    if T::Vec::DOUBLE || !(1..=SHORT).contains(&call.width) {
        return None;
    }
    // SAFETY: the caller's guarantees.
    let alone = |r: usize| unsafe { rowwise::one(loss, call, r) };
    // SAFETY: as above.
    Some(unsafe { softmax_lanes::run(loss, &alone, &call.first(), call.inputs[I - 1], sum) })
}

/// The loss of a row.
///
/// # Safety
/// As [`Rowwise::row`](super::rowwise::Rowwise::row).
#[inline(always)]
pub unsafe fn row<T: Float, L, const I: usize>(loss: &L, row: &Row<T, I, 1>) -> Result<f64, Invalid>
where
    L: SoftmaxLoss<T, I>,
{
    // SAFETY: the caller's guarantees; e is written after the logits have been read.
    unsafe {
        match loss.plan(row)? {
            Some(plan) => Ok(planned(loss, row, plan)),
            None => Ok(row.fill(0.0)),
        }
    }
}

/// The loss of a row that counts.
///
/// # Safety
/// As [`Rowwise::row`](super::rowwise::Rowwise::row).
#[inline(never)]
unsafe fn planned<T: Float, L: SoftmaxLoss<T, I>, const I: usize>(
    loss: &L,
    row: &Row<T, I, 1>,
    mut plan: L::Plan,
) -> f64 {
    /// Room for a row's e where there is no output. Longer rows compute it twice instead.
    const SCRATCH: usize = 2048;
    let mut scratch = MaybeUninit::<[T; SCRATCH]>::uninit();
    let mut e = if row.grads[0].is_null() { row.hess[0] } else { row.grads[0] };
    if e.is_null() && row.width <= SCRATCH {
        e = scratch.as_mut_ptr().cast();
    }
    // SAFETY: the caller's guarantees; the logits are read before `e`, which may be in their place, is written.
    unsafe {
        let max = largest::<T::Vec>(row.inputs[0], row.width);
        loss.read(row, &mut plan, max);
        match Softmax::new(row.inputs[0], e, row.width, max) {
            Some(softmax) => loss.finish(&row.first(), &plan, &softmax, e),
            None => row.fill(f64::NAN),
        }
    }
}
