//! Sums of exponentials over the rows and columns of tiles.
//!
//! **Precision.** At most [`TILE`] exponentials are added in the element type, then everything as doubles.

use super::{Scores, Side, Tile, exp64, low};
use crate::loops::matrix::{QUAD, TILE, splat};
use crate::math::exp_nonpositive;
use crate::simd::{Float, Vector};

impl<T: Float> Scores<T> {
    /// Adds the exponentials of a tile to the sums of its rows, and of its columns, each if wanted. A diagonal tile is whole, so that its rows
    /// are all there is.
    ///
    /// # Safety
    /// - The tile is computed.
    pub unsafe fn add(&self, tile: &Tile<T>, [rows, columns]: [bool; 2]) {
        let columns = columns && self.sums_columns && !tile.is_diagonal;
        // SAFETY: the caller's guarantee.
        unsafe {
            if self.bounded {
                self.add_exponentials(tile, rows, columns);
                return;
            }
            if rows {
                self.add_rows(tile);
            }
            if columns {
                self.add_columns(tile);
            }
        }
    }

    /// Adds exponentials.
    ///
    /// # Safety
    /// - The tile is computed.
    #[inline(never)]
    unsafe fn add_exponentials(&self, tile: &Tile<T>, by_rows: bool, by_columns: bool) {
        let [above, beside] = self.sides;
        let mut columns = [T::Vec::zero(); TILE / 2];
        for i in tile.rows.clone().step_by(QUAD) {
            let mut rows = [T::Vec::zero(); QUAD];
            for (k, column) in tile.columns.clone().step_by(T::Vec::LANES).zip(&mut columns) {
                // SAFETY: the four registers are the tile's.
                let e: [T::Vec; QUAD] = core::array::from_fn(|r| unsafe { T::Vec::load(tile.place(i + r, k)) });
                rows = core::array::from_fn(|r| rows[r] + e[r]);
                *column = *column + ((e[0] + e[1]) + (e[2] + e[3]));
            }
            if by_rows {
                for (r, row) in rows.into_iter().enumerate() {
                    // SAFETY: i + r is an embedding or padding.
                    unsafe { *above.sum.add(i + r) += row.total() };
                }
            }
        }
        if by_columns {
            for (k, c) in tile.columns.clone().step_by(T::Vec::LANES).zip(columns) {
                // SAFETY: k + l is an embedding or padding.
                (0..T::Vec::LANES).for_each(|l| unsafe { *beside.sum.add(k + l) += c.lane(l) });
            }
        }
    }

    /// Adds the exponentials of scores to rows, each relative to a running maximum.
    ///
    /// # Safety
    /// - The tile is computed.
    #[inline(never)]
    unsafe fn add_rows(&self, tile: &Tile<T>) {
        for i in tile.rows.clone() {
            // SAFETY: the registers are the tile's.
            let row = || tile.columns.clone().step_by(T::Vec::LANES).map(|k| unsafe { T::Vec::load(tile.place(i, k)) });
            let most = row().fold(splat(low::<T>()), T::Vec::pmax).largest();
            // SAFETY: i is an embedding or padding.
            unsafe {
                let most = self.sides[0].raise(i, most.to_f64());
                let sum = row().fold(T::Vec::zero(), |sum, x| sum + exp_nonpositive(x - T::Vec::c(most)));
                *self.sides[0].sum.add(i) += sum.total();
            }
        }
    }

    /// The same for columns.
    ///
    /// # Safety
    /// - The tile is computed.
    #[inline(never)]
    unsafe fn add_columns(&self, tile: &Tile<T>) {
        let side = self.sides[1];
        for k in tile.columns.clone().step_by(T::Vec::LANES) {
            // SAFETY: the registers are the tile's.
            let column = || tile.rows.clone().map(|i| unsafe { T::Vec::load(tile.place(i, k)) });
            let most = column().fold(splat(low::<T>()), T::Vec::pmax);
            let mut tops = [low::<T>(); 4];
            for (l, top) in tops.iter_mut().enumerate().take(T::Vec::LANES) {
                // SAFETY: k + l is an embedding or padding.
                *top = T::from_f64(unsafe { side.raise(k + l, most.lane(l)) });
            }
            // SAFETY: there are four elements.
            let most = unsafe { T::Vec::load(tops.as_ptr()) };
            let sum = column().fold(T::Vec::zero(), |sum, x| sum + exp_nonpositive(x - most));
            // SAFETY: k + l is an embedding or padding.
            (0..T::Vec::LANES).for_each(|l| unsafe { *side.sum.add(k + l) += sum.lane(l) });
        }
    }
}

impl<T: Float> Side<T> {
    /// Makes `most` the maximum of embedding `i` if it is larger, and returns the maximum.
    ///
    /// # Safety
    /// - `i` is an embedding or padding.
    #[inline(never)]
    unsafe fn raise(&self, i: usize, most: f64) -> f64 {
        // SAFETY: the caller passes an embedding or padding.
        unsafe {
            let old = *self.most.add(i);
            if old < most {
                *self.sum.add(i) *= exp64(old - most);
                *self.most.add(i) = most;
            }
            *self.most.add(i)
        }
    }
}
