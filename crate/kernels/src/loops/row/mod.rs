//! Losses of one row: each depends on that row's inputs alone.
//!
//! **Order of work.** Rows are taken one by one, so that a call may be cut between any two chunks and the bits stay the same. A
//! loss reads what it needs of its row before it writes over it: a gradient may take its input's place.
//!
//! **Precision.** A row's loss is a double, rounded only where it is written to `values`. Its derivatives are multiplied
//! by `scale` times the row's weight, a product of doubles that is rounded once to the element type.

mod call;
pub mod many;
mod one_by_one;
pub mod terms;

use crate::loops::{Outcome, Total};

use crate::loops::walk::fill;
use crate::simd::Float;
pub use call::RowCall;
use one_by_one::add_one_by_one;
pub use one_by_one::{one, one_by_one, write_losses};

/// A row's data is outside the loss's domain.
#[derive(Clone, Copy, Debug)]
pub struct Invalid;

/// A loss of `I` inputs a row, differentiable in `G` of them.
pub trait Rowwise<T: Float, const I: usize, const G: usize> {
    /// Adds the call's losses to `total` and writes what has a pointer, by the loop that suits the loss, its parameters and the
    /// width of a row.
    ///
    /// # Safety
    /// - `values`, `weight` and `labels` of `call` are null or valid for `rows` elements, its other pointers for rows × width.
    /// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
    /// - The loss's own pointers are as its fields say.
    unsafe fn rows(&self, call: &RowCall<T, I, G>, total: Total) -> Outcome;
}

/// A loss that computes one row.
pub trait OneRow<T: Float, const I: usize, const G: usize> {
    /// The row's loss; writes its derivatives, each only where there is a pointer. Data that is out of its domain is
    /// found before anything is written.
    ///
    /// # Safety
    /// - The pointers of `row`, and of the loss itself, are null where absent or valid for `row.width` elements.
    /// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
    /// - The label is less than the width, for losses that take labels.
    unsafe fn row(&self, row: &Row<T, I, G>) -> Result<f64, Invalid>;
}

/// One row of a [`RowCall`].
#[derive(Clone, Copy)]
pub struct Row<T: Float, const I: usize, const G: usize> {
    /// Elements.
    pub width: usize,
    /// Multiplies derivatives: the call's scale times the row's weight.
    pub scale: f64,
    /// The class label, less than `width`; 0 without labels.
    pub label: usize,
    /// Inputs.
    pub inputs: [*const T; I],
    /// Output: gradients.
    pub grads: [*mut T; G],
    /// Output: second derivatives.
    pub hess: [*mut T; G],
}

impl<T: Float, const I: usize, const G: usize> Row<T, I, G> {
    /// The same row without its other inputs.
    #[inline(always)]
    pub fn first(&self) -> Row<T, 1, G> {
        let Row { width, scale, label, inputs, grads, hess } = *self;
        Row { width, scale, label, inputs: [inputs[0]], grads, hess }
    }

    /// Writes `x` to every derivative, and makes it the loss: 0 for a row that doesn't count, NaN for one without a limit.
    ///
    /// # Safety
    /// - The outputs are null or valid for writes of `width` elements.
    #[inline(never)]
    pub unsafe fn fill(&self, x: f64) -> f64 {
        for p in self.grads.into_iter().chain(self.hess) {
            // SAFETY: the caller's guarantee.
            unsafe { fill(p, self.width, x) };
        }
        x
    }
}

impl<T: Float, const I: usize> Row<T, I, 1> {
    /// Writes the derivatives at one place.
    ///
    /// # Safety
    /// - The outputs are null or valid for writes of more than `k` elements.
    #[inline(always)]
    pub unsafe fn set(&self, k: usize, slope: f64, curvature: f64) {
        // SAFETY: the caller's guarantee.
        unsafe {
            if !self.grads[0].is_null() {
                *self.grads[0].add(k) = T::from_f64(slope);
            }
            if !self.hess[0].is_null() {
                *self.hess[0].add(k) = T::from_f64(curvature);
            }
        }
    }
}
