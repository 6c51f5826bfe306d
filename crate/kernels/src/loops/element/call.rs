//! What a call of a pointwise loss is given.

use crate::loops::shift::{shift, shift_mut};

/// The most inputs a loss has, and the most gradients.
pub const INPUTS: usize = 3;
/// See [`INPUTS`].
pub const DERIVATIVES: usize = 2;

/// Where a call's data lies. Null pointers are absent.
pub struct ElementCall<T> {
    /// Elements.
    pub n: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses.
    pub values: *mut T,
    /// Weights; an element of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Inputs.
    pub inputs: [*const T; INPUTS],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; DERIVATIVES],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; DERIVATIVES],
}

impl<T> ElementCall<T> {
    /// Whether a gradient takes the place of an input.
    pub fn is_in_place(&self) -> bool {
        self.grads.iter().any(|grad| !grad.is_null() && self.inputs.contains(&grad.cast_const()))
    }
    /// The part of `n` elements that starts at `start`.
    ///
    /// # Safety
    /// - `start + n <= self.n`, and the pointers are valid for `self.n` elements.
    #[inline(never)]
    pub unsafe fn part(&self, start: usize, n: usize) -> Self {
        ElementCall {
            n,
            scale: self.scale,
            values: shift_mut(self.values, start),
            weight: shift(self.weight, start),
            inputs: self.inputs.map(|p| shift(p, start)),
            grads: self.grads.map(|p| shift_mut(p, start)),
            hess: self.hess.map(|p| shift_mut(p, start)),
        }
    }
    /// The part of `n` elements that starts at `start`: the call itself if that is all of it, which small calls are quicker for.
    ///
    /// # Safety
    /// As [`ElementCall::part`].
    #[inline(always)]
    pub unsafe fn part_or_all<'a>(&'a self, start: usize, n: usize, copy: &'a mut Option<Self>) -> &'a Self {
        if n == self.n {
            return self;
        }
        // SAFETY: the caller's guarantees.
        copy.insert(unsafe { self.part(start, n) })
    }
}
