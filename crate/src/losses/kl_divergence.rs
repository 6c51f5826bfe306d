//! Kullback-Leibler divergence of two rows.

use super::cross_entropy::cross_entropy;
use super::target::{Targets, check_unit};
use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::walk::{load, store, sums};
use crate::math::{exp, ln};
use crate::simd::{Float, Vector};

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

/// Targets of this loss: p, and its logarithm.
trait Distribution<T: Float>: Targets<T> {
    /// (p_k, ln p_k)
    ///
    /// # Safety
    /// As [`Targets::load`].
    unsafe fn with_log(&self, at: usize, n: usize) -> (T::Vec, T::Vec);
}

/// p given as probabilities.
struct Probabilities<T>(*const T);

impl<T: Float> Targets<T> for Probabilities<T> {
    #[inline(always)]
    unsafe fn load(&self, at: usize, n: usize) -> T::Vec {
        // SAFETY: the caller's guarantee.
        unsafe { load(self.0, at, n) }
    }
}

impl<T: Float> Distribution<T> for Probabilities<T> {
    #[inline(always)]
    unsafe fn with_log(&self, at: usize, n: usize) -> (T::Vec, T::Vec) {
        // SAFETY: the caller's guarantee.
        let p = unsafe { self.load(at, n) };
        (p, ln(p))
    }
}

/// p given as log-probabilities.
struct LogProbabilities<T>(*const T);

impl<T: Float> Targets<T> for LogProbabilities<T> {
    #[inline(always)]
    unsafe fn load(&self, at: usize, n: usize) -> T::Vec {
        // SAFETY: the caller's guarantee.
        unsafe { exp(load(self.0, at, n)) }
    }
}

impl<T: Float> Distribution<T> for LogProbabilities<T> {
    #[inline(always)]
    unsafe fn with_log(&self, at: usize, n: usize) -> (T::Vec, T::Vec) {
        // SAFETY: the caller's guarantee.
        let l = unsafe { load(self.0, at, n) };
        (exp(l), l)
    }
}

impl<T: Float> Rowwise<T, 2, 1> for KlDivergence {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let [q, p] = row.inputs;
        // SAFETY: inputs have the row's width.
        unsafe {
            if self.input == 0.0 {
                check_unit(q, row.width)?;
            }
            if self.log_target != 0.0 {
                return Ok(self.divergence(row, &LogProbabilities(p)));
            }
            check_unit(p, row.width)?;
            Ok(self.divergence(row, &Probabilities(p)))
        }
    }
}

impl KlDivergence {
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn divergence<T: Float, P: Distribution<T>>(&self, row: &Row<T, 2, 1>, p: &P) -> f64 {
        let (q, [grad], [hess]) = (row.inputs[0], row.grads, row.hess);
        let (zero, scale) = (T::Vec::zero(), T::Vec::c(row.scale));
        // SAFETY: inputs and outputs have the row's width; a place is read before it is written.
        unsafe {
            if self.input == 2.0 {
                let [minus_entropy] = sums(row.width, |at, n| {
                    let (p, ln_p) = p.with_log(at, n);
                    [(p * ln_p).drop(p.eq(zero))]
                });
                return minus_entropy + cross_entropy(row, p, 0.0);
            }
            let [loss] = sums(row.width, |at, n| {
                let (q, (p, ln_p)) = (load::<T::Vec>(q, at, n), p.with_log(at, n));
                let none = p.eq(zero);
                let (ln_q, slope, curvature) = if self.input == 0.0 {
                    let slope = scale * p / q;
                    (ln(q), slope, slope / q)
                } else {
                    // NaN stays.
                    let nan = q.is_nan();
                    (q, (scale * p).poison(nan), zero.poison(nan))
                };
                let (slope, curvature) = (slope.drop(none), curvature.drop(none));
                store(curvature, hess, at, n);
                store(zero - slope, grad, at, n);
                [(p * (ln_p - ln_q)).drop(none)]
            });
            loss
        }
    }
}
