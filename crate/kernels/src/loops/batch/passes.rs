//! The two passes over the tiles: sums of exponentials, then sums of embeddings.

use super::{Scores, Side, Tile};
use crate::loops::matrix::{add_product, dot_products, pair};
use crate::simd::Float;

/// What a loss says about the scores of a tile.
pub trait Rule<T: Float> {
    /// Takes out scores that count in no softmax, and notes those of positives.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    unsafe fn mask(&self, tile: &Tile<T>);

    /// Corrects the weights of positives: the tile has what each embedding and its partner give each other in their softmaxes,
    /// times [`GAIN`](super::GAIN).
    ///
    /// # Safety
    /// - The tile is weighed, and the losses of all anchors are computed.
    unsafe fn mend(&self, tile: &Tile<T>);
}

impl<T: Float> Scores<T> {
    /// Computes the scores of a tile.
    ///
    /// # Safety
    /// - The embeddings are packed.
    pub unsafe fn compute(&self, tile: &Tile<T>) {
        // SAFETY: blocks start at whole panels.
        unsafe {
            let [a, b] = [(self.sides[0], &tile.rows), (self.sides[1], &tile.columns)]
                .map(|(side, block)| side.rows.add(block.start * self.dim).cast_const());
            dot_products([a, b], [tile.rows.len(), tile.columns.len()], self.dim, self.sharpness, tile.at);
        }
    }

    /// Computes a tile and takes out what doesn't count: exponentials if bounded, else scores.
    ///
    /// # Safety
    /// - The embeddings are packed.
    unsafe fn prepare(&self, rule: &impl Rule<T>, tile: &Tile<T>) {
        // SAFETY: the caller's guarantee.
        unsafe {
            self.compute(tile);
            self.mask_padding(tile);
            rule.mask(tile);
            if self.bounded {
                tile.exponentials();
            }
        }
    }

    /// Takes out the scores of padding.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    unsafe fn mask_padding(&self, tile: &Tile<T>) {
        let [rows, columns] = self.sides.map(|side| side.count);
        for i in tile.rows.clone() {
            let first = if i < rows { columns.max(tile.columns.start) } else { tile.columns.start };
            for k in first..tile.columns.end {
                // SAFETY: i and k are the tile's.
                _ = unsafe { tile.remove(i, k) };
            }
        }
    }
}

/// Adds up every row's exponentials, and every column's where they count.
///
/// # Safety
/// - The embeddings are packed.
pub unsafe fn first_pass<T: Float>(scores: &Scores<T>, rule: &impl Rule<T>, keep: bool) {
    for tile in scores.tiles(keep) {
        // SAFETY: the embeddings are packed.
        unsafe {
            scores.prepare(rule, &tile);
            scores.add(&tile);
        }
    }
}

/// Adds up Σ_k W(i,k) uₖ for every embedding.
///
/// # Safety
/// - The first pass is done with its tiles kept, and the losses are computed.
pub unsafe fn second_pass<T: Float>(scores: &Scores<T>, rule: &impl Rule<T>) {
    for tile in scores.tiles(true) {
        // SAFETY: the embeddings are packed, and a kept tile is computed.
        unsafe {
            if !tile.kept {
                scores.prepare(rule, &tile);
            }
            scores.weigh(&tile);
            rule.mend(&tile);
            add_products(scores, &tile);
        }
    }
}

/// Adds a tile of weights times the embeddings of its columns to the sums of its rows, and the reverse.
///
/// # Safety
/// - The embeddings are packed, and the tile has the weights.
pub unsafe fn add_products<T: Float>(scores: &Scores<T>, tile: &Tile<T>) {
    let (at, [a, b]) = (tile.at.cast_const(), scores.sides);
    // SAFETY: i is a row of the matrix, which has panels of pairs.
    let row = |matrix: *mut T, i: usize| unsafe { matrix.add(i * pair::<T>()) };
    let (i, k, rows, columns) = (tile.rows.start, tile.columns.start, tile.rows.len(), tile.columns.len());
    let height = |side: Side<T>| (side.panels, side.padded);
    // SAFETY: blocks are whole panels of at most a tile.
    unsafe {
        add_product((at, false), (row(a.sums, i), rows), (row(b.columns, k), columns), [height(a), height(b)]);
        if !tile.is_diagonal {
            add_product((at, true), (row(b.sums, k), columns), (row(a.columns, i), rows), [height(b), height(a)]);
        }
    }
}
