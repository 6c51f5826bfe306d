//! The softmax of several short rows at once, a row a lane: no register is partly empty, and nothing is summed across lanes.

use super::rowwise::Row;
use super::softmax::Softmax;
use crate::math::{exp_nonpositive, log1p_positive};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;

/// The longest row that is short.
pub const SHORT: usize = 32;

/// The most lanes of a register.
const LANES: usize = 4;

/// The softmax of as many rows as a register has lanes.
pub struct Together<T: Float> {
    /// e_k of the rows, one after the other, for each k.
    columns: MaybeUninit<[T; LANES * SHORT]>,
    rows: [Softmax<T>; LANES],
}

impl<T: Float> Together<T> {
    /// The softmax of each row's first input.
    ///
    /// # Safety
    /// - There are at most as many rows as lanes, and at least one; their first inputs are valid for reads of their width,
    ///   which is the same for all and at most [`SHORT`].
    #[inline(always)]
    pub unsafe fn new<const I: usize>(rows: &[Row<T, I, 1>]) -> Self {
        let (lanes, width) = (T::Vec::LANES, rows[0].width);
        let mut columns = MaybeUninit::<[T; LANES * SHORT]>::uninit();
        let column: *mut T = columns.as_mut_ptr().cast();
        // SAFETY: lane < LANES and k < width ≤ SHORT, and the caller's guarantees. Every column is written before it is read.
        unsafe {
            for lane in 0..lanes {
                // Lanes without a row repeat the last.
                let z = rows[lane.min(rows.len() - 1)].inputs[0];
                for k in 0..width {
                    *column.add(k * lanes + lane) = *z.add(k);
                }
            }
            let mut max = T::Vec::c(f64::NEG_INFINITY);
            for k in 0..width {
                max = max.pmax(T::Vec::load(column.add(k * lanes)));
            }
            let mut sum = [<T::Vec as Vector>::Wide::zero(); 2];
            for k in 0..width {
                let e = exp_nonpositive(T::Vec::load(column.add(k * lanes)) - max);
                e.store(column.add(k * lanes));
                e.accumulate(&mut sum);
            }
            let (one, two) = (<T::Vec as Vector>::Wide::c(1.0), <T::Vec as Vector>::Wide::c(2.0));
            let mut rest = sum.map(|sum| sum - one);
            let cancels = sum.map(|sum| sum.lt(two));
            if (cancels[0] | cancels[1]).any() {
                let mut summed = [<T::Vec as Vector>::Wide::zero(); 2];
                for k in 0..width {
                    let e = T::Vec::load(column.add(k * lanes));
                    // Only e_top is 1.
                    e.drop(e.eq(T::Vec::c(1.0))).accumulate(&mut summed);
                }
                rest = core::array::from_fn(|i| <T::Vec as Vector>::Wide::select(cancels[i], summed[i], rest[i]));
            }
            let mut maxima = [T::from_f64(0.0); LANES];
            max.store(maxima.as_mut_ptr());
            let [sum, rest, log_sum] = [sum, rest, rest.map(log1p_positive)].map(|[low, high]| {
                let mut lanes = [0.0; LANES];
                low.store(lanes.as_mut_ptr());
                high.store(lanes.as_mut_ptr().add(2));
                lanes
            });
            let softmax = |i| Softmax { max: maxima[i], sum: sum[i], rest: rest[i], log_sum: log_sum[i] };
            Together { columns, rows: core::array::from_fn(softmax) }
        }
    }

    /// The softmax of a row; None if a limit decides, or there is none.
    pub fn finite(&self, lane: usize) -> Option<&Softmax<T>> {
        let row = &self.rows[lane];
        (!row.sum.is_nan() && row.max.to_f64().is_finite()).then_some(row)
    }

    /// Writes a row's e; nothing if `e` is null.
    ///
    /// # Safety
    /// - `e` is null or valid for writes of `width` elements, the width of the rows.
    #[inline(always)]
    pub unsafe fn store(&self, lane: usize, e: *mut T, width: usize) {
        let column: *const T = self.columns.as_ptr().cast();
        if !e.is_null() {
            for k in 0..width {
                // SAFETY: `new` wrote the columns of every k < width.
                unsafe { *e.add(k) = *column.add(k * T::Vec::LANES + lane) };
            }
        }
    }
}
