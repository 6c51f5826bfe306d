//! Kullback-Leibler divergence of a diagonal Gaussian from the standard normal distribution.

use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::walk::{largest, load, store, sum_each};
use crate::math::{exp, exp_minus_1_minus, expm1};
use crate::simd::{Float, Vector};

/// ½ Σ (μ² + (eˡ − 1 − l)) with l = ln σ².
///
/// Gradient with respect to μ: μ; to l: ½(eˡ − 1). Hessian: 1 and ½eˡ. No cancellation near l = 0; eˡ may overflow where half
/// of it doesn't.
pub struct GaussianKl;

impl<T: Float> Rowwise<T, 2, 2> for GaussianKl {
    unsafe fn row(&self, row: &Row<T, 2, 2>) -> Result<f64, Invalid> {
        // Beyond this eˡ overflows soon.
        let limit = if T::Vec::DOUBLE { 709.0 } else { 88.0 };
        // SAFETY: the caller's guarantees.
        unsafe {
            let max = largest::<T::Vec>(row.inputs[1], row.width).to_f64();
            Ok(if max > limit { divergence::<T, true>(row) } else { divergence::<T, false>(row) })
        }
    }
}

/// The loss of a row, in which l is large enough that eˡ may overflow if `LARGE`.
///
/// # Safety
/// As [`Rowwise::row`].
unsafe fn divergence<T: Float, const LARGE: bool>(row: &Row<T, 2, 2>) -> f64 {
    let ([mu, log_var], [grad_mu, grad_log_var], [hess_mu, hess_log_var]) = (row.inputs, row.grads, row.hess);
    let (half, one, scale) = (T::Vec::c(0.5), T::Vec::c(1.0), T::Vec::c(row.scale));
    sum_each(row.width, |at, n| {
        // SAFETY: inputs and outputs have the row's width; a place is read before it is written.
        unsafe {
            let (m, l): (T::Vec, T::Vec) = (load(mu, at, n), load(log_var, at, n));
            let (mut excess, mut slope) = (half * exp_minus_1_minus(l), half * expm1(l));
            let mut curvature = if hess_log_var.is_null() { one } else { half * exp(l) };
            if LARGE {
                let large = T::Vec::c(64.0).lt(l);
                let root = exp(half * l);
                let variance = half * root * root;
                excess = T::Vec::select(large, variance - half * l.pmin(T::Vec::c(1e3)), excess);
                slope = T::Vec::select(large, variance, slope);
                curvature = T::Vec::select(large, variance, curvature);
            }
            store(m * scale, grad_mu, at, n);
            store(slope * scale, grad_log_var, at, n);
            store(scale, hess_mu, at, n);
            store(curvature * scale, hess_log_var, at, n);
            half * m * m + excess
        }
    })
}
