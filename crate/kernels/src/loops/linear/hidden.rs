//! g·weight: what scores' derivatives make of hidden.

use super::pack::{TOGETHER, interleave, panels, quads};
use super::{Part, Slopes};
use crate::loops::matrix::tree::Target;
use crate::loops::matrix::{QUAD, pair};
use crate::simd::Float;
use core::ops::Range;

/// Rows whose slopes are laid out together, so that they stay in a cache.
const ROWS: usize = 128;

/// Derivatives in some columns of hidden, of a chunk's rows, by some classes.
#[derive(Clone, Copy)]
pub struct Hidden<T> {
    /// Derivatives in the scores.
    pub slopes: Slopes<T>,
    /// Columns.
    pub columns: usize,
    /// A row of the weight for each class, of which these columns are meant.
    pub weight: *const T,
    /// From one row of the weight to the next.
    pub weight_stride: usize,
    /// Classes of a block, at least one, whose products are added up by themselves.
    pub block: usize,
    /// Which of the classes these are.
    pub part: Part,
    /// Memory for sums, two elements for each of the rows, filled up to whole quads, and columns, filled up to whole panels. Not needed where one
    /// block has all classes.
    pub sums: *mut T,
    /// Output, once all classes are there.
    pub to: *mut T,
    /// From one row's to the next.
    pub stride: usize,
    /// Memory for the slopes of [`ROWS`] rows at most in quads, four elements a quad and class of a block, and for [`TOGETHER`] panels
    /// of as many classes.
    pub work: *mut T,
}

impl<T: Float> Hidden<T> {
    /// Adds what these classes make.
    ///
    /// # Safety
    /// - The arrays have these sizes, of at least one class; outputs overlap nothing else.
    pub unsafe fn run(&self) {
        let Slopes { rows, classes, .. } = self.slopes;
        for class in (0..classes).step_by(self.block) {
            let classes = class..classes.min(class + self.block);
            for row in (0..rows).step_by(ROWS) {
                // SAFETY: the rows and classes are the slopes'; the caller's guarantee.
                unsafe { self.add(row..rows.min(row + ROWS), classes.clone()) };
            }
        }
    }

    /// Adds what the classes of a block make of some rows.
    ///
    /// # Safety
    /// - As above.
    unsafe fn add(&self, rows: Range<usize>, classes: Range<usize>) {
        let (pair, count) = (pair::<T>(), classes.len());
        let Part { before, after } = self.part;
        let part = Part { before: before || classes.start > 0, after: after || classes.end < self.slopes.classes };
        let from = self.slopes.at.wrapping_add(classes.start);
        for (quad, row) in rows.clone().step_by(QUAD).enumerate() {
            let from = from.wrapping_add(row * self.slopes.stride);
            let to = self.work.wrapping_add(quad * QUAD * count);
            // SAFETY: the rows are the slopes', and there is room for their quad.
            unsafe { interleave(from, self.slopes.stride, [QUAD.min(rows.end - row), count], to, QUAD) };
        }
        let right = self.work.wrapping_add(quads(rows.len()) * QUAD * count);
        let weight = self.weight.wrapping_add(classes.start * self.weight_stride);
        for first in (0..self.columns).step_by(TOGETHER * pair) {
            let some = (TOGETHER * pair).min(self.columns - first);
            // SAFETY: the columns are the weight's; there is room for the panels.
            unsafe { panels(weight.add(first), self.weight_stride, [count, some], right, count * pair) };
            // Row by row, so that whole lines are written one after another.
            for (quad, row) in rows.clone().step_by(QUAD).enumerate() {
                for column in (first..first + some).step_by(pair) {
                    let place = column / pair * quads(self.slopes.rows) + row / QUAD;
                    let target = Target {
                        to: self.to.wrapping_add(row * self.stride + column),
                        stride: self.stride,
                        rows: QUAD.min(rows.end - row),
                        columns: pair.min(self.columns - column),
                        sums: if self.sums.is_null() {
                            self.sums
                        } else {
                            self.sums.wrapping_add(place * 2 * QUAD * pair)
                        },
                        part,
                    };
                    let right = right.wrapping_add((column - first) * count);
                    // SAFETY: rows and columns are the matrix's; the quad and the panel are laid out.
                    unsafe { target.add(self.work.add(quad * QUAD * count), right, count) };
                }
            }
        }
    }
}
