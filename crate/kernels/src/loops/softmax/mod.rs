//! Losses of the softmax of a row: where it comes from, and where e goes.

pub mod bent;
pub mod one;
pub mod short;
pub mod temperature;

use crate::loops::row::{self, OneRow, Row, RowCall};
use crate::loops::softmax::one::Softmax;
use crate::loops::softmax::short::ShortRows;
use crate::loops::softmax::short::lanes::{SHORT, SHORT_WEIGHED, SHORT_WEIGHED_DOUBLES};
use crate::loops::softmax::temperature::Temperature;
use crate::loops::walk::largest;
use crate::loops::{Outcome, Total, by_chunks, chunk_rows};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// What a loss of the softmax of its first input knows of a row before it computes it.
pub trait Plan<T: Float>: Copy {
    /// What logits are divided by, unless it is 1.
    fn temperature(&self) -> Option<Temperature> {
        None
    }
    /// Reads what it needs of the logits, of which `max` is the largest: e may be written in their place.
    ///
    /// # Safety
    /// As [`OneRow::row`].
    unsafe fn read(&mut self, row: &Row<T, 1, 1>, max: T);
    /// The loss; writes the derivatives. e is where the gradient goes, or the second derivative without a gradient.
    ///
    /// # Safety
    /// As [`OneRow::row`]; `e` is valid for reads of the row's width if there is an output.
    unsafe fn finish(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) -> f64;
}

/// Adds the call's losses to `total`: of several rows at once if they are short.
///
/// # Safety
/// As [`row::Rowwise::rows`].
pub unsafe fn run<T: Float, L, const I: usize>(loss: &L, call: &RowCall<T, I, 1>, total: Total) -> Outcome
where
    L: OneRow<T, I, 1> + ShortRows<T>,
{
    let weighed = if T::Vec::DOUBLE { SHORT_WEIGHED_DOUBLES } else { SHORT_WEIGHED };
    let short = if loss.uniform(call.width).is_some() { SHORT } else { weighed };
    if !(1..=short).contains(&call.width) {
        // SAFETY: the caller's guarantees.
        return unsafe { row::one_by_one(loss, call, total) };
    }
    by_chunks(call.rows, chunk_rows(call.width), total, |first, rows| {
        let part = call.part(first, rows);
        // SAFETY: as above, and the rows are within the call.
        let alone = |r: usize| unsafe { row::one(loss, &part, r) };
        // SAFETY: as above.
        unsafe { short::run(loss, &alone, &part.first(), part.inputs[I - 1]) }
    })
}

/// The loss of a row by its plan; without one the row is skipped.
///
/// # Safety
/// As [`OneRow::row`].
#[inline(always)]
pub unsafe fn row<T: Float, P: Plan<T>, const I: usize>(row: &Row<T, I, 1>, plan: Option<P>) -> f64 {
    // SAFETY: the caller's guarantees.
    unsafe {
        match plan {
            Some(plan) => planned(&row.first(), plan),
            None => row.fill(0.0),
        }
    }
}

/// The loss of a row that counts.
///
/// # Safety
/// As [`OneRow::row`].
#[inline(never)]
unsafe fn planned<T: Float, P: Plan<T>>(row: &Row<T, 1, 1>, mut plan: P) -> f64 {
    /// Room for a row's e where there is no output. Longer rows compute it twice instead.
    const SCRATCH: usize = 2048;
    let mut scratch = MaybeUninit::<[T; SCRATCH]>::uninit();
    let mut e = if row.grads[0].is_null() { row.hess[0] } else { row.grads[0] };
    if e.is_null() && row.width <= SCRATCH {
        e = scratch.as_mut_ptr().cast();
    }
    // SAFETY: the caller's guarantees; the logits are read before `e`, which may be in their place, is written.
    unsafe {
        let max = largest_logit(row);
        plan.read(row, max);
        match Softmax::new(row.inputs[0], e, row.width, max, plan.temperature()) {
            Some(softmax) => plan.finish(row, &softmax, e),
            None => row.fill(f64::NAN),
        }
    }
}

/// The largest logit of a row: a call, the same for all plans.
///
/// # Safety
/// As [`OneRow::row`].
#[inline(never)]
pub unsafe fn largest_logit<T: Float>(row: &Row<T, 1, 1>) -> T {
    // SAFETY: the caller's guarantee.
    unsafe { largest::<T::Vec>(row.inputs[0], row.width) }
}
