//! The views of a contrastive batch: two embeddings of each of N samples, packed for products of tiles, and their gradients.

use crate::loops::batch::work::{Shape, Work};
use crate::loops::matrix::pair;
use crate::loops::scaled::length;
use crate::simd::{Float, Vector};

impl<T: Float> Work<T> {
    /// Packs the views, divided by their lengths if `normalize` (a zero vector stays), and clears the sums.
    ///
    /// # Safety
    /// - `self` was made for `shape`; both embeddings are readable.
    pub unsafe fn pack(&self, shape: &Shape, embeddings: [*const T; 2], normalize: bool) {
        let pair = pair::<T>();
        // SAFETY: the ranges are those of the arrays; all bits 0 is the float 0.
        unsafe {
            self.rows.write_bytes(0, shape.padded * shape.dim);
            self.columns.write_bytes(0, 2 * shape.columns::<T>());
        }
        for i in 0..shape.views() {
            // SAFETY: view i is a row of one of the embeddings, and (i, d) is within both packed matrices.
            unsafe {
                let (from, sample) = shape.half(i, embeddings);
                let view = from.add(sample * shape.dim);
                let length = if normalize { length(view, shape.dim) } else { 1.0 };
                *self.length.add(i) = length;
                let factor = if length == 0.0 { 0.0 } else { 1.0 / length };
                let row = self.rows.add(i / pair * pair * shape.dim + i % pair);
                for d in 0..shape.dim {
                    let x = T::from_f64((*view.add(d)).to_f64() * factor);
                    *row.add(d * pair) = x;
                    *self.columns.add((d / pair * shape.padded + i) * pair + d % pair) = x;
                }
            }
        }
    }

    /// Writes the gradients `factor`·g, g the sum of a view, or (g − (g·u)u)/|z| if `normalize`, u = z/|z|.
    ///
    /// # Safety
    /// - `self` was made for `shape`; both gradients are writable.
    pub unsafe fn unpack(&self, shape: &Shape, gradients: [*mut T; 2], normalize: bool, factor: f64) {
        for i in 0..shape.views() {
            // SAFETY: view i is a row of one of the gradients.
            unsafe {
                let (to, sample) = shape.half(i, gradients);
                self.unpack_view(shape, i, to.add(sample * shape.dim), normalize, factor);
            }
        }
    }

    /// # Safety
    /// - As [`Work::unpack`]; `i` is a view, and `to` its gradient.
    unsafe fn unpack_view(&self, shape: &Shape, i: usize, to: *mut T, normalize: bool, factor: f64) {
        let lanes = T::Vec::LANES;
        let place = |d: usize| (d / pair::<T>() * shape.padded + i) * pair::<T>() + d % pair::<T>();
        let mut along = [<T::Vec as Vector>::Wide::zero(); 2];
        if normalize {
            for d in (0..shape.dim).step_by(lanes) {
                // SAFETY: the matrices are padded to whole pairs of registers.
                let [g, u] = [self.sums, self.columns].map(|p| unsafe { T::Vec::load(p.add(place(d))) });
                g.accumulate_weighted(u, &mut along);
            }
        }
        let along = (along[0] + along[1]).total();
        // SAFETY: i is a view.
        let length = unsafe { *self.length.add(i) };
        let factor = if length == 0.0 { 0.0 } else { factor / length };
        let along = T::Vec::c(along * factor);
        let least = if T::Vec::DOUBLE { f64::MIN_POSITIVE } else { f32::MIN_POSITIVE.into() };
        for d in (0..shape.dim).step_by(lanes) {
            // SAFETY: as above; d < dim, and `to` has dim elements.
            unsafe {
                let [g, u] = [self.sums, self.columns].map(|p| T::Vec::load(p.add(place(d))));
                let g = if normalize { g.times(factor) - u * along } else { g.times(factor) };
                // Below the normal range terms of the sum have been lost.
                let g = g.drop(g.abs().lt(T::Vec::c(least)));
                g.store_first(to.add(d), lanes.min(shape.dim - d));
            }
        }
    }
}
