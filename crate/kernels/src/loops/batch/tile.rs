//! A tile of the matrix of scores.

use super::low;
use crate::loops::matrix::TILE;
use crate::math::exp;
use crate::simd::{Float, Vector};
use core::ops::Range;

/// A tile's rows and columns, and where it lies.
#[derive(Clone)]
pub struct Tile<T> {
    /// Embeddings of the first side, and padding.
    pub rows: Range<usize>,
    /// Embeddings of the second side, and padding.
    pub columns: Range<usize>,
    /// Whether rows and columns are the same views; else, of a square, columns are beyond the rows.
    pub is_diagonal: bool,
    /// Its elements, [`TILE`] to a row.
    pub at: *mut T,
    /// What a loss notes of each row, and then of each column: [`TILE`] numbers of either.
    pub notes: *mut f64,
    /// Whether it stays in memory from the first pass to the second.
    pub kept: bool,
}

impl<T: Float> Tile<T> {
    /// The place of an element, and of the register that begins there.
    ///
    /// # Safety
    /// - `i` and `k` are among the tile's rows and columns.
    #[inline(always)]
    pub unsafe fn place(&self, i: usize, k: usize) -> *mut T {
        // SAFETY: the place is within the tile.
        unsafe { self.at.add((i - self.rows.start) * TILE + (k - self.columns.start)) }
    }

    /// The place of what is noted of row i.
    ///
    /// # Safety
    /// - `i` is one of the tile's rows.
    pub unsafe fn of_row(&self, i: usize) -> *mut f64 {
        // SAFETY: there are as many notes of rows as a tile has.
        unsafe { self.notes.add(i - self.rows.start) }
    }

    /// The place of what is noted of column k.
    ///
    /// # Safety
    /// - `k` is one of the tile's columns.
    pub unsafe fn of_column(&self, k: usize) -> *mut f64 {
        // SAFETY: notes of columns follow those of rows.
        unsafe { self.notes.add(TILE + k - self.columns.start) }
    }

    /// Replaces the score of row i, which is one of the tile's, with column k by [`low`], and returns what it was; none if
    /// the column isn't the tile's.
    ///
    /// # Safety
    /// - The tile's scores are computed, and `i` is one of its rows.
    pub unsafe fn remove(&self, i: usize, k: usize) -> Option<f64> {
        // SAFETY: i and k are the tile's.
        self.columns.contains(&k).then(|| unsafe { self.place(i, k).replace(low()) }.to_f64())
    }

    /// Replaces scores by their exponentials.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    #[inline(never)]
    pub unsafe fn exponentials(&self) {
        for i in self.rows.clone() {
            for k in self.columns.clone().step_by(T::Vec::LANES) {
                // SAFETY: the register is the tile's.
                unsafe {
                    let place = self.place(i, k);
                    exp(T::Vec::load(place)).store(place);
                }
            }
        }
    }
}
