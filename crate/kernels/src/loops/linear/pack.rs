//! Rows laid out for products.

use crate::loops::matrix::{QUAD, pair};
use crate::loops::transpose::Matrices;
use crate::simd::{Float, Vector};

/// Rows of hidden that come one after another into the panels of a chunk.
#[derive(Clone, Copy)]
pub struct Pack<T> {
    /// The first of them.
    pub from: *const T,
    /// How many: whole panels of rows, but for the last of the chunk.
    pub rows: usize,
    /// Elements of a row.
    pub dim: usize,
    /// Rows of the chunk that came before, in whole panels.
    pub first: usize,
    /// Rows of the chunk in all.
    pub all: usize,
    /// Panels of rows: element d of a panel's row r is at d · pair + r.
    pub by_rows: *mut T,
    /// Panels of columns: element d of a row is at row · pair + d % pair of panel d / pair. Null if they aren't needed.
    pub by_columns: *mut T,
}

impl<T: Float> Pack<T> {
    /// Writes both kinds of panels; what rows and columns leave free of the last ones is 0.
    ///
    /// # Safety
    /// - `from` is valid for reads of the rows, the panels for writes of those of the chunk.
    pub unsafe fn run(&self) {
        let pair = pair::<T>();
        for row in (0..self.rows).step_by(pair) {
            let count = pair.min(self.rows - row);
            let to = self.by_rows.wrapping_add((self.first + row) * self.dim);
            // SAFETY: the rows and the panel are the chunk's.
            unsafe { interleave(self.from.add(row * self.dim), self.dim, [count, self.dim], to, pair) };
        }
        if self.by_columns.is_null() {
            return;
        }
        for column in (0..self.dim).step_by(TOGETHER * pair) {
            let columns = (TOGETHER * pair).min(self.dim - column);
            let to = self.by_columns.wrapping_add(column * self.all + self.first * pair);
            // SAFETY: as above.
            unsafe { panels(self.from.add(column), self.dim, [self.rows, columns], to, self.all * pair) };
        }
    }
}

/// Writes rows, `stride` apart, so that element k of row r is at k · width + r; there are at most `width`, and those that are missing are 0.
///
/// # Safety
/// - `from` is valid for reads of the rows, `to` for writes of `width` elements a column.
pub unsafe fn interleave<T: Float>(
    from: *const T,
    stride: usize,
    [rows, columns]: [usize; 2],
    to: *mut T,
    width: usize,
) {
    // SAFETY: the caller's guarantee; all bits 0 is the float 0.
    unsafe {
        if rows < width {
            to.write_bytes(0, columns * width);
        }
        Matrices { from, from_stride: stride, to, to_stride: width, rows, columns, count: 1 }.transpose();
    }
}

/// Panels that are written together: as wide as two lines of a cache, so that each line is read once.
pub const TOGETHER: usize = 4;

/// Writes `n` rows, `stride` apart, in panels, `step` apart: a pair of registers of each row, one row after another; of the last panel only
/// some columns may be there. There are [`TOGETHER`] panels at most.
///
/// # Safety
/// - `from` is valid for reads of these, `to` for writes of the panels.
#[inline(never)]
pub unsafe fn panels<T: Float>(from: *const T, stride: usize, [n, columns]: [usize; 2], to: *mut T, step: usize) {
    let pair = pair::<T>();
    for k in 0..n {
        let (from, to) = (from.wrapping_add(k * stride), to.wrapping_add(k * pair));
        for panel in 0..columns / pair {
            // SAFETY: row k is there, and has this pair.
            unsafe { copy(from.add(panel * pair), to.add(panel * step)) };
        }
        if !columns.is_multiple_of(pair) {
            // SAFETY: what is left of the row.
            unsafe { copy_first(from.add(columns / pair * pair), columns % pair, to.add(columns / pair * step)) };
        }
    }
}

/// A pair of registers.
///
/// # Safety
/// - `from` is valid for reads, `to` for writes of it.
#[inline(always)]
unsafe fn copy<T: Float>(from: *const T, to: *mut T) {
    // SAFETY: the caller's guarantee.
    unsafe {
        T::Vec::load(from).store(to);
        T::Vec::load(from.add(T::Vec::LANES)).store(to.add(T::Vec::LANES));
    }
}

/// The first `n` elements of a pair of registers, and zeros.
///
/// # Safety
/// - `from` is valid for reads of `n` elements, less than a pair, `to` for writes of a pair.
#[inline(always)]
unsafe fn copy_first<T: Float>(from: *const T, n: usize, to: *mut T) {
    let lanes = T::Vec::LANES;
    // SAFETY: the caller's guarantee.
    unsafe {
        T::Vec::load_first(from, n.min(lanes)).store(to);
        T::Vec::load_first(from.add(n.min(lanes)), n.saturating_sub(lanes)).store(to.add(lanes));
    }
}

/// Quads that so many rows make.
pub const fn quads(rows: usize) -> usize {
    rows.div_ceil(QUAD)
}
