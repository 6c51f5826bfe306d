//! g·weight: what scores' derivatives make of hidden.

use super::pack::{interleave, panel, quads};
use super::{Part, Slopes};
use crate::loops::matrix::tree::Target;
use crate::loops::matrix::{QUAD, pair};
use crate::simd::Float;

/// Derivatives in hidden, of a chunk's rows, by some classes.
#[derive(Clone, Copy)]
pub struct Hidden<T> {
    /// Derivatives in the scores.
    pub slopes: Slopes<T>,
    /// Elements of a row.
    pub dim: usize,
    /// A row of the weight for each class.
    pub weight: *const T,
    /// Which of the classes these are.
    pub part: Part,
    /// Memory for sums, two elements for each of the rows, filled up to whole quads, and columns, filled up to whole panels. Not needed where one
    /// call has all classes.
    pub sums: *mut T,
    /// Output, once all classes are there.
    pub to: *mut T,
    /// From one row's to the next.
    pub stride: usize,
    /// Memory for the slopes in quads, four elements a quad and class, and a panel of classes.
    pub work: *mut T,
}

impl<T: Float> Hidden<T> {
    /// Adds what these classes make.
    ///
    /// # Safety
    /// - The arrays have these sizes; outputs overlap nothing else.
    pub unsafe fn run(&self) {
        let Slopes { rows, classes, at, stride } = self.slopes;
        let (pair, quads) = (pair::<T>(), quads(rows));
        for quad in 0..quads {
            let (from, count) = (at.wrapping_add(quad * QUAD * stride), QUAD.min(rows - quad * QUAD));
            // SAFETY: the rows are the slopes', and there is room for their quad.
            unsafe { interleave(from, stride, [count, classes], self.work.add(quad * QUAD * classes), QUAD) };
        }
        let right = self.work.wrapping_add(quads * QUAD * classes);
        for column in (0..self.dim).step_by(pair) {
            let columns = pair.min(self.dim - column);
            // SAFETY: the columns are the weight's; a block has as many elements at most, and its rows and columns are the matrix's.
            unsafe {
                panel(self.weight.add(column), self.dim, [classes, columns], right);
                for quad in 0..quads {
                    let row = quad * QUAD;
                    let sums = self.sums.wrapping_add((column / pair * quads + quad) * 2 * QUAD * pair);
                    let target = Target {
                        to: self.to.wrapping_add(row * self.stride + column),
                        stride: self.stride,
                        rows: QUAD.min(rows - row),
                        columns,
                        sums: if self.sums.is_null() { self.sums } else { sums },
                        part: self.part,
                    };
                    target.add(self.work.add(quad * QUAD * classes), right, classes);
                }
            }
        }
    }
}
