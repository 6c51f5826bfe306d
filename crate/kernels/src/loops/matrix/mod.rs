//! Products of matrices in tiles, for losses that compare every view with every other, and for linear layers ([`tree`]).
//!
//! A panel is a matrix whose rows are one pair of registers wide, so that the innermost loop reads its right-hand side
//! as it lies in memory. [`multiply`] keeps a block of four rows by two registers in registers: two loads and four
//! broadcasts feed sixteen operations.

pub mod tree;

use crate::simd::{Float, Vector};

/// Rows and columns of a tile.
pub const TILE: usize = 64;
/// Terms of a dot product that are added in one go; the partial sums are then added, as are those of tiles.
const RUN: usize = 64;
/// Rows of a block.
pub const QUAD: usize = 4;

/// A block of some rows, four if nothing else is said, by two registers.
type Block<T, const ROWS: usize = QUAD> = [[<T as Float>::Vec; 2]; ROWS];

/// Columns of a block, and of a panel.
pub const fn pair<T: Float>() -> usize {
    2 * T::Vec::LANES
}

/// A register with `x` in every lane.
#[inline(always)]
pub fn splat<T: Float>(x: T) -> T::Vec {
    T::Vec::c(x.to_f64())
}

/// A left-hand side: element (r, k) lies at `r · row + k · step`.
#[derive(Clone, Copy)]
struct Left<T> {
    /// Its first element.
    at: *const T,
    /// From one row to the next.
    row: usize,
    /// From one term to the next.
    step: usize,
}

/// a·b over `terms` terms.
///
/// # Safety
/// - `a` has these rows of `terms` elements, and `b` is a panel of `terms` rows, both readable.
#[inline(always)]
unsafe fn multiply<T: Float, const ROWS: usize>(a: Left<T>, b: *const T, terms: usize) -> Block<T, ROWS> {
    let (mut at, mut b, mut block) = (a.at, b, [[T::Vec::zero(); 2]; ROWS]);
    for _ in 0..terms {
        // SAFETY: the term is one of `terms`.
        unsafe {
            let right = [T::Vec::load(b), T::Vec::load(b.add(T::Vec::LANES))];
            for (r, row) in block.iter_mut().enumerate() {
                let left = splat(*at.add(r * a.row));
                *row = [row[0] + left * right[0], row[1] + left * right[1]];
            }
            (at, b) = (at.add(a.step), b.add(pair::<T>()));
        }
    }
    block
}

/// The sum of two blocks.
#[inline(always)]
fn plus<T: Float, const ROWS: usize>(a: Block<T, ROWS>, b: Block<T, ROWS>) -> Block<T, ROWS> {
    core::array::from_fn(|r| [a[r][0] + b[r][0], a[r][1] + b[r][1]])
}

/// Four rows of a matrix as a block, the rows `stride` apart.
///
/// # Safety
/// - Two registers can be read at each row.
#[inline(always)]
unsafe fn load<T: Float>(from: *mut T, stride: usize) -> Block<T> {
    // SAFETY: the caller's guarantee.
    core::array::from_fn(|r| unsafe {
        [T::Vec::load(from.add(r * stride)), T::Vec::load(from.add(r * stride + T::Vec::LANES))]
    })
}

/// Writes a block to rows of a matrix, `stride` apart.
///
/// # Safety
/// - Two registers can be written at each row.
#[inline(always)]
unsafe fn store<T: Float, const ROWS: usize>(block: Block<T, ROWS>, to: *mut T, stride: usize) {
    for (r, [low, high]) in block.into_iter().enumerate() {
        // SAFETY: the caller's guarantee.
        unsafe {
            low.store(to.add(r * stride));
            high.store(to.add(r * stride + T::Vec::LANES));
        }
    }
}

