//! Focal loss of a row of logits.

use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise};
use crate::loops::softmax::one::Softmax;
use crate::loops::softmax::short::lanes::Wide;
use crate::loops::softmax::short::{Known, Results, Rows, ShortRows, Weights};
use crate::loops::softmax::{self, Plan};
use crate::loops::walk::{each, load, multiply, store};
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::{label_weight, label_weights};
use crate::math::{exp_nonpositive, ln_unit, needs_ln, pow_unit};
use crate::simd::{Float, Mask, Vector};

/// α_y q^γ s with p = softmax(z)_y, q = Σ_{k≠y} p_k, s = −ln p.
///
/// Gradient with respect to z: p_k h for k ≠ y, h = α q^γ (1 + γ p s/q), and −α q^γ (q + γ p s) for k = y. Hessian:
/// p_k (1−p_k) h + (p_k/q)² c, c = α q^γ γ p ((γ−1) p s + 2q − q s), and α q^γ p (q (1+2γ) + γ s (γ p − q)) for k = y.
/// s/q → 1 as q → 0, so that no power of q is negative; p s → 0 as p → 0. ±∞ and NaN are as in cross-entropy, also
/// where α_y = 0; else such a row is 0.
pub struct Focal<T> {
    /// α: a factor for each class, or null for 1
    pub alpha: *const T,
    /// γ ≥ 0
    pub gamma: f64,
}

/// α, γ and the logit of the label.
#[derive(Clone, Copy)]
struct FocalPlan<T> {
    alpha: f64,
    gamma: f64,
    z_y: T,
}

impl<T: Float> Rowwise<T, 1, 1> for Focal<T> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { softmax::run(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 1, 1> for Focal<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: there is an α for each label, which is less than the width.
        let (alpha, z_y) = unsafe { (label_weight(self.alpha, row.label), *row.inputs[0].add(row.label)) };
        let plan = FocalPlan { alpha, gamma: self.gamma, z_y };
        // SAFETY: the caller's guarantee.
        Ok(unsafe { softmax::row(row, Some(plan)) })
    }
}

impl<T: Float> ShortRows<T> for Focal<T> {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: there is an α for each label.
        weights.set_peak(unsafe { label_weights(self.alpha, rows.labels) }, 1.0);
    }
    fn uniform(&self, _width: usize) -> Option<f64> {
        Some(0.0)
    }
    fn is_plain(&self) -> bool {
        self.alpha.is_null()
    }
    fn is_other(&self) -> bool {
        true
    }
    fn finish(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        let mut results = known.nothing();
        let (Known { scale, sum, .. }, others) = (*known, known.others());
        let (one, zero, gamma) = (Wide::<T>::c(1.0), Wide::<T>::zero(), Wide::<T>::c(self.gamma));
        let (p, q) = (known.e / sum, others / sum);
        let s = known.half_gap + known.half_gap + known.log_sum;
        let ps = (p * s).drop(p.eq(zero));
        let power = known.peak * power(q, self.gamma);
        let scaled = scale * power;
        let h = scaled * (one + gamma * Wide::<T>::select(q.eq(zero), one, ps / q));
        results.loss = power * s;
        results.slope = h / sum;
        results.slope_y = zero - scaled * (q + gamma * ps);
        if known.second {
            // A share too small for the element type is missing from 1 − p of the others, too.
            let bend = scaled * gamma * ((gamma - one) * ps + q + q - q * s) + h.keep(p.eq(zero));
            let at_label = q * (one + gamma + gamma) + gamma * s * (gamma * p - q);
            results.curvature = [h, times_p::<T>(p, s, bend), (one / others).drop(others.eq(zero))];
            results.curvature_y = scaled * times_p::<T>(p, s, at_label);
        }
        results
    }
}

impl<T: Float> Plan<T> for FocalPlan<T> {
    unsafe fn read(&mut self, _row: &Row<T, 1, 1>, _max: T) {}
    unsafe fn finish(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) -> f64 {
        if self.alpha == 0.0 {
            // SAFETY: the caller's guarantee.
            return unsafe { row.fill(0.0) };
        }
        let e_y = softmax.exp(self.z_y);
        let [p, q] = [e_y, softmax.others(e_y)].map(|x| x / softmax.sum);
        let s = 2.0 * softmax.half_gap(self.z_y) + softmax.log_sum;
        let power = self.alpha * power(<T::Vec as Vector>::Wide::c(q), self.gamma).lane(0);
        // SAFETY: the caller's guarantee.
        unsafe { self.derivatives(row, softmax, e, [p, q, s, power]) };
        power * s
    }
}

impl<T: Float> FocalPlan<T> {
    /// Writes the derivatives, from e.
    ///
    /// # Safety
    /// As [`Plan::finish`].
    unsafe fn derivatives(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T, [p, q, s, power]: [f64; 4]) {
        let (gamma, scale, [grad], [hess]) = (self.gamma, row.scale, row.grads, row.hess);
        let ps = if p == 0.0 { 0.0 } else { p * s };
        let h = scale * power * (1.0 + gamma * if q == 0.0 { 1.0 } else { ps / q });
        if !hess.is_null() {
            // A share too small for the element type is missing from 1 − p of the others, too.
            let missing = if p == 0.0 { h } else { 0.0 };
            let bend = scale * power * gamma * ((gamma - 1.0) * ps + 2.0 * q - q * s);
            let times_p = |x: f64| times_p::<T>(Wide::<T>::c(p), Wide::<T>::c(s), Wide::<T>::c(x)).lane(0);
            let c = times_p(bend + missing);
            let at_label = times_p(q * (1.0 + 2.0 * gamma) + gamma * s * (gamma * p - q));
            let others = q * softmax.sum;
            let one = T::Vec::c(1.0);
            let [by_sum, by_others] = [softmax.sum, others].map(|x| T::Vec::c(if x == 0.0 { 0.0 } else { 1.0 / x }));
            let (h, c) = (T::Vec::c(h), T::Vec::c(c));
            let curvature = |e: T::Vec, rest: T::Vec| {
                let (p, ratio) = (e * by_sum, e * by_others);
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
                *hess.add(row.label) = T::from_f64(scale * power * at_label);
            }
        }
        if !grad.is_null() {
            // SAFETY: as above; `e` is the gradient itself.
            unsafe {
                multiply(e, [h / softmax.sum, 0.0], grad, row.width);
                *grad.add(row.label) = T::from_f64(-scale * power * (q + gamma * ps));
            }
        }
    }
}

/// q^γ for q in [0, 1].
#[inline(never)]
fn power<W: Vector>(q: W, gamma: f64) -> W {
    let ln_q = if needs_ln(gamma) { ln_unit(q) } else { q };
    pow_unit(q, ln_q, gamma)
}

/// p·x for p = e^−s, also where p is too small for the element type and the product isn't; p·∞ → 0 as p → 0.
#[inline(never)]
fn times_p<T: Float>(p: Wide<T>, s: Wide<T>, x: Wide<T>) -> Wide<T> {
    let is_small = s.lt(Wide::<T>::c(if T::Vec::DOUBLE { 700.0 } else { 80.0 }));
    if !(!is_small).any() {
        return p * x;
    }
    let root = exp_nonpositive(Wide::<T>::c(-0.5) * s);
    Wide::<T>::select(is_small, p * x, (x * root * root).drop(root.eq(Vector::zero())))
}
