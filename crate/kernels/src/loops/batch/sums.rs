//! Sums of exponentials over the rows and columns of tiles.
//!
//! **Precision.** At most [`TILE`] exponentials are added in the element type, then everything as doubles.

use super::{Scores, Tile, low};
use crate::loops::matrix::{QUAD, TILE, splat};
use crate::math::{exp, exp_nonpositive};
use crate::simd::{Float, Vector};

/// eˣ, with the bits that the registers give.
pub fn exp64(x: f64) -> f64 {
    exp(<f64 as Float>::Vec::c(x)).lane(0)
}

impl<T: Float> Scores<T> {
    /// Adds the exponentials of a tile to the sums of its rows and columns.
    ///
    /// # Safety
    /// - The tile is computed.
    pub unsafe fn add(&self, tile: &Tile<T>) {
        // SAFETY: the caller's guarantee; a diagonal tile is whole, so that its rows are all there is.
        unsafe {
            if self.bounded {
                self.add_exponentials(tile);
            } else {
                self.add_rows(tile);
                if !tile.is_diagonal() {
                    self.add_columns(tile);
                }
            }
        }
    }

    /// Adds exponentials.
    ///
    /// # Safety
    /// - The tile is computed.
    #[inline(never)]
    unsafe fn add_exponentials(&self, tile: &Tile<T>) {
        let mut columns = [T::Vec::zero(); TILE / 2];
        for i in tile.rows.clone().step_by(QUAD) {
            let mut rows = [T::Vec::zero(); QUAD];
            for (k, column) in tile.columns.clone().step_by(T::Vec::LANES).zip(&mut columns) {
                // SAFETY: the four registers are the tile's.
                let e: [T::Vec; QUAD] = core::array::from_fn(|r| unsafe { T::Vec::load(tile.place(i + r, k)) });
                rows = core::array::from_fn(|r| rows[r] + e[r]);
                *column = *column + ((e[0] + e[1]) + (e[2] + e[3]));
            }
            for (r, row) in rows.into_iter().enumerate() {
                // SAFETY: i + r is a view or padding.
                unsafe { *self.work.sum.add(i + r) += row.total() };
            }
        }
        if !tile.is_diagonal() {
            for (k, c) in tile.columns.clone().step_by(T::Vec::LANES).zip(columns) {
                // SAFETY: k + l is a view or padding.
                (0..T::Vec::LANES).for_each(|l| unsafe { *self.work.sum.add(k + l) += c.lane(l) });
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
            // SAFETY: i is a view or padding.
            unsafe {
                let most = self.raise(i, most.to_f64());
                let sum = row().fold(T::Vec::zero(), |sum, x| sum + exp_nonpositive(x - T::Vec::c(most)));
                *self.work.sum.add(i) += sum.total();
            }
        }
    }

    /// The same for columns.
    ///
    /// # Safety
    /// - The tile is computed.
    #[inline(never)]
    unsafe fn add_columns(&self, tile: &Tile<T>) {
        for k in tile.columns.clone().step_by(T::Vec::LANES) {
            // SAFETY: the registers are the tile's.
            let column = || tile.rows.clone().map(|i| unsafe { T::Vec::load(tile.place(i, k)) });
            let most = column().fold(splat(low::<T>()), T::Vec::pmax);
            let mut tops = [low::<T>(); 4];
            for (l, top) in tops.iter_mut().enumerate().take(T::Vec::LANES) {
                // SAFETY: k + l is a view or padding.
                *top = T::from_f64(unsafe { self.raise(k + l, most.lane(l)) });
            }
            // SAFETY: there are four elements.
            let most = unsafe { T::Vec::load(tops.as_ptr()) };
            let sum = column().fold(T::Vec::zero(), |sum, x| sum + exp_nonpositive(x - most));
            // SAFETY: k + l is a view or padding.
            (0..T::Vec::LANES).for_each(|l| unsafe { *self.work.sum.add(k + l) += sum.lane(l) });
        }
    }

    /// Makes `most` the maximum of view `i` if it is larger, and returns the maximum.
    ///
    /// # Safety
    /// - `i` is a view or padding.
    #[inline(never)]
    unsafe fn raise(&self, i: usize, most: f64) -> f64 {
        // SAFETY: the caller passes a view or padding.
        unsafe {
            let old = *self.work.most.add(i);
            if old < most {
                *self.work.sum.add(i) *= exp64(old - most);
                *self.work.most.add(i) = most;
            }
            *self.work.most.add(i)
        }
    }
}
