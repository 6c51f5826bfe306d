//! Cross-entropy of a row of logits with a temperature, a bound, or a penalty on the size of Σ e^z.

use crate::loops::STRIP;
use crate::loops::cells::{Cells, Strip, Wide, map, map_with, sum};
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::softmax::bent::{Bend, BentSoftmax, Logits};
use crate::loops::softmax::largest_logit;
use crate::loops::softmax::temperature::Temperature;
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::{dense_weight, label_weight};
use crate::losses::softmax::cross_entropy::{CrossEntropy, CrossEntropyDense};
use crate::losses::target::Target;
use crate::simd::{Float, Vector};
use core::ptr::null;

/// Σ t_k (−ln p_k) + ζ l² with p = softmax(x), x = c tanh(z/c)/T, l = ln Σ e^x and t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label.
///
/// Gradient with respect to z: [p_k (Σt + 2ζ l) − t_k] sech²(z_k/c)/T. Hessian, without c and ζ: Σt p_k (1−p_k)/T². The rest is as in
/// [`CrossEntropy`](super::cross_entropy::CrossEntropy).
pub struct Adjusted<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
    /// c and T
    pub bend: Bend,
    /// ζ ≥ 0
    pub z_loss: f64,
}

/// Larger penalties show what Σ e^z loses as a sum of elements: they are computed in doubles.
const MOST_PENALTY: f64 = 0.125;

/// As [`Adjusted`], with y_k in [0, 1] as a second input.
pub struct AdjustedDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
    /// c and T
    pub bend: Bend,
    /// ζ ≥ 0
    pub z_loss: f64,
}

impl<T: Float> Adjusted<T> {
    /// The same loss by the loops for plain logits, if these serve.
    fn plain(&self) -> Option<CrossEntropy<T>> {
        let Adjusted { class_weight, label_smoothing, bend: Bend { temperature, .. }, z_loss } = *self;
        is_plain(self.bend, z_loss).then_some(CrossEntropy { class_weight, label_smoothing, temperature, z_loss })
    }
}

impl<T: Float> Rowwise<T, 1, 1> for Adjusted<T> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe {
            match self.plain() {
                Some(loss) if self.z_loss == 0.0 => loss.rows(call, total),
                _ => one_by_one(self, call, total),
            }
        }
    }
}

impl<T: Float> OneRow<T, 1, 1> for Adjusted<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: the caller's guarantees.
        unsafe {
            if let Some(loss) = self.plain()
                && is_bounded(row, self.z_loss, self.bend.temperature)
            {
                return loss.row(row);
            }
        }
        // SAFETY: there is a class weight for each label.
        let weight = unsafe { label_weight(self.class_weight, row.label) };
        if weight == 0.0 {
            // SAFETY: the caller's guarantee.
            return Ok(unsafe { row.fill(0.0) });
        }
        let others = Target::smoothed(null(), self.class_weight, self.label_smoothing, row.width);
        let peak = others.keep * weight;
        let read = |start: usize, n: usize, strip: &mut Strip| {
            // SAFETY: the strip is within the row.
            unsafe { weights(&others, start, n, strip) };
            if let Some(t) = strip.get_mut(row.label.wrapping_sub(start)).filter(|_| row.label - start < n) {
                *t += peak;
            }
        };
        // SAFETY: the caller's guarantee.
        Ok(unsafe { loss(row, self.bend, self.z_loss, &read) })
    }
}

impl<T: Float> AdjustedDense<T> {
    /// The same loss by the loops for plain logits, if these serve.
    fn plain(&self) -> Option<CrossEntropyDense<T>> {
        let AdjustedDense { class_weight, label_smoothing, bend: Bend { temperature, .. }, z_loss } = *self;
        is_plain(self.bend, z_loss).then_some(CrossEntropyDense { class_weight, label_smoothing, temperature, z_loss })
    }
}

impl<T: Float> Rowwise<T, 2, 1> for AdjustedDense<T> {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe {
            match self.plain() {
                Some(loss) if self.z_loss == 0.0 => loss.rows(call, total),
                _ => one_by_one(self, call, total),
            }
        }
    }
}

impl<T: Float> OneRow<T, 2, 1> for AdjustedDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: the caller's guarantees.
        unsafe {
            if let Some(loss) = self.plain()
                && is_bounded(&row.first(), self.z_loss, self.bend.temperature)
            {
                return loss.row(row);
            }
        }
        // SAFETY: target and class weights have the row's width.
        if unsafe { dense_weight(row.inputs[1], self.class_weight, row.width) }? == 0.0 {
            // SAFETY: the caller's guarantee.
            return Ok(unsafe { row.fill(0.0) });
        }
        let t = Target::smoothed(row.inputs[1], self.class_weight, self.label_smoothing, row.width);
        // SAFETY: the strip is within the row.
        let read = |start: usize, n: usize, strip: &mut Strip| unsafe { weights(&t, start, n, strip) };
        // SAFETY: the caller's guarantee.
        Ok(unsafe { loss(&row.first(), self.bend, self.z_loss, &read) })
    }
}

