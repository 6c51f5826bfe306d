//! The scores s(i, k) = sim(i, k)/τ of embeddings with each other, tile by tile, and their softmax.
//!
//! Of one set of views, only tiles on and above the diagonal are computed: s is symmetric, so that a tile serves its rows and
//! its columns. Between two sets all tiles are. Scores that aren't to count, such as that of a view with itself and those of
//! padding, are replaced by [`low`], whose exponential is 0; the [`Rule`] of a loss says which.
//!
//! Scores within ±[`bound`] need no maximum: their exponentials, and so the sums, are far from the ends of the range, and the
//! tile holds them from the start. Otherwise each row and column has a running maximum, and the tile holds scores.

mod anchor;
mod passes;
mod side;
mod sums;
mod tile;
mod weights;
mod work;

use crate::loops::matrix::TILE;
use crate::simd::{Float, Vector};
pub use anchor::{Anchor, exp64};
pub use passes::{Rule, add_products, first_pass, second_pass};
pub use side::Side;
pub use tile::Tile;
pub use weights::GAIN;
pub use work::Room;

/// Where a batch lies. Null pointers are absent.
#[derive(Clone, Copy)]
pub struct Batch<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// Embeddings of the first input.
    pub n: usize,
    /// Those of the second, where it may have others.
    pub m: usize,
    /// Elements of an embedding.
    pub dim: usize,
    /// Output: the losses of the anchors.
    pub values: *mut T,
    /// Embeddings; the second may be absent.
    pub inputs: [*const T; 2],
    /// Classes, numbered from 0, where the loss has them.
    pub labels: *const i32,
    /// Output: gradients, all or none.
    pub grads: [*mut T; 2],
    /// Memory of as many bytes as the loss's layout takes, aligned for doubles.
    pub work: *mut u8,
}

/// A score that stands for none.
pub fn low<T: Float>() -> T {
    T::from_f64(if T::Vec::DOUBLE { -1e300 } else { -1e38 })
}

/// The largest 1/τ that cosines are multiplied by: scores stay above [`low`]. A larger one would make the same softmax, in which all but
/// the largest scores count for nothing, but for losses see [`Scores::stretch`].
fn sharpest<T: Float>() -> f64 {
    if T::Vec::DOUBLE { 1e299 } else { 1e37 }
}

/// The largest |s| that is safe without a maximum.
fn bound<T: Float>() -> f64 {
    if T::Vec::DOUBLE { 500.0 } else { 64.0 }
}

/// Embeddings with the temperature they are compared at.
pub struct Scores<T> {
    /// Elements of an embedding.
    pub dim: usize,
    /// What tiles have as rows and as columns.
    pub sides: [Side<T>; 2],
    /// Whether both are the same views.
    is_square: bool,
    /// Whether columns have a softmax of their own. Those of a square have that of their rows.
    pub sums_columns: bool,
    /// The kept tiles, and one more.
    tiles: *mut T,
    /// Tiles that are kept from the first pass to the second: no more than the embeddings' elements, twice.
    kept: usize,
    /// 1/τ, or the most that it may be.
    pub sharpness: T,
    /// What differences of scores are to be multiplied by: 1, or more where 1/τ is more than it may be.
    pub stretch: f64,
    /// Whether |s| ≤ [`bound`].
    pub bounded: bool,
}

impl<T: Float> Scores<T> {
    /// Scores of views with each other.
    pub fn among(room: &mut Room, views: usize, dim: usize) -> Self {
        let side = Side::new(room, views, dim);
        let blocks = side.padded.div_ceil(TILE);
        Self::new(room, [side, side], true, blocks.saturating_mul(blocks.saturating_add(1)) / 2, views, dim)
    }

    /// Scores of `n` embeddings with `m` others.
    pub fn between(room: &mut Room, [n, m]: [usize; 2], dim: usize) -> Self {
        let sides = [Side::new(room, n, dim), Side::new(room, m, dim)];
        let blocks = sides.map(|side| side.padded.div_ceil(TILE));
        Self::new(room, sides, false, blocks[0].saturating_mul(blocks[1]), n.saturating_add(m), dim)
    }

    /// Scores in so many tiles, of so many embeddings in all.
    fn new(room: &mut Room, sides: [Side<T>; 2], is_square: bool, tiles: usize, all: usize, dim: usize) -> Self {
        let kept = tiles.min(all.saturating_mul(dim).saturating_mul(2) / (TILE * TILE));
        Scores {
            dim,
            sides,
            is_square,
            sums_columns: is_square,
            tiles: room.take((kept + 1).saturating_mul(TILE * TILE)),
            kept,
            sharpness: T::from_f64(1.0),
            stretch: 1.0,
            bounded: false,
        }
    }

    /// The same at a temperature, of cosines if `normalize`, else of dot products.
    pub fn at(self, temperature: f64, normalize: bool) -> Self {
        let sharpness = (1.0 / temperature).min(sharpest::<T>());
        Scores {
            sharpness: T::from_f64(sharpness),
            stretch: if sharpness < 1.0 / temperature { 1.0 / (temperature * sharpness) } else { 1.0 },
            bounded: normalize && 1.0 / temperature <= bound::<T>(),
            ..self
        }
    }

    /// All tiles, of a square those on and above the diagonal; `keep` lets the first ones stay in memory.
    pub fn tiles(&self, keep: bool) -> impl Iterator<Item = Tile<T>> {
        let (kept, tiles, is_square) = (if keep { self.kept } else { 0 }, self.tiles, self.is_square);
        let [height, width] = self.sides.map(|side| side.padded);
        let starts = (0..height).step_by(TILE).flat_map(move |i| {
            let first = if is_square { i } else { 0 };
            (first..width).step_by(TILE).map(move |k| (i, k))
        });
        starts.enumerate().map(move |(index, (i, k))| Tile {
            rows: i..height.min(i + TILE),
            columns: k..width.min(k + TILE),
            is_diagonal: is_square && i == k,
            // SAFETY: there are `kept + 1` tiles.
            at: unsafe { tiles.add(index.min(kept) * TILE * TILE) },
            kept: index < kept,
        })
    }
}
