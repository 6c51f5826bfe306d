//! A loss as the driver sees it: its loops, compiled once for each loss and element type, and a few facts. The rest of the
//! driver is shared by all losses.

use super::body::Strip;
use super::light::groups;
use super::{INPUTS, Pointwise};
use crate::loops::Total;
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

/// Two registers of doubles that losses are added to.
pub type Lanes<T> = [<<T as Float>::Vec as Vector>::Wide; 2];

/// A sum in progress: the losses of a strip, and what was added up before.
pub struct Sums<T: Float> {
    /// Of the last strip.
    pub lanes: Lanes<T>,
    /// Of those before it.
    pub total: Total,
}

impl<T: Float> Sums<T> {
    /// Continues a sum.
    pub fn new(total: Total) -> Self {
        Sums { lanes: [<T::Vec as Vector>::Wide::zero(); 2], total }
    }
    /// All of it.
    pub fn total(mut self) -> Total {
        self.total.add((self.lanes[0] + self.lanes[1]).total());
        self.total
    }
}

/// What the driver asks about a loss.
pub struct Facts {
    /// [`Pointwise::is_light`]
    pub light: bool,
    /// [`Pointwise::CHECKED`]
    pub checked: bool,
    /// [`Pointwise::factor`]
    pub factor: f64,
    /// [`Pointwise::NEUTRAL`]
    pub neutral: [f64; 2],
}

/// A loss's loops.
pub trait Loops<T: Float> {
    /// Runs over a strip, whatever its values; returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`body`](super::body::body()).
    unsafe fn body(&self, strip: &Strip<T>) -> bool;
    /// Runs over whole groups of a light loss; returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`groups`].
    unsafe fn groups(&self, n: usize, a: *const T, b: *const T, grad: *mut T, scale: f64, sums: &mut Sums<T>) -> bool;
    /// Whether one element's inputs, none of them NaN, are within their domain.
    fn is_valid(&self, x: [T; INPUTS]) -> bool;
}

/// A loss of `I` inputs, differentiable in `G` of them, as [`run`](super::run) takes it.
pub struct Kernel<L, const I: usize, const G: usize>(pub L);

impl<L: Pointwise<I, G>, const I: usize, const G: usize> Kernel<L, I, G> {
    /// What there is to know.
    #[inline(always)]
    pub fn facts(&self) -> Facts {
        Facts { light: self.0.is_light(), checked: L::CHECKED, factor: self.0.factor(), neutral: L::NEUTRAL }
    }
}

impl<T: Float, L: Pointwise<I, G>, const I: usize, const G: usize> Loops<T> for Kernel<L, I, G> {
    unsafe fn body(&self, strip: &Strip<T>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe {
            match strip.hess[0].is_null() {
                true => self.0.run::<T::Vec, false>(strip),
                false => self.0.run::<T::Vec, true>(strip),
            }
        }
    }
    unsafe fn groups(&self, n: usize, a: *const T, b: *const T, grad: *mut T, scale: f64, sums: &mut Sums<T>) -> bool {
        // SAFETY: the caller's guarantee.
        L::LIGHT && unsafe { groups(&self.0, n, [a, b], grad, scale, sums) }
    }
    fn is_valid(&self, x: [T; INPUTS]) -> bool {
        let x: [T::Vec; I] = from_fn(|i| T::Vec::c(x[i].to_f64()));
        self.0.valid(x).bits() & 1 == 1
    }
}
