//! Cross-entropy of a row of logits.

use super::target::{LabelOnly, Smoothed, Targets, dense_weight, label_weight};
use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::softmax::{Scratch, Softmax, top};
use crate::drivers::walk::{each, largest, load, store, sums};
use crate::simd::{Float, Vector};

/// −Σ t_k ln p_k with p = softmax(z) and t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label.
///
/// With gap_k = max z − z_k, r = Σ of all e^(−gap) but the largest, and T = Σ t_k: Σ t_k gap_k + T·log1p(r).
/// Gradient with respect to z: p_k T − t_k, which is −T Σ_{j≠k} p_j where class k has all the weight. Hessian: T p_k (1−p_k).
/// A class with t_k = 0 contributes 0 even at z_k = −∞; a −∞ class with weight makes the loss +∞. One +∞ logit gives the
/// limit; NaN, two +∞ or a row of −∞ make the row NaN. A label of class weight 0 skips its row.
pub struct CrossEntropy<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 1, 1> for CrossEntropy<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: class weights, if any, and outputs have the row's width, and the label is less.
        unsafe {
            let weight = label_weight(self.class_weight, row.label);
            if weight == 0.0 {
                return Ok(row.fill(0.0));
            }
            if self.label_smoothing == 0.0 {
                return Ok(cross_entropy(row, &LabelOnly, weight));
            }
            let others = Smoothed::new(core::ptr::null(), self.class_weight, self.label_smoothing, row.width);
            Ok(cross_entropy(row, &others, others.keep * weight))
        }
    }
}

/// As [`CrossEntropy`], with y_k in [0, 1] as a second input.
pub struct CrossEntropyDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for CrossEntropyDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: inputs, class weights and outputs have the row's width.
        unsafe {
            if dense_weight(row.inputs[1], self.class_weight, row.width)? == 0.0 {
                return Ok(row.fill(0.0));
            }
            let t = Smoothed::new(row.inputs[1], self.class_weight, self.label_smoothing, row.width);
            Ok(cross_entropy(row, &t, 0.0))
        }
    }
}

/// −Σ t_k ln softmax(z)_k of the row's first input; the label's t has `peak` on top of what `t` says.
///
/// # Safety
/// - The row's first input and its outputs, and what `t` reads, have the row's width; the label is less if `peak` isn't 0.
pub unsafe fn cross_entropy<T: Float, W: Targets<T>, const I: usize>(row: &Row<T, I, 1>, t: &W, peak: f64) -> f64 {
    let (z, mut scratch) = (row.inputs[0], Scratch::new());
    let e = scratch.exps(row);
    // SAFETY: the caller's guarantees; the logits are read before `e`, which may be in their place, is written.
    unsafe {
        let max = largest::<T::Vec>(z, row.width);
        let [spread, half_loss] = if W::SPREAD { against(z, row.width, max, t) } else { [0.0; 2] };
        let z_y = if peak != 0.0 { *z.add(row.label) } else { max };
        let Some(softmax) = Softmax::new(z, e, row.width, max) else {
            return row.fill(f64::NAN);
        };
        let total = spread + peak;
        derivatives(row, &softmax, e, t, peak, total);
        2.0 * (half_loss + peak * softmax.half_gap(z_y)) + total * softmax.log1p_rest()
    }
}

/// Σ t_k and Σ t_k gap_k / 2.
///
/// # Safety
/// As [`cross_entropy`].
unsafe fn against<T: Float, W: Targets<T>>(z: *const T, width: usize, max: T, t: &W) -> [f64; 2] {
    let half = T::Vec::c(0.5);
    let max = T::Vec::c(max.to_f64());
    sums(width, |at, n| {
        // SAFETY: at + n ≤ width.
        let (z, t): (T::Vec, T::Vec) = unsafe { (load(z, at, n), t.load(at, n)) };
        // Halves don't overflow. At an infinite maximum the gap is 0, not ∞ − ∞.
        let half_gap = (half * max - half * z).drop(z.eq(max));
        [t, (t * half_gap).drop(t.eq(T::Vec::zero()))]
    })
}

/// Writes the derivatives, from e.
///
/// # Safety
/// As [`cross_entropy`]; `e` is the gradient, or the second derivative if there is no gradient.
unsafe fn derivatives<T: Float, W: Targets<T>, const I: usize>(
    row: &Row<T, I, 1>,
    softmax: &Softmax<T>,
    e: *const T,
    t: &W,
    peak: f64,
    total: f64,
) {
    let ([grad], [hess]) = (row.grads, row.hess);
    if grad.is_null() && hess.is_null() {
        return;
    }
    // Where p may exceed ½, or has the label's weight, 1 − p is a sum; elsewhere nothing cancels.
    // SAFETY: places are less than the width; e is read before derivatives are written over it.
    unsafe {
        let label = (peak != 0.0).then_some(row.label);
        let top = if W::SPREAD || !hess.is_null() { top(softmax, e, row.width) } else { None };
        let exact = [label, top].map(|place| {
            place.map(|k| {
                let e_k = (*e.add(k)).to_f64();
                let t_k = t.load(k, 1).lane(0) + if label == Some(k) { peak } else { 0.0 };
                let (p, q) = (e_k / softmax.sum, softmax.others(e_k) / softmax.sum);
                (k, row.scale * (p * (total - t_k) - t_k * q), row.scale * (total * p * q))
            })
        });
        if !hess.is_null() {
            let (one, inverse, factor) = (T::Vec::c(1.0), T::Vec::c(1.0 / softmax.sum), T::Vec::c(row.scale * total));
            each::<T::Vec>(row.width, |at, n| {
                let p = load::<T::Vec>(e, at, n) * inverse;
                store(p * (one - p) * factor, hess, at, n);
            });
        }
        if !grad.is_null() {
            let (factor, scale) = (T::Vec::c(row.scale * total / softmax.sum), T::Vec::c(row.scale));
            each::<T::Vec>(row.width, |at, n| {
                let slope = load::<T::Vec>(e, at, n) * factor;
                store(if W::SPREAD { slope - t.load(at, n) * scale } else { slope }, grad, at, n);
            });
        }
        for (k, slope, curvature) in exact.into_iter().flatten() {
            if !grad.is_null() {
                *grad.add(k) = T::from_f64(slope);
            }
            if !hess.is_null() {
                *hess.add(k) = T::from_f64(curvature);
            }
        }
    }
}
