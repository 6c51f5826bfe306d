//! The scores s(i, k) = sim(i, k)/τ of all pairs of views, tile by tile, and their softmax.
//!
//! Only tiles on and above the diagonal are computed: s is symmetric, so that a tile serves its rows and its columns. A
//! view's score with itself, with its partner (kept apart) and with padding are replaced by [`low`], whose exponential is 0.
//!
//! Scores within ±[`bound`] need no maximum: their exponentials, and so the sums, are far from the ends of the range, and the
//! tile holds them from the start. Otherwise each view has a running maximum, and the tile holds scores.

mod sums;
pub mod views;
mod weights;
pub mod work;

use crate::loops::batch::work::{Shape, Work};
use crate::loops::matrix::{TILE, dot_products};
use crate::math::exp;
use crate::simd::{Float, Vector};
use core::ops::Range;
pub use sums::exp64;
pub use weights::GAIN;

/// A score that stands for none.
pub fn low<T: Float>() -> T {
    T::from_f64(if T::Vec::DOUBLE { -1e300 } else { -1e38 })
}

/// The largest 1/τ that cosines are multiplied by: scores stay above [`low`]. A larger one would make the same softmax, in which all but
/// the largest scores count for nothing, but for losses see [`Scores::stretch`].
pub fn sharpest<T: Float>() -> f64 {
    if T::Vec::DOUBLE { 1e299 } else { 1e37 }
}

/// The largest |s| that is safe without a maximum.
pub fn bound<T: Float>() -> f64 {
    if T::Vec::DOUBLE { 500.0 } else { 64.0 }
}

/// Views of a batch with the temperature they are compared at.
pub struct Scores<T> {
    /// Sizes.
    pub shape: Shape,
    /// Memory.
    pub work: Work<T>,
    /// 1/τ, or the most that it may be.
    pub sharpness: T,
    /// What differences of scores are to be multiplied by: 1, or more where 1/τ is more than it may be.
    pub stretch: f64,
    /// Whether |s| ≤ [`bound`].
    pub bounded: bool,
}

/// A tile's rows and columns, and where it lies.
#[derive(Clone)]
pub struct Tile<T> {
    /// Views.
    pub rows: Range<usize>,
    /// Views; the same as rows on the diagonal, else beyond them.
    pub columns: Range<usize>,
    /// Its elements, [`TILE`] to a row.
    pub at: *mut T,
    /// Whether it stays in memory from the first pass to the second.
    pub kept: bool,
}

impl<T: Float> Tile<T> {
    /// Whether rows and columns are the same views.
    pub fn is_diagonal(&self) -> bool {
        self.rows == self.columns
    }
    /// A register of the tile.
    ///
    /// # Safety
    /// - Views `i` and `k` … `k + LANES` are among the tile's rows and columns.
    #[inline(always)]
    unsafe fn place(&self, i: usize, k: usize) -> *mut T {
        // SAFETY: the place is within the tile.
        unsafe { self.at.add((i - self.rows.start) * TILE + (k - self.columns.start)) }
    }
}

impl<T: Float> Scores<T> {
    /// The tiles on and above the diagonal; `keep` lets the first ones stay in memory.
    pub fn tiles(&self, keep: bool) -> impl Iterator<Item = Tile<T>> {
        let (padded, kept, tiles) = (self.shape.padded, if keep { self.shape.kept } else { 0 }, self.work.tiles);
        let block = move |start: usize| start..padded.min(start + TILE);
        let starts = (0..padded).step_by(TILE).flat_map(move |i| (i..padded).step_by(TILE).map(move |k| (i, k)));
        starts.enumerate().map(move |(index, (i, k))| Tile {
            rows: block(i),
            columns: block(k),
            // SAFETY: the work has `kept + 1` tiles.
            at: unsafe { tiles.add(index.min(kept) * TILE * TILE) },
            kept: index < kept,
        })
    }

    /// Computes a tile: exponentials if bounded, else scores.
    ///
    /// # Safety
    /// - The views are packed.
    pub unsafe fn compute(&self, tile: &Tile<T>) {
        let Shape { dim, .. } = self.shape;
        // SAFETY: blocks start at whole panels.
        unsafe {
            let at = [&tile.rows, &tile.columns].map(|block| self.work.rows.add(block.start * dim).cast_const());
            dot_products(at, [tile.rows.len(), tile.columns.len()], dim, self.sharpness, tile.at);
            self.mask(tile);
            if self.bounded {
                exponentials(tile);
            }
        }
    }

    /// Takes out scores that aren't a view with one of its negatives, and notes those of the partners.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    unsafe fn mask(&self, tile: &Tile<T>) {
        let (pairs, views) = (self.shape.pairs, self.shape.views());
        for i in tile.rows.clone() {
            let remove = |k: usize| {
                // SAFETY: i and k are the tile's.
                tile.columns.contains(&k).then(|| unsafe { tile.place(i, k).replace(low()) })
            };
            remove(i);
            if let Some(score) = remove(self.shape.partner(i))
                && i < pairs
            {
                // SAFETY: i is one of the pairs.
                unsafe { *self.work.positive.add(i) = score.to_f64() };
            }
            (views..self.shape.padded).for_each(|k| _ = remove(k));
        }
    }
}

/// Replaces the scores of a tile by their exponentials.
///
/// # Safety
/// - The tile's scores are computed.
#[inline(never)]
unsafe fn exponentials<T: Float>(tile: &Tile<T>) {
    for i in tile.rows.clone() {
        for k in tile.columns.clone().step_by(T::Vec::LANES) {
            // SAFETY: the register is the tile's.
            unsafe {
                let place = tile.place(i, k);
                exp(T::Vec::load(place)).store(place);
            }
        }
    }
}
