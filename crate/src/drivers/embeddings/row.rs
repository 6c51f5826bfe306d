//! The two readings of a row: sums of products, and gradients.

use crate::drivers::scaled::magnitude;
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// Elements whose products are added in the element type.
const STRIP: usize = 512;

/// One row. Only [`super::run`] makes them, so that the pointers are valid for `width` elements and gradients overlap no input but their own.
pub struct Row<T, const R: usize> {
    pub(super) width: usize,
    pub(super) inputs: [*const T; R],
    pub(super) grads: [*mut T; R],
    /// What gradients are multiplied by: the call's scale times the row's weight.
    pub factor: f64,
    /// The row's target, 0 if the call has none.
    pub target: f64,
}

impl<T: Float, const R: usize> Row<T, R> {
    /// A register of each embedding; beyond `width`, zeros.
    #[inline(always)]
    fn load(&self, at: usize) -> [T::Vec; R] {
        let n = T::Vec::LANES.min(self.width - at);
        // SAFETY: at + n ≤ width.
        self.inputs.map(|p| unsafe {
            if n == T::Vec::LANES { T::Vec::load(p.add(at)) } else { T::Vec::load_first(p.add(at), n) }
        })
    }

    /// Sums over the row of the `S` products that `products` forms, which must be 0 of zeros.
    #[inline(always)]
    pub fn sums<const S: usize, const U: usize>(&self, products: impl Fn([T::Vec; R]) -> [T::Vec; S]) -> [f64; S] {
        let mut sums = [0.0; S];
        for start in (0..self.width).step_by(STRIP) {
            let end = self.width.min(start + STRIP);
            let mut parts = [[T::Vec::zero(); S]; U];
            let mut at = start;
            let mut add = |part: usize, at: usize| {
                let terms = products(self.load(at));
                parts[part] = from_fn(|s| parts[part][s] + terms[s]);
            };
            while at + U * T::Vec::LANES <= end {
                for part in 0..U {
                    add(part, at + part * T::Vec::LANES);
                }
                at += U * T::Vec::LANES;
            }
            for (part, at) in (at..end).step_by(T::Vec::LANES).enumerate() {
                add(part, at);
            }
            for (s, sum) in sums.iter_mut().enumerate() {
                let strip = parts.iter().map(|part| part[s]).reduce(|a, b| a + b);
                *sum += strip.map_or(0.0, T::Vec::total);
            }
        }
        sums
    }

    /// The same in double precision, of embeddings divided by `units`: for rows whose products leave the range of floats.
    #[cold]
    #[inline(never)]
    pub fn sums_in_units<const S: usize>(&self, units: [f64; R], products: fn([f64; R]) -> [f64; S]) -> [f64; S] {
        let mut sums = [0.0; S];
        for at in 0..self.width {
            // SAFETY: at < width.
            let terms = products(from_fn(|r| unsafe { *self.inputs[r].add(at) }.to_f64() / units[r]));
            sums = from_fn(|s| sums[s] + terms[s]);
        }
        sums
    }

    /// The power of two just below each embedding's largest element.
    pub fn magnitudes(&self) -> [f64; R] {
        // SAFETY: embeddings have `width` elements.
        self.inputs.map(|p| unsafe { magnitude(p, self.width) })
    }

    /// Writes gradients, register by register, from the embeddings, all of which are read before any is written.
    #[inline(always)]
    pub fn write(&self, gradients: impl Fn([T::Vec; R]) -> [T::Vec; R]) {
        if self.grads[0].is_null() {
            return;
        }
        for at in (0..self.width).step_by(T::Vec::LANES) {
            let n = T::Vec::LANES.min(self.width - at);
            for (p, gradient) in self.grads.iter().zip(gradients(self.load(at))) {
                // SAFETY: at + n ≤ width.
                unsafe {
                    if n == T::Vec::LANES { gradient.store(p.add(at)) } else { gradient.store_first(p.add(at), n) }
                }
            }
        }
    }

    /// Writes gradients of 0.
    pub fn clear(&self) {
        if !self.grads[0].is_null() {
            // SAFETY: gradients have `width` elements; all bits 0 is the float 0.
            self.grads.iter().for_each(|p| unsafe { p.write_bytes(0, self.width) });
        }
    }
}
