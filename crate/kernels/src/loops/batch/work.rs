//! The memory that a contrastive batch works in: O(N·D), whatever the number of scores.

use crate::loops::matrix::{TILE, pair};
use crate::simd::Float;

/// The sizes of a batch and of the memory it works in.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Pairs N.
    pub pairs: usize,
    /// Elements of an embedding.
    pub dim: usize,
    /// Views 2N, rounded up to whole panels.
    pub padded: usize,
    /// Panels that hold `dim` columns.
    pub panels: usize,
    /// Tiles that are kept from the first pass to the second: no more than N·D elements' worth, four times.
    pub kept: usize,
}

impl Shape {
    /// The shape of N pairs of embeddings.
    #[inline(never)]
    pub fn new<T: Float>(pairs: usize, dim: usize) -> Self {
        let pair = pair::<T>();
        let padded = pairs.saturating_mul(2).div_ceil(pair).saturating_mul(pair);
        let blocks = padded.div_ceil(TILE);
        let all = blocks.saturating_mul(blocks + 1) / 2;
        let kept = all.min(pairs.saturating_mul(dim).saturating_mul(4) / (TILE * TILE));
        Shape { pairs, dim, padded, panels: dim.div_ceil(pair), kept }
    }

    /// Views 2N.
    pub fn views(&self) -> usize {
        2 * self.pairs
    }

    /// The other view of the same sample.
    pub fn partner(&self, view: usize) -> usize {
        if view < self.pairs { view + self.pairs } else { view - self.pairs }
    }

    /// Which of the first and the second views a view is among, and the sample it is of.
    pub fn half<P>(&self, view: usize, [first, second]: [P; 2]) -> (P, usize) {
        if view < self.pairs { (first, view) } else { (second, view - self.pairs) }
    }

    /// Elements of each matrix in panels of columns.
    pub(super) fn columns<T: Float>(&self) -> usize {
        self.padded.saturating_mul(self.panels).saturating_mul(pair::<T>())
    }

    /// Bytes of a [`Work`]; `usize::MAX` if that is too large a number.
    pub fn bytes<T: Float>(&self) -> usize {
        let doubles = self.padded.saturating_mul(4 * size_of::<f64>());
        let rows = self.padded.saturating_mul(self.dim);
        let tiles = (self.kept + 1).saturating_mul(TILE * TILE);
        let elements = [rows, self.columns::<T>(), self.columns::<T>(), tiles, self.padded, self.padded];
        let elements = elements.into_iter().fold(0, usize::saturating_add);
        elements.saturating_mul(size_of::<T>()).saturating_add(doubles)
    }
}

/// The memory of a batch, cut into arrays. Those of doubles come first, so that all are aligned.
pub struct Work<T> {
    /// The lengths of the views.
    pub length: *mut f64,
    /// Sums over a view's negatives, later the share q of the negatives.
    pub sum: *mut f64,
    /// The largest score of a view's negatives.
    pub most: *mut f64,
    /// The score of each pair.
    pub positive: *mut f64,
    /// One over the total of a view's exponentials, times a gain.
    pub inverse: *mut T,
    /// What was subtracted from a view's scores before their exponentials were added.
    pub top: *mut T,
    /// The views in panels of rows, for dot products.
    pub rows: *mut T,
    /// The views in panels of columns, for sums of views.
    pub columns: *mut T,
    /// Those sums, in panels of columns.
    pub sums: *mut T,
    /// The kept tiles, and one more.
    pub tiles: *mut T,
}

impl<T: Float> Work<T> {
    /// Cuts `memory` up.
    ///
    /// # Safety
    /// - `memory` is valid for [`Shape::bytes`] and aligned for doubles.
    pub unsafe fn new(shape: &Shape, memory: *mut u8) -> Self {
        let doubles: *mut f64 = memory.cast();
        // SAFETY: the arrays have the lengths that `bytes` adds up.
        unsafe {
            let inverse: *mut T = doubles.add(4 * shape.padded).cast();
            let rows = inverse.add(2 * shape.padded);
            let columns = rows.add(shape.padded * shape.dim);
            Work {
                length: doubles,
                sum: doubles.add(shape.padded),
                most: doubles.add(2 * shape.padded),
                positive: doubles.add(3 * shape.padded),
                inverse,
                top: inverse.add(shape.padded),
                rows,
                columns,
                sums: columns.add(shape.columns::<T>()),
                tiles: columns.add(2 * shape.columns::<T>()),
            }
        }
    }
}
