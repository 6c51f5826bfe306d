//! Lists, each of a length of its own: one after another, as rows are.

pub mod near;
pub mod order;

use crate::abi::Arguments;
use crate::loops::row::{OneRow, RowCall, one};
use crate::loops::{Outcome, Total};
use crate::simd::Float;
use core::ptr::{null, null_mut};

/// Lists of scores and their relevance. Null pointers are absent.
pub struct ListCall<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// Lists.
    pub rows: usize,
    /// The length of a list, where all have the same.
    pub width: usize,
    /// Output: a loss a list.
    pub values: *mut T,
    /// A weight a list.
    pub weight: *const T,
    /// Scores and relevance, list after list.
    pub inputs: [*const T; 2],
    /// The lists' lengths; `width` for all where null.
    pub lengths: *const i32,
    /// Output: the gradient in the scores, which may be in their place.
    pub grad: *mut T,
}

impl<T: Float> ListCall<T> {
    /// Reads the arguments that follow the running sum, and the address of scratch memory.
    ///
    /// # Safety
    /// - They are those that [`lists!`](crate::losses::ranking) says.
    pub(crate) unsafe fn read(mut list: Arguments) -> (Self, *mut f64) {
        // SAFETY: the caller's guarantee.
        unsafe {
            let call = ListCall {
                scale: list.next(),
                rows: list.next(),
                width: list.next(),
                values: list.next(),
                weight: list.next(),
                inputs: [list.next(), list.next()],
                lengths: list.next(),
                grad: list.next(),
            };
            (call, list.next())
        }
    }

    /// Adds the lists' losses to `total`; writes what has a pointer.
    ///
    /// # Safety
    /// - Arrays are as long as the call says, and what the loss itself points to serves the longest list.
    /// - Outputs overlap nothing, except that the gradient may be the scores.
    #[inline(never)]
    pub unsafe fn run(&self, loss: &dyn OneRow<T, 2, 1>, mut total: Total) -> Outcome {
        let mut start = 0;
        for r in 0..self.rows {
            // SAFETY: r is a list, which begins at `start`.
            unsafe {
                let width = if self.lengths.is_null() { self.width } else { *self.lengths.add(r) as usize };
                let call = RowCall {
                    rows: 1,
                    width,
                    scale: self.scale,
                    values: null_mut(),
                    weight: if self.weight.is_null() { null() } else { self.weight.add(r) },
                    inputs: self.inputs.map(|input| input.add(start)),
                    labels: null(),
                    ignore_index: f64::NAN,
                    grads: [if self.grad.is_null() { null_mut() } else { self.grad.add(start) }],
                    hess: [null_mut()],
                };
                let [value, weight] = if width == 0 { [0.0, 1.0] } else { one(loss, &call, 0).map_err(|_| r)? };
                if !self.values.is_null() {
                    *self.values.add(r) = T::from_f64(weight * value);
                }
                total.add_weighted(value, weight);
                start += width;
            }
        }
        Ok(total)
    }
}
