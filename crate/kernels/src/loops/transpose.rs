//! Transposition: rows whose elements lie apart, since their classes aren't on the last axis, become rows that loops can walk, and back.

use crate::simd::{Float, Vector};
use core::array::from_fn;
use core::ops::Range;

/// Elements of a square: the lanes of [`Float::Four`].
const SIDE: usize = 4;

/// Columns that are moved together, so that what is written stays in the nearest cache.
const TILE: usize = 128;

/// Matrices of one shape, one after the other, on either side.
#[derive(Clone, Copy)]
pub struct Matrices<T> {
    /// The first matrix.
    pub from: *const T,
    /// From one row to the next, at least `columns`.
    pub from_stride: usize,
    /// Where the first result goes.
    pub to: *mut T,
    /// From one row of the result to the next, at least `rows`.
    pub to_stride: usize,
    /// Rows of a matrix.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
    /// How many; more than one lie close, without gaps.
    pub count: usize,
}

impl<T: Float> Matrices<T> {
    /// Writes them transposed: `to[c · to_stride + r] = from[r · from_stride + c]`.
    ///
    /// # Safety
    /// - `from` is valid for reads of `count` matrices, `to` for writes of as many; they don't overlap.
    /// - The strides are `columns` and `rows` if there are several.
    pub unsafe fn transpose(&self) {
        let size = self.rows * self.columns;
        for k in 0..self.count {
            let (from, to) = (self.from.wrapping_add(k * size), self.to.wrapping_add(k * size));
            // SAFETY: the caller's guarantee.
            unsafe { Matrices { from, to, ..*self }.transpose_one() };
        }
    }

    /// In bands of a square's width along the rows of the side that lies apart: few streams at a time, as many as a processor follows.
    ///
    /// # Safety
    /// As [`Self::transpose`], of one matrix.
    unsafe fn transpose_one(&self) {
        let (rows, columns) = (self.rows, self.columns);
        let gathers = self.from_stride >= self.to_stride;
        let (across, along) = if gathers { (rows, columns) } else { (columns, rows) };
        for start in (0..along).step_by(TILE) {
            let part = start..along.min(start + TILE);
            for at in (0..across).step_by(SIDE) {
                let band = at..across.min(at + SIDE);
                // SAFETY: both ranges are within the matrix.
                unsafe {
                    if gathers {
                        self.rectangle::<true>(band, part.clone());
                    } else {
                        self.rectangle::<false>(part.clone(), band);
                    }
                }
            }
        }
    }

    /// A part of a matrix, square by square along its longer side, and what is left over one by one.
    ///
    /// # Safety
    /// - The ranges are within the matrix.
    #[inline(always)]
    unsafe fn rectangle<const WIDE: bool>(&self, rows: Range<usize>, columns: Range<usize>) {
        let bottom = rows.end - rows.len() % SIDE;
        let right = columns.end - columns.len() % SIDE;
        let (short, long) = (rows.start..bottom, columns.start..right);
        let (short, long) = if WIDE { (short, long) } else { (long, short) };
        for at in short.step_by(SIDE) {
            for along in long.clone().step_by(SIDE) {
                let (r, c) = if WIDE { (at, along) } else { (along, at) };
                // SAFETY: the square is within the ranges.
                unsafe { self.square(r, c) };
            }
        }
        // To ask every row whether something is left of it takes as long as a square.
        // SAFETY: these parts are within the ranges.
        unsafe {
            if right < columns.end {
                self.each(rows.start..bottom, right..columns.end);
            }
            self.each(bottom..rows.end, columns);
        }
    }

    /// A part of a matrix, one by one.
    ///
    /// # Safety
    /// - The ranges are within the matrix.
    #[inline(always)]
    unsafe fn each(&self, rows: Range<usize>, columns: Range<usize>) {
        for r in rows {
            for c in columns.clone() {
                // SAFETY: the element is within the ranges.
                unsafe { *self.to.add(c * self.to_stride + r) = *self.from.add(r * self.from_stride + c) };
            }
        }
    }

    /// A square of [`SIDE`] by [`SIDE`].
    ///
    /// # Safety
    /// - It is within the matrix.
    #[inline(always)]
    unsafe fn square(&self, r: usize, c: usize) {
        // SAFETY: the caller's guarantee.
        unsafe {
            let from = self.from.add(r * self.from_stride + c);
            let rows = from_fn(|k| T::Four::load(from.add(k * self.from_stride)));
            let to = self.to.add(c * self.to_stride + r);
            for (k, column) in T::Four::transpose(rows).into_iter().enumerate() {
                column.store(to.add(k * self.to_stride));
            }
        }
    }
}
