//! Losses of the softmax of a row, which is computed as numbers from which no result has to cancel.

use super::rowwise::{Invalid, Row, Rowwise};
use super::softmax_lanes::{SHORT, Together};
use super::walk::{largest, load, store, sums};
use crate::math::{exp_nonpositive, log1p_positive};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;

/// p_k = e_k/Σe with e_k = e^(z_k − max z). The largest, e_top = 1, is exact; no other p exceeds ½ if Σe < 2.
#[derive(Clone, Copy)]
pub struct Softmax<T> {
    /// max z
    pub max: T,
    /// Σ e_k
    pub sum: f64,
    /// Σ e_k without e_top, not computed as a difference where that would cancel.
    pub rest: f64,
    /// ln Σ e_k, so that −ln p_k = (max − z_k) + log_sum.
    pub log_sum: f64,
}

/// A loss of the softmax of its first input.
pub trait SoftmaxLoss<T: Float, const I: usize> {
    /// What the loss knows of a row before its softmax.
    type Plan: Copy;

    /// Looks at the label or target. None skips the row.
    ///
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn plan(&self, row: &Row<T, I, 1>) -> Result<Option<Self::Plan>, Invalid>;
    /// Reads what it needs of the logits, of which `max` is the largest: e may be written in their place.
    ///
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn read(&self, row: &Row<T, I, 1>, plan: &mut Self::Plan, max: T);
    /// The loss; writes the derivatives. e is where the gradient goes, or the second derivative without a gradient.
    ///
    /// # Safety
    /// As [`Rowwise::row`]; `e` is valid for reads of the row's width if there is an output.
    unsafe fn finish(&self, row: &Row<T, I, 1>, plan: &Self::Plan, softmax: &Softmax<T>, e: *const T) -> f64;
}

impl<T: Float, L: SoftmaxLoss<T, I>, const I: usize> Rowwise<T, I, 1> for L {
    unsafe fn row(&self, row: &Row<T, I, 1>) -> Result<f64, Invalid> {
        let mut loss = [0.0];
        // SAFETY: the caller's guarantee.
        unsafe { self.rows(core::slice::from_ref(row), &mut loss) }.map_err(|_| Invalid)?;
        Ok(loss[0])
    }

    unsafe fn rows(&self, rows: &[Row<T, I, 1>], losses: &mut [f64]) -> Result<(), usize> {
        for (first, rows) in rows.chunks(T::Vec::LANES).enumerate().map(|(i, rows)| (i * T::Vec::LANES, rows)) {
            let short = rows[0].width <= SHORT;
            // SAFETY: the caller's guarantees; the rows are at most as many as lanes.
            let together = short.then(|| unsafe { Together::new(rows) });
            for (i, row) in rows.iter().enumerate() {
                // SAFETY: the caller's guarantees; e is written after the logits have been read.
                losses[first + i] = unsafe {
                    match self.plan(row).map_err(|Invalid| first + i)? {
                        None => row.fill(0.0),
                        Some(plan) => match together.as_ref().and_then(|t| t.finite(i).map(|softmax| (t, softmax))) {
                            Some((t, softmax)) => {
                                let mut plan = plan;
                                self.read(row, &mut plan, softmax.max);
                                let e = output(row);
                                t.store(i, e, row.width);
                                self.finish(row, &plan, softmax, e)
                            }
                            None => alone(self, row, plan),
                        },
                    }
                };
            }
        }
        Ok(())
    }
}

/// Where e goes if not to scratch memory.
fn output<T, const I: usize>(row: &Row<T, I, 1>) -> *mut T {
    if row.grads[0].is_null() { row.hess[0] } else { row.grads[0] }
}

/// The loss of one row.
///
/// # Safety
/// As [`Rowwise::row`].
#[inline(never)]
unsafe fn alone<T: Float, L: SoftmaxLoss<T, I>, const I: usize>(loss: &L, row: &Row<T, I, 1>, mut plan: L::Plan) -> f64 {
    /// Room for a row's e where there is no output. Longer rows compute it twice instead.
    const SCRATCH: usize = 2048;
    let mut scratch = MaybeUninit::<[T; SCRATCH]>::uninit();
    let mut e = output(row);
    if e.is_null() && row.width <= SCRATCH {
        e = scratch.as_mut_ptr().cast();
    }
    // SAFETY: the caller's guarantees; the logits are read before `e`, which may be in their place, is written.
    unsafe {
        let max = largest::<T::Vec>(row.inputs[0], row.width);
        loss.read(row, &mut plan, max);
        match Softmax::new(row.inputs[0], e, row.width, max) {
            Some(softmax) => loss.finish(row, &plan, &softmax, e),
            None => row.fill(f64::NAN),
        }
    }
}

