//! The scores s(i, k) = sim(i, k)/τ of embeddings with each other, tile by tile, and their softmax.
//!
//! Of one set of views, only tiles on and above the diagonal are computed: s is symmetric, so that a tile serves its rows and
//! its columns. Between two sets all tiles are. Scores that aren't to count, such as that of a view with itself and those of
//! padding, are replaced by [`low`], whose exponential is 0; the [`Rule`] of a loss says which.
//!
//! Scores within ±[`bound`] need no maximum: their exponentials, and so the sums, are far from the ends of the range, and the
//! tile holds them from the start. Otherwise each row and column has a running maximum, and the tile holds scores.
//!
//! **Threads.** What tiles add to an embedding, its sum of exponentials and its gradient, is added in the order of the tiles, whether one
//! thread takes tile after tile ([`passes`]) or each of several has embeddings of its own ([`steps`]): the bits are the same.

mod anchor;
mod order;
mod passes;
mod rule;
mod side;
mod steps;
mod sums;
mod tile;
mod weights;
mod work;

use crate::loops::matrix::TILE;
use crate::simd::{Float, Vector};
pub use anchor::{Anchor, exp64};
use order::{Order, Pass};
pub use passes::run;
pub use rule::Rule;
pub use side::Side;
pub use tile::Tile;
pub use weights::GAIN;
pub use work::Room;

/// Where a batch lies. Null pointers are absent.
#[derive(Clone, Copy)]
pub struct Batch<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// What is to be done.
    pub tasks: Tasks,
    /// How many threads there may be, which all have a share in the memory.
    pub threads: usize,
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

/// What of a batch is to be done: all of it, or some tasks of a step, of which several threads take one after another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tasks {
    /// The number of the step, from 1 on; 0 for all of the batch.
    pub step: usize,
    /// The first of its tasks to be done, from 1 on: of what moves from part to part, 0 would stay 0.
    pub first: usize,
    /// How many tasks. With 0 none is done: the sum is how many the step has, or −1 of the last step, which has one.
    pub count: usize,
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
    /// Whether columns have a softmax of their own. Those of a square have that of their rows.
    pub sums_columns: bool,
    /// The tiles, the memory that they take turns in, and that of what losses note of them.
    order: Order,
    tiles: *mut T,
    notes: *mut f64,
    /// 1/τ, or the most that it may be.
    pub sharpness: T,
    /// What differences of scores are to be multiplied by: 1, or more where 1/τ is more than it may be.
    pub stretch: f64,
    /// Whether |s| ≤ [`bound`].
    pub bounded: bool,
    /// Whether embeddings are divided by their lengths.
    pub normalize: bool,
    /// What gradients are to be multiplied by, which are sums of what has been multiplied by [`GAIN`].
    pub factor: f64,
}

impl<T: Float> Scores<T> {
    /// Scores of views with each other.
    pub fn among(room: &mut Room, views: usize, dim: usize, threads: usize) -> Self {
        let side = Side::new(room, views, dim);
        Self::new(room, [side, side], true, [views, dim, threads])
    }

    /// Scores of `n` embeddings with `m` others.
    pub fn between(room: &mut Room, [n, m]: [usize; 2], dim: usize, threads: usize) -> Self {
        let sides = [Side::new(room, n, dim), Side::new(room, m, dim)];
        Self::new(room, sides, false, [n.saturating_add(m), dim, threads])
    }

    /// Scores of so many embeddings in all. Not inlined, nor are those below: each kernel, and what says how much memory it takes, would have a copy.
    #[inline(never)]
    fn new(room: &mut Room, sides: [Side<T>; 2], is_square: bool, sizes: [usize; 3]) -> Self {
        let [embeddings, dim, threads] = sizes;
        // One thread keeps no more than the embeddings' elements, twice.
        let room_for = embeddings.saturating_mul(dim).saturating_mul(2) / (TILE * TILE);
        let order = Order::new(sides.map(|side| side.blocks()), is_square, room_for, threads);
        Scores {
            dim,
            sides,
            sums_columns: is_square,
            tiles: room.take(order.all.saturating_mul(TILE * TILE)),
            notes: room.take(order.all.saturating_mul(2 * TILE)),
            order,
            sharpness: T::from_f64(1.0),
            stretch: 1.0,
            bounded: false,
            normalize: true,
            factor: 1.0,
        }
    }

    /// The same at a temperature, of cosines if `normalize`, else of dot products, with gradients that `scale` multiplies.
    #[inline(never)]
    pub fn at(self, temperature: f64, normalize: bool, scale: f64) -> Self {
        let sharpness = (1.0 / temperature).min(sharpest::<T>());
        Scores {
            sharpness: T::from_f64(sharpness),
            stretch: if sharpness < 1.0 / temperature { 1.0 / (temperature * sharpness) } else { 1.0 },
            bounded: normalize && 1.0 / temperature <= bound::<T>(),
            normalize,
            factor: scale / temperature / GAIN,
            ..self
        }
    }

    /// A side by its number, 0 or 1.
    fn side(&self, number: usize) -> Side<T> {
        let [first, second] = self.sides;
        if number == 0 { first } else { second }
    }

    /// The tile with this number.
    #[inline(never)]
    fn tile(&self, pass: Pass, number: usize) -> Tile<T> {
        let ([row, column], slot) = (self.order.place(number), self.order.slot(pass, number));
        Tile {
            rows: self.sides[0].block(row),
            columns: self.sides[1].block(column),
            is_diagonal: self.order.is_square && row == column,
            at: self.tiles.wrapping_add(slot * TILE * TILE),
            notes: self.notes.wrapping_add(slot * 2 * TILE),
            kept: number < pass.kept,
        }
    }
}
