//! Losses that are a function of the label's probability alone.

use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise};
use crate::loops::softmax::one::Softmax;
use crate::loops::softmax::short::lanes::Wide;
use crate::loops::softmax::short::{Known, Results, Rows, ShortRows, Weights};
use crate::loops::softmax::{self, Plan};
use crate::loops::walk::{each, load, multiply, store};
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::{label_weight, label_weights};
use crate::simd::{Float, Vector};

/// What makes a loss, and its derivatives, of p = softmax(z)_y: of one row or of two, a row a lane.
pub trait Formula {
    /// Whether a label of weight 0 leaves its row out, unread. Otherwise the softmax says whether the row is NaN.
    const SKIPS: bool;
    /// The loss and its derivatives, times the label's weight, which is [`Known::peak`]. Nothing is spread over the other classes.
    fn finish<T: Float>(&self, known: &Known<Wide<T>>) -> Results<Wide<T>>;
}

/// A loss of the label's probability. ±∞ and NaN are as in cross-entropy; a label of weight 0 makes its row 0, see [`Formula::SKIPS`].
pub struct OfLabel<T, F> {
    /// A factor for each class, or null for 1
    pub weight: *const T,
    /// The loss itself
    pub formula: F,
}

impl<T: Float, F: Formula> Rowwise<T, 1, 1> for OfLabel<T, F> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { softmax::run(self, call, total) }
    }
}

impl<T: Float, F: Formula> OneRow<T, 1, 1> for OfLabel<T, F> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: there is a factor for each label, which is less than the width.
        let (weight, z_y) = unsafe { (label_weight(self.weight, row.label), *row.inputs[0].add(row.label)) };
        let plan = (weight != 0.0 || !F::SKIPS).then_some(LabelPlan { formula: &self.formula, weight, z_y });
        // SAFETY: the caller's guarantee.
        Ok(unsafe { softmax::row(row, plan) })
    }
}

impl<T: Float, F: Formula> ShortRows<T> for OfLabel<T, F> {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: there is a factor for each label.
        weights.set_peak(unsafe { label_weights(self.weight, rows.labels) }, 1.0);
    }
    fn uniform(&self, _width: usize) -> Option<f64> {
        Some(0.0)
    }
    fn is_plain(&self) -> bool {
        self.weight.is_null()
    }
    fn is_other(&self) -> bool {
        true
    }
    fn finish(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        self.formula.finish::<T>(known)
    }
}

/// The formula, and the weight and the logit of the label.
struct LabelPlan<'a, T, F> {
    formula: &'a F,
    weight: f64,
    z_y: T,
}

impl<T: Copy, F> Clone for LabelPlan<'_, T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Copy, F> Copy for LabelPlan<'_, T, F> {}

impl<T: Float, F: Formula> Plan<T> for LabelPlan<'_, T, F> {
    unsafe fn read(&mut self, _row: &Row<T, 1, 1>, _max: T) {}
    unsafe fn finish(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) -> f64 {
        if self.weight == 0.0 {
            // SAFETY: the caller's guarantee.
            return unsafe { row.fill(0.0) };
        }
        let known = Known {
            top: 1.0,
            scale: row.scale,
            sum: softmax.sum,
            rest: softmax.rest,
            log_sum: softmax.log_sum,
            peak: self.weight,
            e: softmax.exp(self.z_y),
            half_gap: softmax.half_gap(self.z_y),
            second: !row.hess[0].is_null(),
        };
        let results = self.formula.finish::<T>(&known.map(Wide::<T>::c));
        // SAFETY: the caller's guarantee.
        unsafe { write(row, softmax, e, &results) };
        results.loss.lane(0)
    }
}

/// Writes the derivatives, from e.
///
/// # Safety
/// As [`Plan::finish`].
#[inline(never)]
unsafe fn write<T: Float>(row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T, results: &Results<Wide<T>>) {
    let ([grad], [hess]) = (row.grads, row.hess);
    if !hess.is_null() {
        let [h, c, o] = results.curvature.map(|x| T::Vec::c(x.lane(0)));
        let (one, by_sum) = (T::Vec::c(1.0), T::Vec::c(1.0 / softmax.sum));
        let curvature = |e: T::Vec, rest: T::Vec| {
            let (p, ratio) = (e * by_sum, e * o);
            p * rest * h + ratio * ratio * c
        };
        // SAFETY: places are less than the width, and each is read before it is written.
        unsafe {
            // Where p_k exceeds ½, 1 − p_k is a sum.
            let top = softmax.top(e, row.width);
            let read = |at, n| -> T::Vec { load(e, at, n) };
            each::<T::Vec, _>(row.width, read, |at, n, e| store(curvature(e, one - e * by_sum), hess, at, n));
            if let Some(k) = top {
                let rest = T::Vec::c(softmax.rest / softmax.sum);
                *hess.add(k) = T::from_f64(curvature(one, rest).lane(0));
            }
            *hess.add(row.label) = T::from_f64(results.curvature_y.lane(0));
        }
    }
    if !grad.is_null() {
        // SAFETY: as above; `e` is the gradient itself.
        unsafe {
            multiply(e, [results.slope.lane(0), 0.0], grad, row.width);
            *grad.add(row.label) = T::from_f64(results.slope_y.lane(0));
        }
    }
}
