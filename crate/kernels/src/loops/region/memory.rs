//! Scratch memory of a tile.

use super::{RegionCall, State};
use crate::loops::shift::shift_mut;
use crate::simd::Float;

/// Pixels of a tile, where there are so many classes: as many as stay in the nearest cache with all of them.
pub const fn tile_of(classes: usize) -> usize {
    if classes > 256 { 32 } else { 128 }
}

/// Bytes that a call works in.
pub fn work_size<T: Float>(classes: usize) -> usize {
    let planes = classes.saturating_mul(2).saturating_add(2);
    planes.saturating_mul(tile_of(classes)).saturating_add(3 * classes).saturating_mul(size_of::<T>())
}

/// Planes of a tile, one a class.
#[derive(Clone, Copy)]
pub(super) struct Plane<T> {
    /// That of the first class.
    pub at: *mut T,
    /// From one class to the next.
    pub stride: usize,
}

impl<T> Plane<T> {
    /// That of class `k`.
    pub fn of(&self, k: usize) -> *mut T {
        self.at.wrapping_add(k * self.stride)
    }
}

/// What pixels are to be in each class.
#[derive(Clone, Copy)]
pub(super) enum Targets<T> {
    /// Their labels, and the label of the first class.
    Labels(*const T, f64),
    /// A number each, a plane a class.
    Dense(Plane<T>),
}

impl<T> Targets<T> {
    /// Those of class `k` and the ones after it.
    pub fn of(self, k: usize) -> Self {
        match self {
            Targets::Labels(labels, first) => Targets::Labels(labels, first + k as f64),
            Targets::Dense(y) => Targets::Dense(Plane { at: y.of(k), ..y }),
        }
    }
}

/// The parts of a call's scratch memory.
#[derive(Clone, Copy)]
pub(super) struct Work<T> {
    /// Predictions, p or gradients.
    pub planes: Plane<T>,
    /// Targets, or slopes.
    pub targets: Plane<T>,
    /// The label of each pixel as a float; −1 where it counts in no region.
    pub labels: *mut T,
    /// 1 less the largest p of each pixel.
    pub tops: *mut T,
    /// Three slopes a class.
    pub slopes: *mut [T; 3],
}

impl<T: Float> Work<T> {
    /// Those of a call.
    pub fn new(call: &RegionCall<T>) -> Self {
        let room = tile_of(call.classes);
        let place = |planes: usize| shift_mut(call.work, planes * room);
        let after = 2 * call.classes;
        Work {
            planes: Plane { at: place(0), stride: room },
            targets: Plane { at: place(call.classes), stride: room },
            labels: place(after),
            tops: place(after + 1),
            slopes: place(after + 2).cast(),
        }
    }

    /// Rounds an image's slopes, times its weight.
    ///
    /// # Safety
    /// - There is a state for each class.
    pub unsafe fn prepare(&self, call: &RegionCall<T>, states: *const State, weight: f64) {
        for k in 0..call.classes {
            // SAFETY: the caller's guarantee; there are as many slopes.
            unsafe {
                let [over, even, under, ..] = *states.add(k);
                let rounded = |slope: f64| T::from_f64(slope * weight);
                *self.slopes.add(k) = [over, even, under].map(rounded);
            }
        }
    }
}
