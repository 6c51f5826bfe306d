//! The softmax of a row, as numbers from which no result has to cancel.

use crate::loops::STRIP;
use crate::loops::softmax::temperature::{Temperature, exp_unit};
use crate::loops::walk::{each, each_singly, load, position, store, strips, sums};
use crate::math::{exp_of_reduced, exp_reduced, exp_short, log1p_positive};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;

/// p_k = e_k/Σe with e_k = u e^((z_k − max z)/T). The largest, e_top = u, is exact; no other p exceeds ½ if Σe < 2u.
#[derive(Clone, Copy)]
pub struct Softmax<T> {
    /// max z
    pub max: T,
    /// u: 1, or a power of two that keeps e_k/T² normal
    pub unit: f64,
    /// Σ e_k
    pub sum: f64,
    /// Σ e_k without e_top, not computed as a difference where that would cancel.
    pub rest: f64,
    /// ln (Σ e_k/u), so that −ln p_k = (max − z_k)/T + log_sum.
    pub log_sum: f64,
}

impl<T: Float> Softmax<T> {
    /// The softmax of `z`, whose largest element is `max`, with a temperature or with T = 1. None where no limit exists: NaN, two +∞, all −∞.
    ///
    /// # Safety
    /// - `z` is valid for reads of `width` elements, `e` null or valid for writes of as many. They may be the same.
    #[inline(never)]
    pub unsafe fn new(z: *const T, e: *mut T, width: usize, max: T, by: Option<Temperature>) -> Option<Self> {
        if max.to_f64().is_infinite() {
            // SAFETY: the caller's guarantee.
            return unsafe { limit(z, e, width, max) };
        }
        // SAFETY: as above.
        let sum = unsafe { exps(z, e, width, max, by) };
        if sum.is_nan() {
            return None;
        }
        let unit = exp_unit(by);
        // SAFETY: as above; without `e`, `z` wasn't overwritten.
        let rest = if sum < 2.0 * unit { unsafe { all_but_top(z, e, width, max, by) } } else { sum - unit };
        Some(Softmax { max, unit, sum, rest, log_sum: log1p_positive(T::Vec::c(rest / unit)).lane(0) })
    }
    /// (max − z)/2, which overflows only where max − z isn't representable either.
    pub fn half_gap(&self, z: T) -> f64 {
        if z == self.max { 0.0 } else { 0.5 * self.max.to_f64() - 0.5 * z.to_f64() }
    }
    /// e of one element, with T = 1.
    pub fn exp(&self, z: T) -> f64 {
        if z == self.max { 1.0 } else { exp::<T>(T::Vec::c(z.to_f64()), self.max).lane(0) }
    }
    /// Σ of all e but this one.
    pub fn others(&self, e: f64) -> f64 {
        if e == self.unit { self.rest } else { self.sum - e }
    }
    /// The place of e_top, if p_top may exceed ½.
    ///
    /// # Safety
    /// - `e` is valid for reads of `width` elements.
    #[inline(never)]
    pub unsafe fn top(&self, e: *const T, width: usize) -> Option<usize> {
        // SAFETY: the caller's guarantee.
        if self.sum < 2.0 * self.unit { unsafe { position::<T::Vec>(e, width, self.unit) } } else { None }
    }
}

/// e^(z − max), z ≤ max. NaN stays.
#[inline(always)]
fn exp<T: Float>(z: T::Vec, max: T) -> T::Vec {
    exp_short(z - T::Vec::c(max.to_f64()))
}

