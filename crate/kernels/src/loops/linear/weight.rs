//! gᵀ·hidden: what scores' derivatives make of the weight.

use super::pack::quads;
use super::{Part, Slopes};
use crate::loops::matrix::tree::Target;
use crate::loops::matrix::{QUAD, pair};
use crate::loops::walk::load;
use crate::simd::{Float, Vector};
use core::ops::Range;

/// Derivatives in the weight, of some classes, by a chunk's rows.
#[derive(Clone, Copy)]
pub struct Weight<T> {
    /// Derivatives in the scores.
    pub slopes: Slopes<T>,
    /// Elements of a row.
    pub dim: usize,
    /// The chunk in panels of columns.
    pub by_columns: *const T,
    /// Which of the rows the chunk is.
    pub part: Part,
    /// Memory for sums, two elements for each of the classes, filled up to whole quads, and columns, filled up to whole panels; null for sums that
    /// grow in `to`.
    pub sums: *mut T,
    /// Output.
    pub to: *mut T,
    /// Quads of classes that are laid out together, at least one, and memory for them, four elements a row each.
    pub together: usize,
    /// See above.
    pub work: *mut T,
}

impl<T: Float> Weight<T> {
    /// Adds what the chunk makes.
    ///
    /// # Safety
    /// - The arrays have these sizes; outputs overlap nothing else.
    pub unsafe fn run(&self) {
        let (rows, all) = (self.slopes.rows, quads(self.slopes.classes));
        for first in (0..all).step_by(self.together) {
            let quads = first..all.min(first + self.together);
            // SAFETY: there is room for so many quads.
            unsafe { self.pack(quads.clone()) };
            for column in (0..self.dim).step_by(pair::<T>()) {
                for quad in quads.clone() {
                    // SAFETY: the quad is laid out, the panel is the chunk's.
                    unsafe { self.block(quad, self.work.add((quad - first) * QUAD * rows), column) };
                }
            }
        }
    }

    /// The slopes of some quads of classes, row by row; of classes that aren't there 0.
    ///
    /// # Safety
    /// - `work` has room for them.
    unsafe fn pack(&self, quads: Range<usize>) {
        let Slopes { rows, classes, at, stride } = self.slopes;
        for r in 0..rows {
            for (place, quad) in quads.clone().enumerate() {
                let count = QUAD.min(classes - quad * QUAD);
                // SAFETY: the row has these classes.
                unsafe {
                    let slopes = load::<T::Four>(at.add(r * stride), quad * QUAD, count);
                    slopes.store(self.work.add((place * rows + r) * QUAD));
                }
            }
        }
    }

    /// The derivatives of a quad's classes in a panel's columns.
    ///
    /// # Safety
    /// - As above.
    #[inline(always)]
    unsafe fn block(&self, quad: usize, left: *const T, column: usize) {
        let (rows, pair) = (self.slopes.rows, pair::<T>());
        let class = quad * QUAD;
        let panels = self.dim.div_ceil(pair);
        let sums = self.sums.wrapping_add((quad * panels + column / pair) * 2 * QUAD * pair);
        let target = Target {
            to: self.to.wrapping_add(class * self.dim + column),
            stride: self.dim,
            rows: QUAD.min(self.slopes.classes - class),
            columns: pair.min(self.dim - column),
            sums: if self.sums.is_null() { self.sums } else { sums },
            part: self.part,
        };
        // SAFETY: the rows and columns are the matrix's.
        unsafe { target.add(left, self.by_columns.add(column * rows), rows) };
    }
}
