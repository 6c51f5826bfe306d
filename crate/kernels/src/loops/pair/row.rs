//! The two readings of a row: sums of products, and gradients.

use crate::loops::STRIP;
use crate::loops::scaled::{fits, magnitude, root, unit_of};
use crate::simd::{Float, Vector};
use core::array::from_fn;

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
    /// A register of each embedding.
    ///
    /// # Safety
    /// - `at + LANES <= width`.
    #[inline(always)]
    unsafe fn load(&self, at: usize) -> [T::Vec; R] {
        // SAFETY: the caller's guarantee.
        self.inputs.map(|p| unsafe { T::Vec::load(p.add(at)) })
    }

    /// What is left of each embedding from `at` on, less than a register, and zeros.
    #[inline(never)]
    fn rest(&self, at: usize) -> [T::Vec; R] {
        // SAFETY: the elements from `at` to `width` are readable.
        self.inputs.map(|p| unsafe { T::Vec::load_first(p.add(at), self.width - at) })
    }

    /// Sums over the row of the `S` products that `products` forms, which must be 0 of zeros.
    #[inline(always)]
    pub fn sums<const S: usize, const U: usize>(&self, products: impl Fn([T::Vec; R]) -> [T::Vec; S]) -> [f64; S] {
        let (lanes, mut sums, mut at) = (T::Vec::LANES, [0.0; S], 0);
        while at < self.width {
            let end = self.width.min(at + STRIP);
            let mut parts = [[T::Vec::zero(); S]; U];
            let add = |part: &mut [T::Vec; S], x| {
                let terms = products(x);
                *part = from_fn(|s| part[s] + terms[s]);
            };
            while at + U * lanes <= end {
                for (k, part) in parts.iter_mut().enumerate() {
                    // SAFETY: k < U.
                    add(part, unsafe { self.load(at + k * lanes) });
                }
                at += U * lanes;
            }
            while at + lanes <= end {
                // SAFETY: at + LANES ≤ end ≤ width.
                add(&mut parts[0], unsafe { self.load(at) });
                at += lanes;
            }
            if at < end {
                add(&mut parts[U - 1], self.rest(at));
                at = end;
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

    /// How far the two embeddings that `pick` takes are apart, for those whose squared distance leaves the range.
    #[cold]
    #[inline(never)]
    pub fn gap(&self, pick: fn([f64; R]) -> [f64; 2]) -> Gap {
        // SAFETY: at < width.
        let read = |at: usize| pick(self.inputs.map(|p| unsafe { *p.add(at) }.to_f64()));
        let largest = |part: f64| (0..self.width).fold(0.0, |most: f64, at| most.max(difference(read(at), part).abs()));
        let whole = largest(1.0);
        let (part, largest) = if whole < f64::INFINITY { (1.0, whole) } else { (0.5, largest(0.5)) };
        let unit = unit_of(largest);
        let squares = (0..self.width).fold(0.0, |sum, at| {
            let x = difference(read(at), part) / unit;
            sum + x * x
        });
        Gap { part, unit, length: root(squares) }
    }

    /// The power of two just below each embedding's largest element.
    #[cold]
    #[inline(never)]
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
        let (lanes, mut at) = (T::Vec::LANES, 0);
        while at + lanes <= self.width {
            // SAFETY: at + LANES ≤ width.
            let gradients = gradients(unsafe { self.load(at) });
            // SAFETY: as above.
            (0..R).for_each(|r| unsafe { gradients[r].store(self.grads[r].add(at)) });
            at += lanes;
        }
        if at < self.width {
            self.write_rest(at, gradients(self.rest(at)));
        }
    }

    /// The same of gradients that are multiplied by a factor, which may be out of the range of floats: then `each` forms them.
    #[inline(always)]
    pub fn write_times(
        &self,
        factor: f64,
        gradients: impl Fn([T::Vec; R]) -> [T::Vec; R],
        each: impl Fn([f64; R]) -> [f64; R],
    ) {
        if fits::<T>(factor) {
            let by = T::Vec::c(factor);
            self.write(|x| gradients(x).map(|gradient| gradient * by));
        } else {
            self.write_each(|x| each(x).map(|gradient| gradient * factor));
        }
    }

    /// Writes gradients element by element, in double precision.
    #[cold]
    #[inline(never)]
    pub fn write_each(&self, gradients: impl Fn([f64; R]) -> [f64; R]) {
        if self.grads[0].is_null() {
            return;
        }
        for at in 0..self.width {
            // SAFETY: at < width.
            let gradients = gradients(self.inputs.map(|p| unsafe { *p.add(at) }.to_f64()));
            // SAFETY: as above.
            (0..R).for_each(|r| unsafe { *self.grads[r].add(at) = T::from_f64(gradients[r]) });
        }
    }

    /// Writes what is left of each gradient from `at` on, less than a register.
    #[inline(never)]
    fn write_rest(&self, at: usize, gradients: [T::Vec; R]) {
        // SAFETY: the elements from `at` to `width` are writable.
        (0..R).for_each(|r| unsafe { gradients[r].store_first(self.grads[r].add(at), self.width - at) });
    }

    /// The row with its embeddings, and their gradients, in another order.
    pub fn arranged(&self, order: [usize; R]) -> Self {
        let Row { width, factor, target, inputs, grads } = *self;
        Row { width, factor, target, inputs: order.map(|r| inputs[r]), grads: order.map(|r| grads[r]) }
    }

    /// Writes gradients of 0.
    #[inline(never)]
    pub fn clear(&self) {
        if !self.grads[0].is_null() {
            // SAFETY: gradients have `width` elements; all bits 0 is the float 0.
            self.grads.iter().for_each(|p| unsafe { p.write_bytes(0, self.width) });
        }
    }
}

/// The distance of two embeddings, `length · unit / part`.
#[derive(Clone, Copy)]
pub struct Gap {
    /// What differences are taken of: the embeddings, or halves of them where differences would overflow.
    part: f64,
    /// A power of two near the largest difference.
    unit: f64,
    length: f64,
}

impl Gap {
    /// |a − b|
    pub fn length(&self) -> f64 {
        self.length * self.unit / self.part
    }

    /// An element of (a − b)/|a − b|, 0 where the two are equal.
    pub fn direction(&self, pair: [f64; 2]) -> f64 {
        if self.length == 0.0 { 0.0 } else { difference(pair, self.part) / self.unit / self.length }
    }
}

/// a − b of parts.
fn difference([a, b]: [f64; 2], part: f64) -> f64 {
    a * part - b * part
}
