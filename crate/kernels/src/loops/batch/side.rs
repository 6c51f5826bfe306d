//! One of the two sets of embeddings that a batch compares, packed for products of tiles, and their gradients. Where all are
//! compared with all others, both sides are the same.

use super::low;
use super::work::Room;
use crate::loops::matrix::{TILE, pair};
use crate::loops::scaled::{length, reciprocal};
use crate::simd::{Float, Vector};
use core::ops::Range;

/// A set of embeddings.
#[derive(Clone, Copy)]
pub struct Side<T> {
    /// Embeddings.
    pub count: usize,
    /// The same, rounded up to whole panels.
    pub padded: usize,
    /// Elements of an embedding.
    dim: usize,
    /// Panels that hold `dim` columns.
    pub panels: usize,
    /// The lengths of the embeddings; 1 where they aren't divided by them.
    length: *mut f64,
    /// Sums of the exponentials of scores, later the share q of what isn't the positive, at last the gradient along the embedding.
    pub sum: *mut f64,
    /// The largest score, later the loss.
    pub most: *mut f64,
    /// One over the total of exponentials, times a gain; 0 of padding.
    pub inverse: *mut T,
    /// What was subtracted from scores before their exponentials were added.
    pub top: *mut T,
    /// The embeddings in panels of rows, for dot products.
    pub rows: *mut T,
    /// The embeddings in panels of columns, for sums of them.
    pub columns: *mut T,
    /// Those sums, in panels of columns.
    pub sums: *mut T,
}

impl<T: Float> Side<T> {
    /// Cuts the arrays of so many embeddings out of `room`.
    #[inline(never)]
    pub fn new(room: &mut Room, count: usize, dim: usize) -> Self {
        let pair = pair::<T>();
        let (padded, panels) = (count.div_ceil(pair).saturating_mul(pair), dim.div_ceil(pair));
        let elements = padded.saturating_mul(panels).saturating_mul(pair);
        Side {
            count,
            padded,
            dim,
            panels,
            length: room.take(padded),
            sum: room.take(padded),
            most: room.take(padded),
            inverse: room.take(padded),
            top: room.take(padded),
            rows: room.take(padded.saturating_mul(dim)),
            columns: room.take(elements),
            sums: room.take(elements),
        }
    }

    /// How many blocks of [`TILE`] embeddings there are.
    pub fn blocks(&self) -> usize {
        self.padded.div_ceil(TILE)
    }

    /// The embeddings of a block, and padding.
    pub fn block(&self, number: usize) -> Range<usize> {
        number * TILE..self.padded.min((number + 1) * TILE)
    }

    /// Makes everything of a block 0, and the largest scores the lowest.
    ///
    /// # Safety
    /// - The side has memory, and such a block.
    pub unsafe fn clear(&self, block: Range<usize>) {
        let (start, count, pair) = (block.start, block.len(), pair::<T>());
        // SAFETY: the ranges are those of the block in the arrays, and a block is whole panels; all bits 0 is the float 0.
        unsafe {
            self.rows.add(start * self.dim).write_bytes(0, count * self.dim);
            for panel in 0..self.panels {
                let at = (panel * self.padded + start) * pair;
                self.columns.add(at).write_bytes(0, count * pair);
                self.sums.add(at).write_bytes(0, count * pair);
            }
            self.sum.add(start).write_bytes(0, count);
            self.inverse.add(start).write_bytes(0, count);
            self.top.add(start).write_bytes(0, count);
            block.for_each(|i| *self.most.add(i) = low::<T>().to_f64());
        }
    }

    /// Packs embedding i, divided by its length if `normalize` (a zero vector stays).
    ///
    /// # Safety
    /// - The block of `i` is cleared, `i` is less than its count, and `from` has an embedding.
    pub unsafe fn pack(&self, i: usize, from: *const T, normalize: bool) {
        let (pair, Side { dim, padded, .. }) = (pair::<T>(), *self);
        // SAFETY: (i, d) is within both packed matrices.
        unsafe {
            let (unit, length) = if normalize { length(from, dim) } else { (1.0, 1.0) };
            *self.length.add(i) = unit * length;
            let (by, factor) = (1.0 / unit, reciprocal(length));
            let row = self.rows.add(i / pair * pair * dim + i % pair);
            for d in 0..dim {
                let x = T::from_f64((*from.add(d)).to_f64() * by * factor);
                *row.add(d * pair) = x;
                *self.columns.add((d / pair * padded + i) * pair + d % pair) = x;
            }
        }
    }

    /// Writes the gradient `factor`·g of embedding i, g its sum, or (g − (g·u)u)/|z| if `normalize`, u = z/|z|. Returns g·u.
    ///
    /// # Safety
    /// - Embedding i is packed, and `to` is writable for one.
    pub unsafe fn unpack(&self, i: usize, to: *mut T, normalize: bool, factor: f64) -> f64 {
        let (lanes, dim) = (T::Vec::LANES, self.dim);
        let place = |d: usize| (d / pair::<T>() * self.padded + i) * pair::<T>() + d % pair::<T>();
        let mut along = [<T::Vec as Vector>::Wide::zero(); 2];
        for d in (0..dim).step_by(lanes) {
            // SAFETY: the matrices are padded to whole pairs of registers.
            let [g, u] = [self.sums, self.columns].map(|p| unsafe { T::Vec::load(p.add(place(d))) });
            g.accumulate_weighted(u, &mut along);
        }
        let along = (along[0] + along[1]).total();
        // SAFETY: i is less than the count.
        let length = unsafe { *self.length.add(i) };
        let quotient = if length == 0.0 { 0.0 } else { factor / length };
        // The quotient by a length near the ends of the range may not be normal where the gradient is.
        let is_usual = quotient.is_normal() || length == 0.0;
        let least = if T::Vec::DOUBLE { f64::MIN_POSITIVE } else { f32::MIN_POSITIVE.into() };
        for d in (0..dim).step_by(lanes) {
            // SAFETY: as above; d < dim, and `to` has dim elements.
            unsafe {
                let [g, u] = [self.sums, self.columns].map(|p| T::Vec::load(p.add(place(d))));
                let g = if normalize { g - u.times(along) } else { g };
                let g = if is_usual { g.times(quotient) } else { g.times(factor) / T::Vec::c(length) };
                // Below the normal range terms of the sum have been lost.
                let g = g.drop(g.abs().lt(T::Vec::c(least)));
                g.store_first(to.add(d), lanes.min(dim - d));
            }
        }
        along
    }
}