impl<T: Float> Softmax<T> {
    /// The softmax of `z`, whose largest element is `max`. None where no limit exists: NaN, two +∞, all −∞.
    ///
    /// # Safety
    /// - `z` is valid for reads of `width` elements, `e` null or valid for writes of as many. They may be the same.
    unsafe fn new(z: *const T, e: *mut T, width: usize, max: T) -> Option<Self> {
        if max.to_f64().is_infinite() {
            // SAFETY: the caller's guarantee.
            return unsafe { limit(z, e, width, max) };
        }
        // SAFETY: as above.
        let sum = unsafe { if e.is_null() { exps::<T, false>(z, e, width, max) } else { exps::<T, true>(z, e, width, max) } };
        if sum.is_nan() {
            return None;
        }
        let rest = if sum < 2.0 {
            // Then only e_top is 1.
            let one = T::Vec::c(1.0);
            let [rest] = sums(width, |at, n| {
                // SAFETY: at + n ≤ width; without `e`, `z` wasn't overwritten.
                let e = unsafe { if e.is_null() { exp(load(z, at, n), max) } else { load(e, at, n) } };
                [e.drop(one.eq(e))]
            });
            rest
        } else {
            sum - 1.0
        };
        Some(Softmax { max, sum, rest, log_sum: log1p_positive(<f64 as Float>::Vec::c(rest)).lane(0) })
    }
    /// (max − z)/2, which overflows only where max − z isn't representable either.
    pub fn half_gap(&self, z: T) -> f64 {
        if z == self.max { 0.0 } else { 0.5 * self.max.to_f64() - 0.5 * z.to_f64() }
    }
    /// e of one element.
    pub fn exp(&self, z: T) -> f64 {
        if z == self.max { 1.0 } else { exp::<T>(T::Vec::c(z.to_f64()), self.max).lane(0) }
    }
    /// Σ of all e but this one.
    pub fn others(&self, e: f64) -> f64 {
        if e == 1.0 { self.rest } else { self.sum - e }
    }
    /// The place of e_top, if p_top may exceed ½.
    ///
    /// # Safety
    /// - `e` is valid for reads of `width` elements.
    pub unsafe fn top(&self, e: *const T, width: usize) -> Option<usize> {
        if self.sum >= 2.0 {
            return None;
        }
        (0..width).step_by(T::Vec::LANES).find_map(|at| {
            // SAFETY: at + n ≤ width.
            let e: T::Vec = unsafe { load(e, at, T::Vec::LANES.min(width - at)) };
            let found = e.eq(T::Vec::c(1.0)).bits();
            (found != 0).then(|| at + found.trailing_zeros() as usize)
        })
    }
}

/// e^(z − max), z ≤ max. NaN stays.
#[inline(always)]
fn exp<T: Float>(z: T::Vec, max: T) -> T::Vec {
    exp_nonpositive(z - T::Vec::c(max.to_f64()))
}

/// Writes e if `STORE`, and sums it.
///
/// # Safety
/// As [`Softmax::new`].
#[inline(never)]
unsafe fn exps<T: Float, const STORE: bool>(z: *const T, e: *mut T, width: usize, max: T) -> f64 {
    let [sum] = sums(width, |at, n| {
        // SAFETY: at + n ≤ width; a place is read before it is written.
        unsafe {
            let x = exp(load(z, at, n), max);
            if STORE {
                store(x, e, at, n);
            }
            [x]
        }
    });
    sum
}

/// The softmax of a row whose largest element is infinite: all weight is on the only +∞.
///
/// # Safety
/// As [`Softmax::new`].
#[cold]
unsafe fn limit<T: Float>(z: *const T, e: *mut T, width: usize, max: T) -> Option<Softmax<T>> {
    let infinite = T::Vec::c(f64::INFINITY);
    let mut nan = <T::Vec as Vector>::Mask::none();
    let [count] = sums(width, |at, n| {
        // SAFETY: at + n ≤ width; a place is read before it is written.
        unsafe {
            let x: T::Vec = load(z, at, n);
            nan = nan | x.is_nan();
            let one = T::Vec::c(1.0).keep(x.eq(infinite));
            store(one, e, at, n);
            [one]
        }
    });
    (count == 1.0 && !nan.any()).then_some(Softmax { max, sum: 1.0, rest: 0.0, log_sum: 0.0 })
}
