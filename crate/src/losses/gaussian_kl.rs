//! Kullback-Leibler divergence of a diagonal Gaussian from the standard normal distribution.

use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::walk::{At, largest, load, store, sum_each};
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
            if !row.hess[1].is_null() {
                curvatures(row);
            }
            let max = largest::<T::Vec>(row.inputs[1], row.width).to_f64();
            Ok(if max > limit { divergence::<T, true>(row) } else { divergence::<T, false>(row) })
        }
    }
}

/// The loss of a row, in which l is large enough that eˡ may overflow if `LARGE`, which is rare: registers are then taken singly.
///
/// # Safety
/// As [`Rowwise::row`].
unsafe fn divergence<T: Float, const LARGE: bool>(row: &Row<T, 2, 2>) -> f64 {
    // SAFETY: the caller's guarantee; `at` and `n` are within the row.
    let terms = |at: At, n: usize| unsafe { register::<T, LARGE>(row, at, n) };
    if !LARGE {
        return sum_each(row.width, terms);
    }
    let (lanes, mut sums) = (T::Vec::LANES, [<T::Vec as Vector>::Wide::zero(); 2]);
    for at in (0..row.width).step_by(lanes) {
        let n = lanes.min(row.width - at);
        terms(at.into(), n).keep(T::Vec::first(n)).accumulate(&mut sums);
    }
    (sums[0] + sums[1]).total()
}

/// The losses of `n` elements from `at` on; writes their derivatives.
///
/// # Safety
/// As [`Rowwise::row`]; `n` elements are left, or as many as a register has.
#[inline(always)]
unsafe fn register<T: Float, const LARGE: bool>(row: &Row<T, 2, 2>, at: At, n: usize) -> T::Vec {
    let ([mu, log_var], [grad_mu, grad_log_var]) = (row.inputs, row.grads);
    let (half, scale) = (T::Vec::c(0.5), T::Vec::c(row.scale));
    // SAFETY: inputs and outputs have the row's width; a place is read before it is written.
    unsafe {
        let (m, l): (T::Vec, T::Vec) = (load(mu, at, n), load(log_var, at, n));
        let (mut excess, mut slope) = (half * exp_minus_1_minus(l), half * expm1(l));
        if LARGE {
            let (large, variance) = half_variance(l);
            excess = T::Vec::select(large, variance - half * l.pmin(T::Vec::c(1e3)), excess);
            slope = T::Vec::select(large, variance, slope);
        }
        store(m * scale, grad_mu, at, n);
        store(slope * scale, grad_log_var, at, n);
        half * m * m + excess
    }
}

/// Where l is so large that eˡ may overflow though ½eˡ doesn't, and ½eˡ there.
#[inline(always)]
fn half_variance<V: Vector>(l: V) -> (V::Mask, V) {
    let root = exp(V::c(0.5) * l);
    (V::c(64.0).lt(l), V::c(0.5) * root * root)
}

/// Writes the second derivatives: apart from the rest, which is asked for more often.
///
/// # Safety
/// As [`Rowwise::row`].
#[cold]
#[inline(never)]
unsafe fn curvatures<T: Float>(row: &Row<T, 2, 2>) {
    let scale = T::Vec::c(row.scale);
    for at in (0..row.width).step_by(T::Vec::LANES) {
        let n = T::Vec::LANES.min(row.width - at);
        // SAFETY: as in `register`.
        unsafe {
            let l = load(row.inputs[1], at, n);
            let (large, variance) = half_variance(l);
            let curvature = T::Vec::select(large, variance, T::Vec::c(0.5) * exp(l));
            store(scale, row.hess[0], at, n);
            store(curvature * scale, row.hess[1], at, n);
        }
    }
}
