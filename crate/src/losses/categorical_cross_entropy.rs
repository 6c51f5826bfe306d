//! Cross-entropy of a row of probabilities.

use super::target::{Smoothed, Targets, check_unit, dense_weight, label_weight};
use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::walk::{each, load, store, sum_each};
use crate::math::ln_unit;
use crate::simd::{Float, Vector};

/// −Σ t_k ln p_k with t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label. p isn't renormalised.
///
/// Gradient with respect to p: −t_k/p_k. Hessian: t_k/p_k². A class with t_k = 0 contributes 0, whatever its p; one with
/// p_k = 0 and weight makes the loss +∞. All of p must be in [0, 1].
pub struct CategoricalCrossEntropy<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 1, 1> for CategoricalCrossEntropy<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: class weights, if any, and outputs have the row's width, and the label is less.
        unsafe {
            let weight = label_weight(self.class_weight, row.label);
            if weight == 0.0 {
                return Ok(row.fill(0.0));
            }
            check_unit(row.inputs[0], row.width)?;
            let others = Smoothed::new(core::ptr::null(), self.class_weight, self.label_smoothing, row.width);
            Ok(cross_entropy(row, &others, others.keep * weight))
        }
    }
}

/// As [`CategoricalCrossEntropy`], with y_k in [0, 1] as a second input.
pub struct CategoricalCrossEntropyDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for CategoricalCrossEntropyDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: inputs, class weights and outputs have the row's width.
        unsafe {
            if dense_weight(row.inputs[1], self.class_weight, row.width)? == 0.0 {
                return Ok(row.fill(0.0));
            }
            check_unit(row.inputs[0], row.width)?;
            let t = Smoothed::new(row.inputs[1], self.class_weight, self.label_smoothing, row.width);
            Ok(cross_entropy(row, &t, 0.0))
        }
    }
}

/// −Σ t_k ln p_k of the row's first input; the label's t has `peak` on top of what `t` says.
///
/// # Safety
/// - The row's first input and its outputs, and what `t` reads, have the row's width; the label is less if `peak` isn't 0.
unsafe fn cross_entropy<T: Float, W: Targets<T>, const I: usize>(row: &Row<T, I, 1>, t: &W, peak: f64) -> f64 {
    let (p, [grad], [hess]) = (row.inputs[0], row.grads, row.hess);
    let zero = T::Vec::zero();
    let label = (peak != 0.0).then_some(row.label);
    // SAFETY: places are less than the width; a place is read before it is written, the label's before all.
    unsafe {
        let at_label = label.map(|y| ((*p.add(y)).to_f64(), peak + t.load(y, 1).lane(0)));
        let loss = if t.spread() {
            sum_each(row.width, |at, n| {
                let (p, t) = (load::<T::Vec>(p, at, n), t.load(at, n));
                (t * (zero - ln_unit(p))).drop(t.eq(zero)).poison(p.is_nan())
            })
        } else {
            row.clear()
        };
        if !t.spread() {
            // Cleared.
        } else if !grad.is_null() || !hess.is_null() {
            let scale = T::Vec::c(row.scale);
            each::<T::Vec>(row.width, |at, n| {
                let (p, t) = (load::<T::Vec>(p, at, n), t.load(at, n));
                let slope = (scale * t / p).drop(t.eq(zero)).poison(p.is_nan());
                store((slope / p).drop(t.eq(zero)).poison(p.is_nan()), hess, at, n);
                store(zero - slope, grad, at, n);
            });
        }
        let Some((y, (p_y, t_y))) = label.zip(at_label) else {
            return loss;
        };
        let slope = row.scale * t_y / p_y;
        if !grad.is_null() {
            *grad.add(y) = T::from_f64(-slope);
        }
        if !hess.is_null() {
            *hess.add(y) = T::from_f64(slope / p_y);
        }
        loss - peak * ln_unit(<f64 as Float>::Vec::c(p_y)).lane(0)
    }
}
