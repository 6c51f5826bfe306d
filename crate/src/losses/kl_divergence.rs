//! Kullback-Leibler divergence of two rows.

use super::distribution::{Distribution, LogProbabilities, Probabilities};
use super::softmax_target::Plan;
use super::target::{Range, check_unit};
use crate::drivers::Outcome;
use crate::drivers::lanes::{Wide, read};
use crate::drivers::rowwise::{Call, Invalid, Row, Rowwise};
use crate::drivers::softmax::Softmax;
use crate::drivers::softmax_lanes::{Rows, ShortRows, Weights};
use crate::drivers::softmax_loss::{self, SoftmaxLoss};
use crate::drivers::walk::{load, store, sum_each};
use crate::math::{ln_unit, over_square};
use crate::simd::{Float, Mask, Vector};

/// Σ p_k (ln p_k − ln q_k): D(P‖Q) of the target P and the model Q.
///
/// Gradient with respect to q: −p_k/q_k (q probabilities), −p_k (log-probabilities), or cross-entropy's (logits). Hessian:
/// p_k/q_k², 0, or cross-entropy's. A term with p_k = 0 contributes exactly 0 to all three. Probabilities must be in [0, 1].
pub struct KlDivergence {
    /// What q is. 0: probabilities, 1: log-probabilities, 2: logits
    pub input: f64,
    /// Whether p is given as log-probabilities
    pub log_target: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for KlDivergence {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let p = row.inputs[1];
        // SAFETY: the caller's guarantees.
        unsafe {
            match (self.input == 2.0, self.log_target != 0.0) {
                (true, false) => softmax_loss::row(&FromLogits(Probabilities), row),
                (true, true) => softmax_loss::row(&FromLogits(LogProbabilities), row),
                (false, false) => self.divergence(row, &Probabilities(p)),
                (false, true) => self.divergence(row, &LogProbabilities(p)),
            }
        }
    }
    unsafe fn at_once(&self, call: &Call<T, 2, 1>, sum: f64) -> Option<Outcome> {
        // SAFETY: the caller's guarantees.
        unsafe { if self.input == 2.0 { softmax_loss::at_once(self, call, sum) } else { None } }
    }
}

/// The loss where q is logits.
impl<T: Float> ShortRows<T> for KlDivergence {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: the caller's guarantees.
        unsafe {
            read(&rows.targets, rows.width, weights.t);
            if self.log_target == 0.0 {
                distribute::<T, Probabilities<T>>(weights);
            } else {
                distribute::<T, LogProbabilities<T>>(weights);
            }
        }
    }
}

/// Makes weights of a target that was read, and its entropy a part of the loss.
fn distribute<T: Float, P: Distribution<T>>(weights: &mut Weights<T>) {
    let (mut range, mut minus_entropy) = (Range::<T::Vec>::default(), [Wide::<T>::zero(); 2]);
    for t in weights.t.iter_mut() {
        range.add(*t);
        let (p, ln_p) = P::split(*t);
        (p * ln_p).drop(p.eq(T::Vec::zero())).accumulate(&mut minus_entropy);
        *t = p;
    }
    weights.offset = minus_entropy;
    weights.alone = if P::UNIT { range.leaves_unit().bits() } else { 0 };
}

impl KlDivergence {
    /// The loss of a row of probabilities or log-probabilities.
    ///
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn divergence<T: Float, P: Distribution<T>>(&self, row: &Row<T, 2, 1>, p: &P) -> Result<f64, Invalid> {
        // SAFETY: target and model have the row's width.
        unsafe {
            p.check(row.width)?;
            if self.input == 0.0 {
                check_unit(row.inputs[0], row.width)?;
            }
        }
        let (q, [grad], [hess]) = (row.inputs[0], row.grads, row.hess);
        let (zero, scale) = (T::Vec::zero(), T::Vec::c(row.scale));
        // SAFETY: inputs and outputs have the row's width; a place is read before it is written.
        let loss = sum_each(row.width, |at, n| unsafe {
            let (q, (p, ln_p)) = (load::<T::Vec>(q, at, n), p.with_log(at, n));
            let none = p.eq(zero);
            let is_probability = self.input == 0.0;
            if !hess.is_null() {
                let curvature = if is_probability { over_square(row.scale, p, q) } else { zero.poison(q.is_nan()) };
                store(curvature.drop(none), hess, at, n);
            }
            // NaN stays.
            let (ln_q, slope) =
                if is_probability { (ln_unit(q), scale * p / q) } else { (q, (scale * p).poison(q.is_nan())) };
            store(zero - slope.drop(none), grad, at, n);
            (p * (ln_p - ln_q)).drop(none)
        });
        Ok(loss)
    }
}

/// The loss where q is logits: cross-entropy less the target's entropy.
struct FromLogits<F>(F);

impl<T: Float, P: Distribution<T>, F: Fn(*const T) -> P> SoftmaxLoss<T, 2> for FromLogits<F> {
    /// The target, and Σ p_k ln p_k.
    type Plan = (Plan<P>, f64);

    unsafe fn plan(&self, row: &Row<T, 2, 1>) -> Result<Option<Self::Plan>, Invalid> {
        let p = (self.0)(row.inputs[1]);
        // SAFETY: the target has the row's width.
        unsafe {
            p.check(row.width)?;
            let minus_entropy = sum_each(row.width, |at, n| {
                let (p, ln_p) = p.with_log(at, n);
                (p * ln_p).drop(p.eq(T::Vec::zero()))
            });
            Ok(Some((Plan::new(p, 0.0), minus_entropy)))
        }
    }
    unsafe fn read(&self, row: &Row<T, 2, 1>, plan: &mut Self::Plan, max: T) {
        // SAFETY: the caller's guarantee.
        unsafe { plan.0.read(row, max) }
    }
    unsafe fn finish(&self, row: &Row<T, 1, 1>, plan: &Self::Plan, softmax: &Softmax<T>, e: *const T) -> f64 {
        // SAFETY: the caller's guarantee.
        plan.1 + unsafe { plan.0.finish(row, softmax, e) }
    }
}
