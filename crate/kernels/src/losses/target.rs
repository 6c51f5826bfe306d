//! Targets of a row of classes: what each class weighs in the loss −Σ t_k ln p_k.

use crate::loops::STRIP;
use crate::loops::Total;
use crate::loops::element::{self, Facts, Loops};
use crate::loops::row::terms;
use crate::loops::row::{Invalid, Row};
use crate::loops::shift::{shift, shift_mut};
use crate::loops::walk::{load, store, strips};
use crate::math::exp;
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

/// The weights t_k of a row: ((1−ε) y_k + ε/K)·cw_k, or e^y_k.
#[derive(Clone, Copy)]
pub struct Target<T> {
    /// y: dense targets, or null for zeros (the label's part of y is then added by the loss).
    y: *const T,
    /// cw, or null for ones.
    class_weight: *const T,
    /// 1 − ε
    pub keep: f64,
    /// ε/K
    share: f64,
    /// Whether y are logarithms of the weights.
    is_log: bool,
}

impl<T: Float> Target<T> {
    /// y smoothed by ε over `width` classes, times class weights.
    pub fn smoothed(y: *const T, class_weight: *const T, label_smoothing: f64, width: usize) -> Self {
        let (keep, share) = (1.0 - label_smoothing, label_smoothing / width as f64);
        Target { y, class_weight, keep, share, is_log: false }
    }
    /// The weights themselves, or their logarithms.
    pub fn given(y: *const T, is_log: bool) -> Self {
        Target { y, class_weight: null(), keep: 1.0, share: 0.0, is_log }
    }

    /// The weight of every class here, if it is the same for all.
    pub fn uniform(&self) -> Option<f64> {
        let same = self.y.is_null() && (self.class_weight.is_null() || self.share == 0.0);
        same.then_some(self.share)
    }
    /// Whether any weight here may differ from 0. If not, all of it is on the label.
    pub fn spread(&self) -> bool {
        self.uniform() != Some(0.0)
    }

    /// Where the `n` weights from `start` on are: as they were given, or in `scratch`.
    ///
    /// # Safety
    /// - `start + n` is at most the row's width, and `scratch` is valid for writes of `n` elements.
    #[inline(never)]
    pub unsafe fn read(&self, start: usize, n: usize, scratch: *mut T) -> *const T {
        let (y, class_weight) = (shift(self.y, start), shift(self.class_weight, start));
        if self.is_given() {
            return y;
        }
        for at in (0..n).step_by(T::Vec::LANES) {
            let lanes = T::Vec::LANES.min(n - at);
            // SAFETY: the targets have the row's width, and there is a weight for each class.
            unsafe {
                let t = match self.is_log {
                    true => exp_of(load(y, at, lanes)),
                    false => self.weigh(|| load::<T::Vec>(y, at, lanes), || load(class_weight, at, lanes)),
                };
                store(t, scratch, at, lanes);
            }
        }
        scratch
    }
    /// Calls `f(start, n, t)` for every strip of a row, whose weights are at `t`.
    ///
    /// # Safety
    /// - `width` is the row's.
    #[inline(always)]
    pub unsafe fn each_strip(&self, width: usize, mut f: impl FnMut(usize, usize, *const T)) {
        let mut scratch = MaybeUninit::<[T; STRIP]>::uninit();
        // SAFETY: the strip is within the row.
        strips(width, |start, n| f(start, n, unsafe { self.read(start, n, scratch.as_mut_ptr().cast()) }));
    }
    /// Σ of a term over the elements of a row and their weights; writes the derivatives.
    ///
    /// # Safety
    /// - As [`OneRow::row`](crate::loops::row::OneRow::row).
    #[inline(never)]
    pub unsafe fn sum(&self, term: &dyn Loops<T>, facts: &Facts, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        let ([x], [grad], [hess], scale) = (row.inputs, row.grads, row.hess, row.scale);
        let (none, mut sum) = (null_mut(), Ok(Total::default()));
        // SAFETY: the strips are within the row.
        unsafe {
            self.each_strip(row.width, |start, n, t| {
                let call = element::ElementCall {
                    n,
                    scale,
                    values: none,
                    weight: null(),
                    inputs: [x.add(start), t, null()],
                    grads: [shift_mut(grad, start), none],
                    hess: [shift_mut(hess, start), none],
                };
                sum = sum.and_then(|sum| terms::rows(term, facts, &call, 1, sum));
            });
        }
        sum.map(|total| total.value()).map_err(|_| Invalid)
    }
    /// t_k of one class.
    ///
    /// # Safety
    /// - `k` is less than the row's width.
    pub unsafe fn at(&self, k: usize) -> f64 {
        let mut scratch = T::from_f64(0.0);
        // SAFETY: the caller's guarantee.
        unsafe { (*self.read(k, 1, &raw mut scratch)).to_f64() }
    }
    /// Turns columns of y into t.
    ///
    /// # Safety
    /// - There is a class weight for each column, if there are any.
    pub unsafe fn weigh_columns(&self, columns: &mut [T::Four]) {
        if self.is_given() {
            return;
        }
        // A copy, which no column can be written over: its constants are made once.
        let this = *self;
        for (k, column) in columns.iter_mut().enumerate() {
            // SAFETY: the caller's guarantee.
            *column = this.weigh(|| *column, || T::Four::c(unsafe { *this.class_weight.add(k) }.to_f64()));
        }
    }
    /// Whether the weights are y itself.
    fn is_given(&self) -> bool {
        !self.is_log && !self.y.is_null() && self.class_weight.is_null() && self.share == 0.0
    }
    /// t from y and cw, each asked for only if there is one.
    #[inline(always)]
    fn weigh<V: Vector>(&self, y: impl FnOnce() -> V, class_weight: impl FnOnce() -> V) -> V {
        let mut t = V::c(self.share);
        if !self.y.is_null() {
            t = y() * V::c(self.keep) + t;
        }
        if self.class_weight.is_null() { t } else { t * class_weight() }
    }
}

/// e^y: a call, as few targets are logarithms. The C convention, unlike Rust's own, passes registers as registers.
#[inline(never)]
pub extern "C" fn exp_of<V: Vector>(y: V) -> V {
    exp(y)
}
