//! z = hidden·weightᵀ + bias, for the rows of a chunk and some classes.

use super::pack::{interleave, quads};
use crate::loops::matrix::tree::{part_of_block, product};
use crate::loops::matrix::{QUAD, pair};
use crate::loops::walk::store;
use crate::simd::{Float, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// Scores of a chunk's rows for some classes.
#[derive(Clone, Copy)]
pub struct Scores<T> {
    /// Rows of the chunk.
    pub rows: usize,
    /// Elements of a row, at least one.
    pub dim: usize,
    /// Classes.
    pub classes: usize,
    /// The chunk in panels of rows.
    pub by_rows: *const T,
    /// A row of the weight for each class.
    pub weight: *const T,
    /// A number for each class, or null.
    pub bias: *const T,
    /// Output: the first row's score of the first class.
    pub to: *mut T,
    /// From one row's to the next.
    pub stride: usize,
    /// Quads of classes that are laid out together, so that a panel meets them all in the nearest cache, and memory for them.
    pub together: usize,
    /// See above.
    pub work: *mut T,
}

impl<T: Float> Scores<T> {
    /// Writes the scores.
    ///
    /// # Safety
    /// - The arrays have these sizes, `work` four elements a quad and element of a row; `to` overlaps none of them.
    pub unsafe fn run(&self) {
        let mut first = 0;
        while first < self.classes {
            let classes = (self.together * QUAD).min(self.classes - first);
            for quad in 0..quads(classes) {
                let from = self.weight.wrapping_add((first + quad * QUAD) * self.dim);
                let count = QUAD.min(classes - quad * QUAD);
                let to = self.work.wrapping_add(quad * QUAD * self.dim);
                // SAFETY: the rows are the weight's, the quad one of those there is room for.
                unsafe { interleave(from, self.dim, [count, self.dim], to, QUAD) };
            }
            for row in (0..self.rows).step_by(pair::<T>()) {
                for quad in 0..quads(classes) {
                    // SAFETY: the panel is the chunk's, the quad is laid out.
                    unsafe { self.block(row, quad, first + quad * QUAD) };
                }
            }
            first += classes;
        }
    }

    /// The scores of a panel's rows for the classes of a quad.
    ///
    /// # Safety
    /// - As above.
    #[inline(always)]
    unsafe fn block(&self, row: usize, quad: usize, class: usize) {
        let (pair, lanes) = (pair::<T>(), T::Four::LANES);
        let mut block = [const { MaybeUninit::<T>::uninit() }; QUAD * 8];
        let block = block.as_mut_ptr().cast::<T>();
        let (rows, classes) = (pair.min(self.rows - row), QUAD.min(self.classes - class));
        // SAFETY: a block has as many elements at most; rows and classes are the matrix's.
        unsafe {
            let (a, b) = (self.work.add(quad * QUAD * self.dim), self.by_rows.add(row * self.dim));
            if classes == QUAD {
                product::<T, QUAD>(a, b, self.dim, block, pair);
            } else {
                // The transposition reads all four rows.
                block.write_bytes(0, QUAD * pair);
                part_of_block(classes, a, b, self.dim, block);
            }
            let bias =
                if self.bias.is_null() { None } else { Some(T::Four::load_first(self.bias.add(class), classes)) };
            for part in (0..rows).step_by(lanes) {
                let columns = T::Four::transpose(from_fn(|k| T::Four::load(block.add(k * pair + part))));
                for (r, scores) in columns.into_iter().enumerate().take(rows - part) {
                    let to = self.to.add((row + part + r) * self.stride + class);
                    let scores = bias.map_or(scores, |bias| scores + bias);
                    store(scores, to, 0, classes);
                }
            }
        }
    }
}