/// Whether the loops for plain logits serve.
fn is_plain(bend: Bend, z_loss: f64) -> bool {
    bend.softcap.is_nan() && z_loss <= MOST_PENALTY && Temperature::serves(bend.temperature)
}

/// Whether l, and what derivatives make of it, are far from overflow: a class without a share would be multiplied by ∞.
///
/// # Safety
/// - The row is valid for reads.
unsafe fn is_bounded<T: Float>(row: &Row<T, 1, 1>, z_loss: f64, temperature: f64) -> bool {
    // SAFETY: the caller's guarantee.
    let l = unsafe { largest_logit(row) }.to_f64() / temperature;
    l.abs().max((z_loss * l).abs()) < 1e280
}

/// The `n` weights from `start` on.
///
/// # Safety
/// - `start + n` is at most the row's width.
unsafe fn weights<T: Float>(t: &Target<T>, start: usize, n: usize, strip: &mut Strip) {
    let mut scratch = [T::from_f64(0.0); STRIP];
    // SAFETY: the caller's guarantee; there is memory for a strip.
    unsafe { Cells::of(t.read(start, n, scratch.as_mut_ptr())).read(0, n, strip) };
}

/// Reads the weights of the classes from a place on, as many as are said.
type ReadWeights<'a> = &'a dyn Fn(usize, usize, &mut Strip);

/// The loss of a row that counts; writes its derivatives.
///
/// # Safety
/// As [`OneRow::row`].
unsafe fn loss<T: Float>(row: &Row<T, 1, 1>, bend: Bend, z_loss: f64, weights: ReadWeights) -> f64 {
    let logits = Logits { z: Cells::of(row.inputs[0]), width: row.width, bend };
    // SAFETY: the caller's guarantee.
    unsafe {
        let Some(softmax) = logits.softmax() else { return row.fill(f64::NAN) };
        let [total, cross_entropy] = sums(&logits, &softmax, weights);
        let (log_sum, outputs) = (logits.top(&softmax) + softmax.log_sum, [row.grads[0], row.hess[0]].map(Cells::to));
        let penalty = if z_loss == 0.0 { [0.0; 2] } else { [z_loss * log_sum * log_sum, 2.0 * z_loss * log_sum] };
        derivatives(&logits, &softmax, weights, [total, penalty[1]], row.scale, outputs);
        cross_entropy + penalty[0]
    }
}

/// Σ t_k and Σ t_k (−ln p_k).
///
/// # Safety
/// - The row is valid for reads.
#[inline(never)]
unsafe fn sums(logits: &Logits, softmax: &BentSoftmax, weights: ReadWeights) -> [f64; 2] {
    let [mut gaps, mut t] = [[0.0; STRIP]; 2];
    let [mut total, mut loss] = [0.0; 2];
    for start in (0..logits.width).step_by(STRIP) {
        // SAFETY: the caller's guarantee.
        let n = unsafe { logits.gaps(softmax.max, start, &mut gaps) };
        weights(start, n, &mut t);
        // A class without weight contributes 0, however far it is.
        map_with(&mut gaps, &t, n, |gap, t| (t * (Wide::zero() - gap)).drop(t.eq(Wide::zero())));
        (total, loss) = (total + sum(&t, n), loss + sum(&gaps, n));
    }
    [total, loss + total * softmax.log_sum]
}

/// Writes the gradient and the second derivatives, from Σ t_k and 2ζl.
///
/// # Safety
/// As [`OneRow::row`]; outputs are absent or the row's.
#[inline(never)]
unsafe fn derivatives(
    logits: &Logits,
    softmax: &BentSoftmax,
    weights: ReadWeights,
    [total, more]: [f64; 2],
    scale: f64,
    [grad, hess]: [Cells; 2],
) {
    let [mut e, mut t] = [[0.0; STRIP]; 2];
    let [all, penalty, factor] = [total, more, scale].map(Wide::c);
    for start in (0..logits.width).step_by(STRIP) {
        // SAFETY: the caller's guarantee; a logit is read before its derivative is written.
        unsafe {
            if !hess.is_absent() {
                let n = logits.exps(softmax.max, start, &mut e);
                map(&mut e, n, |e| {
                    let (p, q) = softmax.sides(e);
                    factor * all * p * q
                });
                logits.through(start, &mut e);
                logits.through(start, &mut e);
                hess.write(start, n, &e);
            }
            if !grad.is_absent() {
                let n = logits.exps(softmax.max, start, &mut e);
                weights(start, n, &mut t);
                map_with(&mut e, &t, n, |e, t| {
                    let (p, q) = softmax.sides(e);
                    // p (Σt − t + 2ζl) − t (1−p), where 1 − p is a sum. Of an infinite l, a class without a share has nothing.
                    factor * ((p * (all - t + penalty)).drop(p.eq(Wide::zero())) - t * q)
                });
                logits.through(start, &mut e);
                grad.write(start, n, &e);
            }
        }
    }
}
