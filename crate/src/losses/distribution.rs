//! Distributions as targets, given as probabilities or as their logarithms.

use super::entropy::Entropy;
use super::target::Targets;
use crate::drivers::rowwise::{Invalid, Row};
use crate::drivers::terms;
use crate::drivers::walk::{At, load, sum_each};
use crate::math::{exp, ln_finite};
use crate::simd::{Float, Vector};
use core::ptr::null_mut;

/// Weights that are probabilities: p, and its logarithm.
pub trait Distribution<T: Float>: Targets<T> {
    /// Whether what is given must be in [0, 1].
    const UNIT: bool;

    /// (p_k, ln p_k) of what is given; any finite logarithm where p is 0.
    fn split(given: T::Vec) -> (T::Vec, T::Vec);
    /// Σ p_k ln p_k; invalid if p isn't in its domain.
    ///
    /// # Safety
    /// - `width` is the row's.
    unsafe fn minus_entropy(&self, width: usize) -> Result<f64, Invalid>;
}

/// p given as probabilities.
#[derive(Clone, Copy)]
pub struct Probabilities<T>(pub *const T);

impl<T: Float> Targets<T> for Probabilities<T> {
    #[inline(always)]
    unsafe fn load(&self, at: At, n: usize) -> T::Vec {
        // SAFETY: the caller's guarantee.
        unsafe { load(self.0, at, n) }
    }
}

impl<T: Float> Distribution<T> for Probabilities<T> {
    const UNIT: bool = true;

    #[inline(always)]
    fn split(p: T::Vec) -> (T::Vec, T::Vec) {
        (p, ln_finite(p))
    }
    unsafe fn minus_entropy(&self, width: usize) -> Result<f64, Invalid> {
        let (none, scale) = ([null_mut()], 1.0);
        // SAFETY: the caller's guarantee; there is no output.
        unsafe { terms::row(Entropy, &Row { width, scale, label: 0, inputs: [self.0], grads: none, hess: none }) }
            .map(|entropy| -entropy)
    }
}

/// p given as log-probabilities.
#[derive(Clone, Copy)]
pub struct LogProbabilities<T>(pub *const T);

impl<T: Float> Targets<T> for LogProbabilities<T> {
    #[inline(always)]
    unsafe fn load(&self, at: At, n: usize) -> T::Vec {
        // SAFETY: the caller's guarantee.
        unsafe { exp(load(self.0, at, n)) }
    }
}

impl<T: Float> Distribution<T> for LogProbabilities<T> {
    const UNIT: bool = false;

    #[inline(always)]
    fn split(l: T::Vec) -> (T::Vec, T::Vec) {
        let p = exp(l);
        // −∞ is the logarithm of 0.
        (p, l.drop(p.eq(T::Vec::zero())))
    }
    unsafe fn minus_entropy(&self, width: usize) -> Result<f64, Invalid> {
        Ok(sum_each(width, |at, n| {
            // SAFETY: at + n ≤ width.
            let (p, ln_p) = Self::split(unsafe { load(self.0, at, n) });
            p * ln_p
        }))
    }
}
