//! What a call of a rowwise loss is given.

use crate::loops::shift::{shift, shift_mut};

/// Where a call's data lies. Null pointers are absent.
pub struct RowCall<T, const I: usize, const G: usize> {
    /// Rows.
    pub rows: usize,
    /// Elements of a row.
    pub width: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses, one a row.
    pub values: *mut T,
    /// Weights, one a row; a row of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Class labels, one a row, for losses that take them.
    pub labels: *const i32,
    /// A row with this label is skipped; NaN for none.
    pub ignore_index: f64,
    /// Inputs.
    pub inputs: [*const T; I],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; G],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; G],
}

impl<T, const I: usize, const G: usize> RowCall<T, I, G> {
    /// The call without its other inputs.
    pub fn first(&self) -> RowCall<T, 1, G> {
        let RowCall { rows, width, scale, values, weight, labels, ignore_index, inputs, grads, hess } = *self;
        RowCall { rows, width, scale, values, weight, labels, ignore_index, inputs: [inputs[0]], grads, hess }
    }
    /// The call for `rows` of its rows, from `first` on.
    pub fn part(&self, first: usize, rows: usize) -> Self {
        let (input, output) = (|p| shift(p, first * self.width), |p| shift_mut(p, first * self.width));
        RowCall {
            rows,
            values: shift_mut(self.values, first),
            weight: shift(self.weight, first),
            labels: shift(self.labels, first),
            inputs: self.inputs.map(input),
            grads: self.grads.map(output),
            hess: self.hess.map(output),
            ..*self
        }
    }
}
