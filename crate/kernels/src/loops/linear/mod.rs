//! A linear layer under a loss: the products of rows of `hidden` [n, dim] with a weight [classes, dim], and what derivatives in the scores
//! make of both.
//!
//! | kernel | computes | lanes are |
//! |---|---|---|
//! | [`Scores`] | z = hidden·weightᵀ + bias | rows of hidden |
//! | [`Hidden`] | g·weight | columns |
//! | [`Weight`] | gᵀ·hidden | columns |
//! | [`Bias`] | Σ over rows of g | classes |
//!
//! All products are those of [`tree`](super::matrix::tree): one side lies in panels a pair of registers wide, the other in quads, four
//! rows interleaved. The caller cuts: rows of hidden into chunks, classes into blocks, each of a size that shapes alone decide, and so the
//! bits are the same wherever arrays lie and whatever is computed besides.

mod bias;
mod hidden;
mod pack;
mod scores;
mod weight;

pub use super::matrix::tree::Part;
pub use bias::Bias;
pub use hidden::Hidden;
pub use pack::Pack;
pub use scores::Scores;
pub use weight::Weight;

/// Derivatives in the scores of some rows and classes.
#[derive(Clone, Copy)]
pub struct Slopes<T> {
    /// Rows.
    pub rows: usize,
    /// Classes.
    pub classes: usize,
    /// The first row's; the rows lie `stride` apart.
    pub at: *const T,
    /// See above.
    pub stride: usize,
}
