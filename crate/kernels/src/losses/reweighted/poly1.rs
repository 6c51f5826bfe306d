//! Poly-1 loss of a row of logits: cross-entropy with the first term of its expansion in 1 − p made heavier.

use super::of_label::Formula;
use crate::loops::cells::{Cells, Strip, Wide, map, map_with, sum};
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::softmax::bent::{Bend, BentSoftmax, Logits};
use crate::loops::softmax::short::{Known, Results, lanes};
use crate::loops::{Outcome, STRIP, Total};
use crate::losses::class_weight::dense_weight;
use crate::math::exp_short;
use crate::simd::{Float, Vector};

/// s + ε (1−p) with p = softmax(z)_y, s = −ln p.
///
/// Gradient with respect to z: (1 + ε p) p_k for k ≠ y, and −(1 + ε p)(1−p) for k = y. Hessian: (1 + ε p) p_k (1−p_k) − ε p p_k², and
/// p (1−p) (1 + ε (2p − 1)) for k = y.
pub struct Poly1 {
    /// ε ≥ 0
    pub epsilon: f64,
}

impl Formula for Poly1 {
    const SKIPS: bool = true;

    #[inline(never)]
    fn finish<T: Float>(&self, known: &Known<lanes::Wide<T>>) -> Results<lanes::Wide<T>> {
        let mut results = known.nothing();
        let (Known { scale, sum, peak, .. }, zero, one) = (*known, lanes::Wide::<T>::zero(), lanes::Wide::<T>::c(1.0));
        let (p, q, epsilon) = (known.e / sum, known.others() / sum, lanes::Wide::<T>::c(self.epsilon));
        results.loss = peak * (known.half_gap + known.half_gap + known.log_sum + epsilon * q);
        let (scaled, growth) = (scale * peak, epsilon * p);
        let h = scaled * (one + growth);
        results.slope = h / sum;
        results.slope_y = zero - h * q;
        if known.second {
            results.curvature = [h, zero - scaled * growth, one / sum];
            results.curvature_y = scaled * p * q * (one + epsilon * (p - q));
        }
        results
    }
}

