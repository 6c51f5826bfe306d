//! What a loss of a batch says, and what it has in common with others.

use super::{Scores, Tile};
use crate::simd::Float;

/// A loss of a batch whose memory is laid out.
pub trait Rule<T: Float> {
    /// The scores.
    fn scores(&self) -> &Scores<T>;

    /// Whether gradients need a second pass over the tiles, after the losses.
    fn has_two_passes(&self) -> bool {
        true
    }

    /// Looks at the batch before all else.
    ///
    /// # Safety
    /// - The batch is as the loss says.
    unsafe fn begin(&self) {}

    /// The input that embedding `i` of a side is from, and its number there.
    ///
    /// # Safety
    /// - The loss has begun, and `i` is less than the side's count.
    unsafe fn origin(&self, side: usize, i: usize) -> [usize; 2] {
        [side, i]
    }

    /// Computes a tile and takes out what doesn't count: exponentials if bounded, else scores.
    ///
    /// # Safety
    /// - The embeddings are packed.
    unsafe fn prepare(&self, tile: &Tile<T>) {
        let scores = self.scores();
        // SAFETY: the caller's guarantee.
        unsafe {
            scores.compute(tile);
            scores.mask_padding(tile);
            self.mask(tile);
            if scores.bounded {
                tile.exponentials();
            }
        }
    }

    /// Takes out scores that count in no softmax, and notes those of positives.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    unsafe fn mask(&self, _: &Tile<T>) {}

    /// Adds what a tile has to the sums of its rows, and of its columns, each if wanted.
    ///
    /// # Safety
    /// - The tile is prepared.
    unsafe fn gather(&self, tile: &Tile<T>, rows_and_columns: [bool; 2]) {
        // SAFETY: the caller's guarantee.
        unsafe { self.scores().add(tile, rows_and_columns) }
    }

    /// Turns the sums of anchor `i` into what the second pass needs, and into its loss, which goes to `values` if that isn't null.
    ///
    /// # Safety
    /// - All tiles are gathered, `i` is an embedding of the first side, and `values` has a place for each.
    unsafe fn settle(&self, i: usize, values: *mut T) -> f64;

    /// Turns a tile into weights: what embeddings pull at each other with.
    ///
    /// # Safety
    /// - The embeddings are packed, a kept tile is prepared, and all anchors are settled.
    unsafe fn weigh(&self, tile: &Tile<T>) {
        // SAFETY: the caller's guarantee.
        unsafe {
            if !tile.kept {
                self.prepare(tile);
            }
            self.scores().weigh(tile);
            self.mend(tile);
        }
    }

    /// Corrects the weights of positives: the tile has what each embedding and its partner give each other in their softmaxes,
    /// times [`GAIN`](super::GAIN).
    ///
    /// # Safety
    /// - The tile is weighed, and all anchors are settled.
    unsafe fn mend(&self, _: &Tile<T>) {}

    /// The derivatives by parameters, given Σᵢ gᵢ·uᵢ over the first side.
    ///
    /// # Safety
    /// - All anchors are settled.
    unsafe fn slopes(&self, along: f64) -> [f64; 2];
}