/// Writes e unless it is null, and sums it: strip by strip the first half of every exponential, then the second.
///
/// # Safety
/// As [`Softmax::new`].
#[inline(never)]
unsafe fn exps<T: Float>(z: *const T, e: *mut T, width: usize, max: T, by: Option<Temperature>) -> f64 {
    let mut scratch = MaybeUninit::<[[T; STRIP]; 3]>::uninit();
    let [powers, reduced, unused] = [0, 1, 2].map(|k| scratch.as_mut_ptr().cast::<T>().wrapping_add(k * STRIP));
    let top = T::Vec::c(max.to_f64());
    let mut total = 0.0;
    strips(width, |start, length| {
        let e = if e.is_null() { unused } else { e.wrapping_add(start) };
        // SAFETY: the strip is within the row, and no longer than a third of the scratch memory; places are less than its
        // length. z is read before e, which may be in its place, is written.
        let [sum] = unsafe {
            let z = z.add(start);
            match by {
                None => each::<T::Vec, _>(
                    length,
                    |at, n| load(z, at, n),
                    |at, n, z: T::Vec| {
                        let (r, power) = exp_reduced(z - top);
                        store(r, reduced, at, n);
                        store(power, powers, at, n);
                    },
                ),
                Some(by) => divided(by, z, max, length, [reduced, powers]),
            }
            let read = |at, n| -> [T::Vec; 2] { [load(reduced, at, n), load(powers, at, n)] };
            sums(length, read, |at, n, [r, power]| {
                let x = exp_of_reduced(r, power);
                store(x, e, at, n);
                [x]
            })
        };
        total += sum;
    });
    total
}

/// Writes the halves of exponentials of logits that a temperature divides: a call, and register by register, as each is long enough.
///
/// # Safety
/// - `z` is valid for reads of `width` elements, each output for writes of as many.
#[inline(never)]
unsafe fn divided<T: Float>(by: Temperature, z: *const T, max: T, width: usize, [reduced, powers]: [*mut T; 2]) {
    let minus_max = T::Vec::c(-max.to_f64());
    each_singly::<T::Vec>(width, |at, n| {
        // SAFETY: at + n ≤ width.
        unsafe {
            let (r, power) = by.exp_reduced(load::<T::Vec>(z, at, n), minus_max);
            store(r, reduced, at, n);
            store(power, powers, at, n);
        }
    });
}

/// Σ e_k without e_top, where no other is as large. Without `e` it is computed anew.
///
/// # Safety
/// As [`Softmax::new`], `e` as it left it.
#[inline(never)]
unsafe fn all_but_top<T: Float>(z: *const T, e: *const T, width: usize, max: T, by: Option<Temperature>) -> f64 {
    let top = T::Vec::c(exp_unit(by));
    let mut scratch = MaybeUninit::<[T; STRIP]>::uninit();
    let scratch: *mut T = scratch.as_mut_ptr().cast();
    let mut total = 0.0;
    strips(width, |start, length| {
        // SAFETY: the strip is within the row.
        let [sum] = unsafe {
            if e.is_null() {
                exps(z.add(start), scratch, length, max, by);
            }
            let e = if e.is_null() { scratch } else { e.add(start) };
            sums(length, |at, n| load::<T::Vec>(e, at, n), |_, _, e| [e.drop(top.eq(e))])
        };
        total += sum;
    });
    total
}

/// The softmax of a row whose largest element is infinite: all weight is on the only +∞.
///
/// # Safety
/// As [`Softmax::new`].
#[cold]
unsafe fn limit<T: Float>(z: *const T, e: *mut T, width: usize, max: T) -> Option<Softmax<T>> {
    let infinite = T::Vec::c(f64::INFINITY);
    let (mut count, mut nan) = (0, <T::Vec as Vector>::Mask::none());
    each_singly::<T::Vec>(width, |at, n| {
        // SAFETY: at + n ≤ width; a place is read before it is written.
        unsafe {
            let x: T::Vec = load(z, at, n);
            nan = nan | x.is_nan();
            let is_infinite = x.eq(infinite);
            count += is_infinite.bits().count_ones();
            store(T::Vec::c(1.0).keep(is_infinite), e, at, n);
        }
    });
    (count == 1 && !nan.any()).then_some(Softmax { max, unit: 1.0, sum: 1.0, rest: 0.0, log_sum: 0.0 })
}
