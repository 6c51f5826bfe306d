//! Entropy of a row of probabilities.

use super::target::check_unit;
use crate::drivers::rowwise::{Invalid, Row, Rowwise};
use crate::drivers::walk::{load, store, sum_each};
use crate::math::ln_unit;
use crate::simd::{Float, Vector};

/// −Σ p_k ln p_k.
///
/// Gradient with respect to p: −(1 + ln p_k). Hessian: −1/p_k. p = 0 contributes 0; there the derivatives are the limits +∞
/// and −∞. All of p must be in [0, 1].
pub struct Entropy;

impl<T: Float> Rowwise<T, 1, 1> for Entropy {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        let ([p], [grad], [hess]) = (row.inputs, row.grads, row.hess);
        let (zero, one, scale) = (T::Vec::zero(), T::Vec::c(1.0), T::Vec::c(row.scale));
        // SAFETY: inputs and outputs have the row's width; a place is read before it is written.
        unsafe {
            check_unit(p, row.width)?;
            let minus = sum_each(row.width, |at, n| {
                let p: T::Vec = load(p, at, n);
                let l = ln_unit(p);
                store(zero - scale / p, hess, at, n);
                store(zero - (one + l) * scale, grad, at, n);
                (p * l).drop(p.eq(zero))
            });
            Ok(0.0 - minus)
        }
    }
}
