//! Losses of the softmax of short rows, four rows at once, a row a lane: no register is partly empty, nothing is summed
//! across lanes, and what a row takes once is done for all in one register.
//!
//! **Order of work.** Groups of four rows are done a block at a time, each step for all of them, so that constants stay in
//! registers and no step has to wait for the one before it.
//!
//! A row's bits depend neither on its lane nor on the other rows. Rows that don't count, are out of the domain or have no
//! finite maximum leave their lane unused and are done alone.

mod block;
mod finish;
mod known;
pub mod lanes;
mod read;
mod spread;

use crate::loops::softmax::short::lanes::{LANES, Pair, Wide};
use crate::loops::softmax::temperature::Temperature;
use crate::simd::{Float, Mask, Vector};
pub use block::run;
pub use known::{Known, Results};

/// A loss of the softmax of its first input: p_k = e_k/Σe with e_k = e^((z_k − max z)/T). It is −Σ t_k ln p_k for weights t_k, or has
/// its own formula.
pub trait ShortRows<T: Float> {
    /// The weight that all classes have besides the label's, if it is the same for all of them.
    fn uniform(&self, _width: usize) -> Option<f64> {
        None
    }
    /// Whether the label's weight is 1 in every row, and there are no others.
    fn is_plain(&self) -> bool {
        false
    }
    /// What logits are divided by, unless it is 1.
    fn temperature(&self) -> Option<Temperature> {
        None
    }
    /// Says what the weights are.
    ///
    /// # Safety
    /// - The labels are less than the width; the targets are valid for reads of the width.
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>);
    /// Whether the loss has its own formula, of the label's p.
    fn is_other(&self) -> bool {
        false
    }
    /// That formula.
    fn finish(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        known.nothing()
    }
}

/// Rows that are computed together; a row may be there more than once.
pub struct Rows<T> {
    /// Elements of a row.
    pub width: usize,
    /// Class labels; 0 without.
    pub labels: [usize; LANES],
    /// Where the rows of the second input begin, for losses that have one.
    pub targets: [*const T; LANES],
}

/// The weights of rows, a row a lane.
pub struct Weights<'a, T: Float> {
    /// t_k of each class, without the label's peak; not read if it is uniform.
    pub t: &'a mut [T::Four],
    /// What the label's weight has on top.
    pub peak: Pair<T>,
    /// A part of the loss that depends on targets alone.
    pub offset: Pair<T>,
    /// A bit for each row to be done alone: its targets are out of the domain, or make it not count.
    pub alone: u32,
}

impl<T: Float> Weights<'_, T> {
    /// The label has `keep` times `weight` on top of what is spread. A row of weight 0 doesn't count.
    pub fn set_peak(&mut self, weight: T::Four, keep: f64) {
        self.peak = weight.widen().map(|weight| weight * Wide::<T>::c(keep));
        self.alone = weight.eq(T::Four::zero()).bits();
    }
}
