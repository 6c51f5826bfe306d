//! Regions: the pixels of an image, once for each class. What a loss says of a region hangs on three sums over its pixels, so there are two
//! walks: one that adds up, and one that writes gradients, for which two or three numbers a region are known by then.
//!
//! Pixels are taken a tile at a time ([`tile_of`]), at the same places whatever the layout of the memory, and whatever part of an image a
//! call has. A tile's sums are added to those of its region with compensation: the bits hang on nothing but the region, and images
//! may be cut between tiles.

mod activation;
mod memory;
mod slopes;
mod softmax;
mod sums;
mod tile;

use crate::loops::shift::{shift, shift_mut};
use crate::loops::{Outcome, Total};
use crate::simd::Float;
pub use activation::Activation;
use memory::Work;
pub use memory::{tile_of, work_size};
use tile::Tile;

/// What a region's loss is made of: Σ min(p, y), Σ max(p − y, 0) and Σ max(y − p, 0).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// What both have.
    pub shared: f64,
    /// What the prediction has beyond the target.
    pub beyond: f64,
    /// What the prediction lacks.
    pub missing: f64,
}

/// A region's loss, and its derivative in a pixel's p, which is one of three numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The loss.
    pub loss: f64,
    /// The derivative where p > y, where p = y (neither 0 nor 1), and where p < y: the slope of min(p, y) is 0, ½ or 1 there.
    pub slopes: [f64; 3],
}

/// A loss of regions.
pub trait Regional {
    /// The loss of a region, and its slopes.
    fn region(&self, overlap: Overlap) -> Region;
}

/// What a region has in memory: three sums, each with what rounding it lost; later three slopes.
pub type State = [f64; 6];

/// What of its work a call does, as bits: begin the sums, add up, turn sums into losses and slopes, write gradients.
pub mod phase {
    /// Sums begin from 0.
    pub const BEGIN: usize = 1;
    /// Sums of the pixels at hand are added.
    pub const ADD: usize = 2;
    /// Sums become losses and slopes.
    pub const END: usize = 4;
    /// Gradients of the pixels at hand are written.
    pub const SLOPES: usize = 8;
    /// The whole of it.
    pub const ALL: usize = BEGIN | ADD | END | SLOPES;
    /// All images have their regions in common.
    pub const TOGETHER: usize = 16;
}

/// Images, or a part of one. Null pointers are absent.
#[derive(Clone, Copy)]
pub struct RegionCall<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// Images.
    pub images: usize,
    /// Classes.
    pub classes: usize,
    /// Pixels that an image has in the arrays of planes.
    pub pixels: usize,
    /// Of these, so many lie one after another; then come those of the next class.
    pub inner: usize,
    /// The first pixel at hand, a multiple of [`tile_of`], and how many.
    pub start: usize,
    /// How many: all of an image, if there are several.
    pub count: usize,
    /// Bits of [`phase`].
    pub phases: usize,
    /// Output: a loss a region.
    pub values: *mut T,
    /// A weight an image.
    pub weight: *const T,
    /// Predictions.
    pub pred: *const T,
    /// A label for each pixel at hand, or
    pub labels: *const i32,
    /// a target for each prediction.
    pub target: *const T,
    /// A weight a class.
    pub class_weight: *const T,
    /// Output: the gradient, which may be in the predictions' place. With a softmax or sigmoid, what the second walk needs is kept there by
    /// the first.
    pub grad: *mut T,
    /// A state for each region.
    pub states: *mut State,
    /// Memory of [`work_size`] bytes.
    pub work: *mut T,
    /// What makes p of the predictions.
    pub activation: Activation,
    /// The label that leaves pixels out, or NaN.
    pub ignore_index: f64,
}

impl<T: Float> RegionCall<T> {
    /// Adds the regions' losses to `total`; writes what has a pointer. The error is the image whose data is out of its domain.
    ///
    /// # Safety
    /// - Arrays are as long as the call says, and there are labels or targets.
    /// - Outputs, states and `work` overlap nothing, except that the gradient may be the predictions.
    #[inline(never)]
    pub unsafe fn run(&self, loss: &dyn Regional, mut total: Total) -> Outcome {
        let together = self.has(phase::TOGETHER);
        let step = if together { self.images } else { 1 };
        for first in (0..self.images).step_by(step.max(1)) {
            let place = if together { 0 } else { first * self.classes };
            let states = self.states.wrapping_add(place);
            let group = first..first + step;
            // SAFETY: the images are among those of the call, and so are their regions.
            unsafe {
                if self.has(phase::BEGIN) {
                    (0..self.classes).for_each(|k| *states.add(k) = State::default());
                }
                if self.has(phase::ADD) {
                    for image in group.clone().filter(|&image| self.weight_of(image) != 0.0) {
                        let weight = if together { self.weight_of(image) } else { 1.0 };
                        self.add(image, states, weight)?;
                    }
                }
                if self.has(phase::END) {
                    let weight = if together { 1.0 } else { self.weight_of(first) };
                    total.merge(self.end(loss, states, weight, shift_mut(self.values, place)));
                }
                if self.has(phase::SLOPES) && !self.grad.is_null() {
                    group.for_each(|image| {
                        self.slopes(image, states, if together { self.weight_of(image) } else { 1.0 })
                    });
                }
            }
        }
        Ok(total)
    }

