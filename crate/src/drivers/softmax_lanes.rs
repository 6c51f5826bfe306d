//! The softmax of several short rows at once, a row a lane: no register is partly empty, and nothing is summed across lanes.

use super::softmax::Softmax;
use crate::math::{exp_of_reduced, exp_reduced, log1p_positive};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// The longest row that is short.
pub const SHORT: usize = 48;

/// The most lanes of a register.
const LANES: usize = 4;

/// Registers of doubles that lanes are summed in.
type Wide<T> = <<T as Float>::Vec as Vector>::Wide;

/// The softmax of as many rows as a register has lanes.
pub struct Ahead<T> {
    /// e_k of the rows, one after the other, for each k.
    columns: MaybeUninit<[T; LANES * SHORT]>,
    /// Their sums. NaN for a row that has a NaN or an infinite maximum.
    rows: [Softmax<T>; LANES],
}

impl<T: Float> Default for Ahead<T> {
    /// Of no rows.
    #[inline(always)]
    fn default() -> Self {
        let none = Softmax { max: T::from_f64(0.0), sum: f64::NAN, rest: 0.0, log_sum: 0.0 };
        Ahead { columns: MaybeUninit::uninit(), rows: [none; LANES] }
    }
}

impl<T: Float> Ahead<T> {
    /// Computes the softmax of `count` rows, which follow each other from `z` on.
    ///
    /// # Safety
    /// - 0 < `count` ≤ lanes, 0 < `width` ≤ [`SHORT`]; `z` is valid for reads of `count` × `width` elements.
    #[inline(never)]
    pub unsafe fn softmax(&mut self, z: *const T, width: usize, count: usize) {
        let lanes = T::Vec::LANES;
        let columns: *mut T = self.columns.as_mut_ptr().cast();
        let mut powers = MaybeUninit::<[T; LANES * SHORT]>::uninit();
        let powers: *mut T = powers.as_mut_ptr().cast();
        let (mut max, mut sum) = (T::Vec::c(f64::NEG_INFINITY), [Wide::<T>::zero(); 2]);
        // SAFETY: lane × width + k is within the rows: lanes without a row repeat the last. Every column is written before
        // it is read.
        unsafe {
            let z: [*const T; LANES] = from_fn(|lane| z.add(lane.min(count - 1) * width));
            for k in 0..width {
                let column = T::Vec::load(z.map(|z| *z.add(k)).as_ptr());
                column.store(columns.add(k * lanes));
                max = max.pmax(column);
            }
            // In two halves, so that several registers are worked on at once.
            for k in 0..width {
                // At an infinite maximum this is NaN, ∞ − ∞.
                let (r, power) = exp_reduced(T::Vec::load(columns.add(k * lanes)) - max);
                r.store(columns.add(k * lanes));
                power.store(powers.add(k * lanes));
            }
            for k in 0..width {
                let e = exp_of_reduced(T::Vec::load(columns.add(k * lanes)), T::Vec::load(powers.add(k * lanes)));
                e.store(columns.add(k * lanes));
                e.accumulate(&mut sum);
            }
        }
        let mut rest = sum.map(|sum| sum - Wide::<T>::c(1.0));
        let cancels = sum.map(|sum| sum.lt(Wide::<T>::c(2.0)));
        if (cancels[0] | cancels[1]).any() {
            let mut others = [Wide::<T>::zero(); 2];
            for k in 0..width {
                // SAFETY: as above.
                let e = unsafe { T::Vec::load(columns.add(k * lanes)) };
                // Only e_top is 1.
                e.drop(e.eq(T::Vec::c(1.0))).accumulate(&mut others);
            }
            rest = from_fn(|i| Wide::<T>::select(cancels[i], others[i], rest[i]));
        }
        let mut maxima = [T::from_f64(0.0); LANES];
        // SAFETY: the array has the lanes of every register.
        unsafe { max.store(maxima.as_mut_ptr()) };
        let [sum, rest, log_sum] = [sum, rest, rest.map(log1p_positive)].map(|[low, high]| {
            let mut lanes = [0.0; LANES];
            // SAFETY: two registers of two doubles.
            unsafe {
                low.store(lanes.as_mut_ptr());
                high.store(lanes.as_mut_ptr().add(2));
            }
            lanes
        });
        self.rows = from_fn(|i| Softmax { max: maxima[i], sum: sum[i], rest: rest[i], log_sum: log_sum[i] });
    }

    /// The softmax of a row; None if a limit decides, or there is none.
    #[inline(always)]
    pub fn row(&self, lane: usize) -> Option<&Softmax<T>> {
        self.rows.get(lane).filter(|row| !row.sum.is_nan())
    }

    /// Writes a row's e; nothing if `e` is null.
    ///
    /// # Safety
    /// - `e` is null or valid for writes of `width` elements, the width of the rows.
    #[inline(always)]
    pub unsafe fn store(&self, lane: usize, e: *mut T, width: usize) {
        let lanes = T::Vec::LANES;
        let whole = if e.is_null() { 0 } else { width - width % lanes };
        // SAFETY: `softmax` wrote the columns of every k < width, and the array has the lanes of every register.
        unsafe {
            let column = self.columns.as_ptr().cast::<T>().add(lane);
            for at in (0..whole).step_by(lanes) {
                let x: [T; LANES] = from_fn(|i| *column.add((at + i.min(lanes - 1)) * lanes));
                T::Vec::load(x.as_ptr()).store(e.add(at));
            }
            for k in whole..if e.is_null() { 0 } else { width } {
                *e.add(k) = *column.add(k * lanes);
            }
        }
    }
}