/// The dot products, times `factor`, of `rows` vectors with `columns` others, into a tile. The vectors lie in panels: those of
/// one panel are interleaved, so that element d of the panel's vector r is at `d · pair + r`.
///
/// # Safety
/// - `a` and `b` point to the first of `rows` and `columns` vectors of `dim` elements, in whole panels, both multiples of a
///   pair and at most [`TILE`]; `tile` is valid for writes of a tile.
#[inline(never)]
pub unsafe fn dot_products<T: Float>(
    [a, b]: [*const T; 2],
    [rows, columns]: [usize; 2],
    dim: usize,
    factor: T,
    tile: *mut T,
) {
    let pair = pair::<T>();
    for column in (0..columns).step_by(pair) {
        for row in (0..rows).step_by(QUAD) {
            let mut block = [[T::Vec::zero(); 2]; QUAD];
            for start in (0..dim).step_by(RUN) {
                // SAFETY: the panel of `row` starts at its multiple of a pair; `start < dim`.
                let part = unsafe {
                    let left = a.add(row / pair * pair * dim + start * pair + row % pair);
                    let left = Left { at: left, row: 1, step: pair };
                    let right = b.add(column * dim + start * pair);
                    multiply(left, right, RUN.min(dim - start))
                };
                block = plus::<T, QUAD>(block, part);
            }
            let block = block.map(|row| row.map(|x| x * splat(factor)));
            // SAFETY: the block is within the tile.
            unsafe { store::<T, QUAD>(block, tile.add(row * TILE + column), TILE) };
        }
    }
}

/// Adds to `rows` rows of a matrix in panels the product of a tile, or of its transpose, with `terms` rows of another.
/// Panels are one after the other; `panels` has their number and height, of the one matrix and of the other.
///
/// # Safety
/// - `tile` has `rows` rows and `terms` columns, both multiples of four and at most [`TILE`], or the reverse if `transposed`.
/// - `to` and `from` point to the first of these rows in the first of `panels` panels of two matrices that don't overlap.
#[inline(always)]
pub unsafe fn add_product<T: Float>(
    (tile, transposed): (*const T, bool),
    to: (*mut T, usize),
    from: (*const T, usize),
    panels: [(usize, usize); 2],
) {
    // Steps that are constants are part of an instruction. Of doubles a second loop would gain less than it weighs.
    // SAFETY: the caller's guarantees.
    unsafe {
        match (transposed, T::Vec::DOUBLE) {
            (_, true) => add_in_steps(tile, if transposed { (1, TILE) } else { (TILE, 1) }, to, from, panels),
            (true, _) => add_steps(tile, (1, TILE), to, from, panels),
            (false, _) => add_steps(tile, (TILE, 1), to, from, panels),
        }
    }
}

/// As [`add_steps`], called.
///
/// # Safety
/// As [`add_product`].
#[inline(never)]
unsafe fn add_in_steps<T: Float>(
    tile: *const T,
    steps: (usize, usize),
    to: (*mut T, usize),
    from: (*const T, usize),
    panels: [(usize, usize); 2],
) {
    // SAFETY: the caller's guarantees.
    unsafe { add_steps(tile, steps, to, from, panels) }
}

/// As [`add_product`], with the steps from a tile's row, and from a term, to the next.
///
/// # Safety
/// As [`add_product`].
#[inline(always)]
unsafe fn add_steps<T: Float>(
    tile: *const T,
    (row_step, step): (usize, usize),
    (to, rows): (*mut T, usize),
    (from, terms): (*const T, usize),
    [(panels, to_height), (_, from_height)]: [(usize, usize); 2],
) {
    let pair = pair::<T>();
    for panel in 0..panels {
        for row in (0..rows).step_by(QUAD) {
            // SAFETY: the four rows are within the panel, and the terms within the other's.
            unsafe {
                let to = to.add((panel * to_height + row) * pair);
                let left = Left { at: tile.add(row * row_step), row: row_step, step };
                let right = from.add(panel * from_height * pair);
                store::<T, QUAD>(plus::<T, QUAD>(load(to, pair), multiply(left, right, terms)), to, pair);
            }
        }
    }
}