    fn has(&self, phase: usize) -> bool {
        self.phases & phase != 0
    }

    /// The weight of an image.
    ///
    /// # Safety
    /// - That of [`Self::run`]; the image is one of the call's.
    unsafe fn weight_of(&self, image: usize) -> f64 {
        // SAFETY: there are as many weights as images.
        if self.weight.is_null() { 1.0 } else { unsafe { *self.weight.add(image) }.to_f64() }
    }

    /// The weight of a class.
    ///
    /// # Safety
    /// - That of [`Self::run`]; the class is one of the call's.
    unsafe fn class_weight_of(&self, k: usize) -> f64 {
        // SAFETY: there are as many weights as classes.
        if self.class_weight.is_null() { 1.0 } else { unsafe { *self.class_weight.add(k) }.to_f64() }
    }

    /// The tiles of an image.
    ///
    /// # Safety
    /// - It is one of the call's.
    unsafe fn tiles(&self, image: usize, mut f: impl FnMut(&Tile<T>) -> bool) -> bool {
        let most = tile_of(self.classes);
        let end = self.start + self.count;
        (self.start..end).step_by(most).all(|pixel| {
            let length = most.min(end - pixel);
            f(&Tile::new(self, image, pixel, length))
        })
    }

    /// Adds up an image's pixels, times its weight.
    ///
    /// # Safety
    /// - That of [`Self::run`]; the image is one of the call's, and `states` has a state for each class.
    unsafe fn add(&self, image: usize, states: *mut State, weight: f64) -> Result<(), usize> {
        // SAFETY: the caller's guarantees are those of `run`.
        let fine = unsafe {
            self.tiles(image, |tile| {
                tile.add(|k, sums| {
                    let pairs = (*states.add(k)).as_chunks_mut::<2>().0;
                    pairs.iter_mut().zip(sums).for_each(|(pair, x)| add_to(pair, weight * x));
                })
            })
        };
        if fine { Ok(()) } else { Err(image) }
    }

    /// Turns the sums of a group's regions into losses and slopes. Returns the sum of the losses, which begins at 0: threads take images one
    /// by one.
    ///
    /// # Safety
    /// - That of [`Self::run`]; `states` has a state for each class, and `values` is null or has a place for each.
    unsafe fn end(&self, loss: &dyn Regional, states: *mut State, weight: f64, values: *mut T) -> Total {
        let mut total = Total::default();
        for k in 0..self.classes {
            // SAFETY: there is a region for each class.
            unsafe {
                let state = &mut *states.add(k);
                let weight = weight * self.class_weight_of(k);
                let [a, b, c, d, e, f] = *state;
                let [shared, beyond, missing] = [a + b, c + d, e + f];
                let nothing = Region { loss: 0.0, slopes: [0.0; 3] };
                let region = if weight == 0.0 { nothing } else { loss.region(Overlap { shared, beyond, missing }) };
                total.add_weighted(region.loss, weight);
                if !values.is_null() {
                    *values.add(k) = T::from_f64(weight * region.loss);
                }
                let factor = weight * self.scale;
                let [over, even, under] = region.slopes.map(|slope| if weight == 0.0 { 0.0 } else { slope * factor });
                *state = [over, even, under, 0.0, 0.0, 0.0];
            }
        }
        total
    }

    /// Writes an image's gradient; zeros, if it has no weight.
    ///
    /// # Safety
    /// - That of [`Self::run`]; the image is one of the call's, and `states` has a state for each class.
    unsafe fn slopes(&self, image: usize, states: *const State, weight: f64) {
        // SAFETY: the caller's guarantees are those of `run`.
        unsafe {
            let is_out = self.weight_of(image) == 0.0;
            Work::new(self).prepare(self, states, weight);
            self.tiles(image, |tile| {
                if is_out {
                    tile.clear()
                } else {
                    tile.slopes()
                }
                true
            });
        }
    }

    /// Where a class's plane of an image begins, at a pixel.
    fn place(&self, image: usize, pixel: usize) -> usize {
        let within = pixel % self.inner.max(1);
        (image * self.pixels + pixel - within) * self.classes + within
    }

    /// The label of class `k`. One class is 1, so that labels are a mask.
    fn label_of(&self, k: usize) -> usize {
        k + usize::from(self.classes == 1)
    }

    /// The labels from a pixel of an image on.
    fn labels_at(&self, image: usize, pixel: usize) -> *const i32 {
        shift(self.labels, image * self.count + pixel - self.start)
    }
}

/// Adds to a sum and what rounding it lost.
fn add_to(sum: &mut [f64; 2], x: f64) {
    let [before, after] = [sum[0], sum[0] + x];
    sum[1] += if before.abs() >= x.abs() { (before - after) + x } else { (x - after) + before };
    sum[0] = after;
}
