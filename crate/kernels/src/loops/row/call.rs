//! What a call of a rowwise loss is given.

/// Where a call's data lies. Null pointers are absent.
pub struct Call<T, const I: usize, const G: usize> {
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

impl<T, const I: usize, const G: usize> Call<T, I, G> {
    /// The call without its other inputs.
    pub fn first(&self) -> Call<T, 1, G> {
        let Call { rows, width, scale, values, weight, labels, ignore_index, inputs, grads, hess } = *self;
        Call { rows, width, scale, values, weight, labels, ignore_index, inputs: [inputs[0]], grads, hess }
    }
    /// The call for `rows` of its rows, from `first` on.
    pub fn part(&self, first: usize, rows: usize) -> Self {
        let (input, output) = (|p| shift(p, first * self.width), |p| shift_mut(p, first * self.width));
        Call {
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

/// The pointer moved on by `n` elements; a null pointer stays null.
pub fn shift<T>(p: *const T, n: usize) -> *const T {
    if p.is_null() { p } else { p.wrapping_add(n) }
}

/// As [`shift`], for an output.
pub fn shift_mut<T>(p: *mut T, n: usize) -> *mut T {
    if p.is_null() { p } else { p.wrapping_add(n) }
}