/// Σ t_k (−ln p_k + ε (1−p_k)) with p = softmax(z) and t_k = y_k·cw_k, y_k in [0, 1] being a second input.
///
/// With T = Σ t_k and a = Σ t_k p_k, gradient with respect to z: p_k (T + ε (a − t_k)) − t_k. Hessian:
/// T p_k (1−p_k) + ε p_k (a − t_k)(1 − 2p_k). Where p_k exceeds ½, 1 − p_k and a − t_k are sums over the other classes.
pub struct Poly1Dense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε ≥ 0
    pub epsilon: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for Poly1Dense<T> {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { one_by_one(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 2, 1> for Poly1Dense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let ([z, y], width) = (row.inputs, row.width);
        // SAFETY: target and class weights have the row's width.
        if unsafe { dense_weight(y, self.class_weight, width) }? == 0.0 {
            // SAFETY: the caller's guarantee.
            return Ok(unsafe { row.fill(0.0) });
        }
        let bend = Bend { softcap: f64::NAN, temperature: 1.0 };
        let dense = Dense {
            logits: Logits { z: Cells::of(z), width, bend },
            y: Cells::of(y),
            class_weight: Cells::of(self.class_weight),
            epsilon: self.epsilon,
        };
        // SAFETY: the caller's guarantee.
        unsafe {
            let Some(softmax) = dense.logits.softmax() else { return Ok(row.fill(f64::NAN)) };
            let sums = dense.sums(&softmax);
            if !row.grads[0].is_null() || !row.hess[0].is_null() {
                dense.write(&softmax, &sums, row.scale, [row.grads[0], row.hess[0]].map(Cells::to));
            }
            Ok(sums.loss)
        }
    }
}

/// A row, in double precision: its derivatives are differences of numbers that are nearly the same where p is near y.
struct Dense {
    logits: Logits,
    y: Cells,
    class_weight: Cells,
    epsilon: f64,
}

/// Sums over a row.
#[derive(Default)]
struct Sums {
    loss: f64,
    /// T
    total: f64,
    /// a, and a without the class whose p exceeds ½
    all: f64,
    others: f64,
}

impl Dense {
    /// Gaps and t of a strip from `start` on; says how many these are.
    ///
    /// # Safety
    /// - The row is valid for reads.
    unsafe fn read(&self, softmax: &BentSoftmax, start: usize, gaps: &mut Strip, t: &mut Strip) -> usize {
        let mut weights = [0.0; STRIP];
        // SAFETY: the caller's guarantee.
        unsafe {
            let n = self.logits.gaps(softmax.max, start, gaps);
            self.y.read(start, self.logits.width, t);
            if !self.class_weight.is_absent() {
                self.class_weight.read(start, self.logits.width, &mut weights);
                map_with(t, &weights, n, |y, weight| y * weight);
            }
            n
        }
    }

    /// The sums over the row.
    ///
    /// # Safety
    /// - The row is valid for reads.
    #[inline(never)]
    unsafe fn sums(&self, softmax: &BentSoftmax) -> Sums {
        let ([mut gaps, mut t], mut sums, zero) = ([[0.0; STRIP]; 2], Sums::default(), Wide::zero());
        for start in (0..self.logits.width).step_by(STRIP) {
            // SAFETY: the caller's guarantee.
            let n = unsafe { self.read(softmax, start, &mut gaps, &mut t) };
            let mut e = gaps;
            map(&mut e, n, exp_short);
            let of_strip = |term: fn(&BentSoftmax, Wide, Wide) -> Wide| {
                let mut strip = e;
                map_with(&mut strip, &t, n, |e, t| term(softmax, e, t));
                sum(&strip, n)
            };
            sums.others += of_strip(|softmax, e, t| (t * softmax.sides(e).0).drop(softmax.is_top(e)));
            sums.all += of_strip(|softmax, e, t| t * softmax.sides(e).0);
            let missing = of_strip(|softmax, e, t| t * softmax.sides(e).1);
            // A class without weight contributes 0, however far it is.
            map_with(&mut gaps, &t, n, |gap, t| (t * (zero - gap)).drop(t.eq(zero)));
            sums.total += sum(&t, n);
            sums.loss += sum(&gaps, n) + self.epsilon * missing;
        }
        sums.loss += sums.total * softmax.log_sum;
        sums
    }

    /// Writes the derivatives.
    ///
    /// # Safety
    /// As [`OneRow::row`]; outputs are absent or the row's.
    #[inline(never)]
    unsafe fn write(&self, softmax: &BentSoftmax, sums: &Sums, scale: f64, [grad, hess]: [Cells; 2]) {
        let [mut slopes, mut t] = [[0.0; STRIP]; 2];
        let [total, all, others, epsilon, scale] =
            [sums.total, sums.all, sums.others, self.epsilon, scale].map(Wide::c);
        for start in (0..self.logits.width).step_by(STRIP) {
            // SAFETY: the caller's guarantees; a logit is read before its derivatives are written.
            unsafe {
                let n = self.read(softmax, start, &mut slopes, &mut t);
                map(&mut slopes, n, exp_short);
                let mut curvatures = slopes;
                // a − t, from a sum over the others where it would cancel.
                let rise = |e: Wide, q: Wide, t: Wide| Wide::select(softmax.is_top(e), others - t * q, all - t);
                map_with(&mut slopes, &t, n, |e, t| {
                    let (p, q) = softmax.sides(e);
                    scale * (p * (total - t) - t * q + epsilon * p * rise(e, q, t))
                });
                map_with(&mut curvatures, &t, n, |e, t| {
                    let (p, q) = softmax.sides(e);
                    scale * p * (total * q + epsilon * rise(e, q, t) * (q - p))
                });
                hess.write(start, n, &curvatures);
                grad.write(start, n, &slopes);
            }
        }
    }
}
