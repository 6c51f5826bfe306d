//! A loss as the walk over memory sees it: its loops, compiled once for each loss and element type, and a few facts. All the rest is
//! shared by all losses.

use super::body::Strip;
use super::light::groups;
use super::sums::Sums;
use super::{ElementCall, INPUTS, Pointwise};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

/// What there is to know about a loss, besides its loops.
pub struct Facts {
    /// [`Pointwise::is_light`]
    pub light: bool,
    /// [`Pointwise::LIGHT_HESS`]
    pub light_hess: bool,
    /// [`Pointwise::CHECKED`]
    pub checked: bool,
    /// [`Pointwise::factor`]
    pub factor: f64,
    /// [`Pointwise::NEUTRAL`]
    pub neutral: [f64; INPUTS],
    /// Whether there are two gradients.
    pub pair: bool,
}

/// A loss's loops.
pub trait Loops<T: Float> {
    /// Runs over a strip, whatever its values; returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`body`](super::body::body()).
    unsafe fn body(&self, strip: &Strip<T>) -> bool;
    /// Runs over whole groups of a light loss. `second` is another gradient, if there is one, or second derivatives, which may be null, and are
    /// written for floats only. Returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`groups`].
    unsafe fn groups(
        &self,
        n: usize,
        a: *const T,
        b: *const T,
        c: *const T,
        grad: *mut T,
        second: *mut T,
        scale: f64,
        sums: &mut Sums<T>,
    ) -> bool;
    /// Whether one of the first `n` elements has a weight and inputs that are out of their domain.
    ///
    /// # Safety
    /// As [`run`](super::run); `n` is a multiple of a register, and within the call.
    unsafe fn has_invalid(&self, call: &ElementCall<T>, n: usize) -> bool;
    /// Whether one element's inputs, none of them NaN, are within their domain.
    fn is_valid(&self, x: [T; INPUTS]) -> bool;
}

/// A loss of `I` inputs, differentiable in `G` of them, as [`run`](super::run) takes it.
pub struct Kernel<L, const I: usize, const G: usize>(pub L);

impl<L: Pointwise<I, G>, const I: usize, const G: usize> Kernel<L, I, G> {
    /// The facts.
    #[inline(always)]
    pub fn facts(&self) -> Facts {
        Facts {
            light: self.0.is_light(),
            light_hess: L::LIGHT_HESS,
            checked: L::CHECKED,
            factor: self.0.factor(),
            neutral: L::NEUTRAL,
            pair: G == 2,
        }
    }
}

impl<T: Float, L: Pointwise<I, G>, const I: usize, const G: usize> Loops<T> for Kernel<L, I, G> {
    unsafe fn body(&self, strip: &Strip<T>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe {
            // Doubles have one loop, with second derivatives whether they are wanted or not: long polynomials make two too large.
            match L::CURVED && (T::Vec::DOUBLE || !strip.hess[0].is_null()) {
                true => self.0.run::<T::Vec, true>(strip),
                false => self.0.run::<T::Vec, false>(strip),
            }
        }
    }
    unsafe fn groups(
        &self,
        n: usize,
        a: *const T,
        b: *const T,
        c: *const T,
        grad: *mut T,
        second: *mut T,
        scale: f64,
        sums: &mut Sums<T>,
    ) -> bool {
        // SAFETY: the caller's guarantee.
        L::LIGHT
            && unsafe {
                match L::LIGHT_HESS && !T::Vec::DOUBLE && !second.is_null() {
                    true => groups::<T, L, I, G, true>(&self.0, n, [a, b, c], [grad, second], scale, sums),
                    false => groups::<T, L, I, G, false>(&self.0, n, [a, b, c], [grad, second], scale, sums),
                }
            }
    }
    unsafe fn has_invalid(&self, call: &ElementCall<T>, n: usize) -> bool {
        let one = T::Vec::c(1.0);
        // SAFETY: the caller's guarantee.
        let read = |p: *const T, at: usize| if p.is_null() { one } else { unsafe { T::Vec::load(p.add(at)) } };
        L::CHECKED
            && (0..n).step_by(T::Vec::LANES).any(|at| {
                // NaN is within every domain.
                let x = from_fn(|i| read(call.inputs[i], at)).map(|x| T::Vec::select(x.is_nan(), one, x));
                (!(self.0.valid(x) | read(call.weight, at).eq(T::Vec::zero()))).any()
            })
    }
    fn is_valid(&self, x: [T; INPUTS]) -> bool {
        let x: [T::Vec; I] = from_fn(|i| T::Vec::c(x[i].to_f64()));
        self.0.valid(x).bits() & 1 == 1
    }
}
