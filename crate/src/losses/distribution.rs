//! Distributions as targets, given as probabilities or as their logarithms.

use super::target::{Targets, check_unit};
use crate::drivers::rowwise::Invalid;
use crate::drivers::walk::{At, load};
use crate::math::{exp, ln_unit};
use crate::simd::Float;

/// Weights that are probabilities: p, and its logarithm.
pub trait Distribution<T: Float>: Targets<T> {
    /// (p_k, ln p_k)
    ///
    /// # Safety
    /// As [`Targets::load`].
    unsafe fn with_log(&self, at: At, n: usize) -> (T::Vec, T::Vec);
    /// Invalid if p isn't in its domain.
    ///
    /// # Safety
    /// - `width` is the row's.
    unsafe fn check(&self, _width: usize) -> Result<(), Invalid> {
        Ok(())
    }
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
    #[inline(always)]
    unsafe fn with_log(&self, at: At, n: usize) -> (T::Vec, T::Vec) {
        // SAFETY: the caller's guarantee.
        let p = unsafe { self.load(at, n) };
        (p, ln_unit(p))
    }
    unsafe fn check(&self, width: usize) -> Result<(), Invalid> {
        // SAFETY: the caller's guarantee.
        unsafe { check_unit(self.0, width) }
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
    #[inline(always)]
    unsafe fn with_log(&self, at: At, n: usize) -> (T::Vec, T::Vec) {
        // SAFETY: the caller's guarantee.
        let l = unsafe { load(self.0, at, n) };
        (exp(l), l)
    }
}
