//! Distributions as targets, given as probabilities or as their logarithms.

use super::target::{Targets, check_unit};
use crate::drivers::rowwise::Invalid;
use crate::drivers::walk::{At, load};
use crate::math::{exp, ln_unit};
use crate::simd::Float;

/// Weights that are probabilities: p, and its logarithm.
pub trait Distribution<T: Float>: Targets<T> {
    /// Whether what is given must be in [0, 1].
    const UNIT: bool;

    /// Where p is given.
    fn given(&self) -> *const T;
    /// (p_k, ln p_k) of what is given.
    fn split(given: T::Vec) -> (T::Vec, T::Vec);
    /// (p_k, ln p_k) of the `n` classes from `at` on.
    ///
    /// # Safety
    /// As [`Targets::load`].
    #[inline(always)]
    unsafe fn with_log(&self, at: At, n: usize) -> (T::Vec, T::Vec) {
        // SAFETY: the caller's guarantee.
        Self::split(unsafe { load(self.given(), at, n) })
    }
    /// Invalid if p isn't in its domain.
    ///
    /// # Safety
    /// - `width` is the row's.
    unsafe fn check(&self, width: usize) -> Result<(), Invalid> {
        // SAFETY: the caller's guarantee.
        if Self::UNIT { unsafe { check_unit(self.given(), width) } } else { Ok(()) }
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
    const UNIT: bool = true;

    fn given(&self) -> *const T {
        self.0
    }
    #[inline(always)]
    fn split(p: T::Vec) -> (T::Vec, T::Vec) {
        (p, ln_unit(p))
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

    fn given(&self) -> *const T {
        self.0
    }
    #[inline(always)]
    fn split(l: T::Vec) -> (T::Vec, T::Vec) {
        (exp(l), l)
    }
}
