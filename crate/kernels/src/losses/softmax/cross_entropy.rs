//! Cross-entropy of a row of logits.

use super::softmax_target::TargetPlan;
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise};
use crate::loops::softmax;
use crate::loops::softmax::short::lanes::read;
use crate::loops::softmax::short::{Rows, ShortRows, Weights};
use crate::loops::softmax::temperature::Temperature;
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::{dense_weight, label_weight, label_weights};
use crate::losses::target::Target;
use crate::losses::unit::Range;
use crate::simd::{Float, Mask, Vector};
use core::ptr::null;

/// −Σ t_k ln p_k + ζ l² with p = softmax(z/T), l = ln Σ e^(z/T) and t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label.
///
/// With gap_k = (max z − z_k)/T and r = Σ of all e^(−gap) but the largest, the first part is Σ t_k gap_k + Σt·log1p(r).
/// Gradient with respect to z, without ζ: [p_k Σt − t_k]/T, which is −Σt Σ_{j≠k} p_j/T where class k has all the weight.
/// Hessian: Σt p_k (1−p_k)/T².
/// A class with t_k = 0 contributes 0 even at z_k = −∞; a −∞ class with weight makes the loss +∞. One +∞ logit gives the
/// limit; NaN, two +∞ or a row of −∞ make the row NaN. A label of class weight 0 skips its row.
pub struct CrossEntropy<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
    /// T, one that [`Temperature`] serves
    pub temperature: f64,
    /// ζ ≥ 0; if it isn't 0, the largest logit is finite and rows are computed one by one
    pub z_loss: f64,
}

/// As [`CrossEntropy`], with y_k in [0, 1] as a second input.
pub struct CrossEntropyDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
    /// T, one that [`Temperature`] serves
    pub temperature: f64,
    /// ζ ≥ 0; if it isn't 0, the largest logit is finite and rows are computed one by one
    pub z_loss: f64,
}

impl<T: Float> CrossEntropy<T> {
    /// The loss with T = 1 and ζ = 0.
    pub fn plain(class_weight: *const T, label_smoothing: f64) -> Self {
        CrossEntropy { class_weight, label_smoothing, temperature: 1.0, z_loss: 0.0 }
    }
    /// The weights of all classes without the label's peak.
    fn others(&self, width: usize) -> Target<T> {
        Target::smoothed(null(), self.class_weight, self.label_smoothing, width)
    }
}

impl<T: Float> Rowwise<T, 1, 1> for CrossEntropy<T> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { softmax::run(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 1, 1> for CrossEntropy<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: there is a class weight for each label.
        let weight = unsafe { label_weight(self.class_weight, row.label) };
        let others = self.others(row.width);
        let plan = (weight != 0.0)
            .then(|| TargetPlan::new(others, others.keep * weight, 0.0).adjusted(self.temperature, self.z_loss));
        // SAFETY: the caller's guarantee.
        Ok(unsafe { softmax::row(row, plan) })
    }
}

impl<T: Float> ShortRows<T> for CrossEntropy<T> {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        let others = self.others(rows.width);
        // SAFETY: there is a class weight for each label.
        unsafe {
            weights.set_peak(label_weights(self.class_weight, rows.labels), others.keep);
            if others.uniform().is_none() {
                others.weigh_columns(weights.t);
            }
        }
    }
    fn uniform(&self, width: usize) -> Option<f64> {
        self.others(width).uniform()
    }
    fn is_plain(&self) -> bool {
        self.class_weight.is_null() && self.label_smoothing == 0.0
    }
    fn temperature(&self) -> Option<Temperature> {
        Temperature::of::<T>(self.temperature)
    }
}

impl<T: Float> CrossEntropyDense<T> {
    /// The loss with T = 1 and ζ = 0.
    pub fn plain(class_weight: *const T, label_smoothing: f64) -> Self {
        CrossEntropyDense { class_weight, label_smoothing, temperature: 1.0, z_loss: 0.0 }
    }
}

impl<T: Float> Rowwise<T, 2, 1> for CrossEntropyDense<T> {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { softmax::run(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 2, 1> for CrossEntropyDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: target and class weights have the row's width.
        let weight = unsafe { dense_weight(row.inputs[1], self.class_weight, row.width) }?;
        let t = Target::smoothed(row.inputs[1], self.class_weight, self.label_smoothing, row.width);
        let plan = (weight != 0.0).then(|| TargetPlan::new(t, 0.0, 0.0).adjusted(self.temperature, self.z_loss));
        // SAFETY: the caller's guarantee.
        Ok(unsafe { softmax::row(row, plan) })
    }
}

impl<T: Float> ShortRows<T> for CrossEntropyDense<T> {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        let smoothed = Target::smoothed(rows.targets[0], self.class_weight, self.label_smoothing, rows.width);
        let (mut range, mut counts) = (Range::<T::Four>::default(), <T::Four as Vector>::Mask::none());
        // SAFETY: target and class weights have the row's width.
        unsafe {
            read(&rows.targets, rows.width, weights.t);
            for (k, &y) in weights.t.iter().enumerate() {
                range.add(y);
                if self.class_weight.is_null() || *self.class_weight.add(k) != T::from_f64(0.0) {
                    counts = counts | !y.eq(T::Four::zero());
                }
            }
            smoothed.weigh_columns(weights.t);
        }
        weights.alone = (range.leaves_unit() | !counts).bits();
    }
    fn temperature(&self) -> Option<Temperature> {
        Temperature::of::<T>(self.temperature)
    }
}
