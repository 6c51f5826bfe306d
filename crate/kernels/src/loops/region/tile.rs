//! A tile: some pixels of an image, in all classes.

use super::RegionCall;
use super::activation::{Activation, decays};
use super::memory::{Plane, Targets, Work, tile_of};
use super::slopes;
use super::softmax::{softmax, softmax_slopes};
use super::sums::{self, Tops};
use crate::loops::transpose::Matrices;
use crate::simd::{Float, Vector};

/// Pixels from one on.
pub(super) struct Tile<'a, T> {
    pub call: &'a RegionCall<T>,
    pub image: usize,
    pub pixel: usize,
    pub length: usize,
    /// The length that registers are taken for, four at a time.
    pub whole: usize,
    pub work: Work<T>,
}

impl<'a, T: Float> Tile<'a, T> {
    /// `length` pixels of an image.
    pub fn new(call: &'a RegionCall<T>, image: usize, pixel: usize, length: usize) -> Self {
        let whole = length.next_multiple_of(4 * T::Vec::LANES);
        Tile { call, image, pixel, length, whole, work: Work::new(call) }
    }

    /// Whether it is whole, and the pixels of a class lie in a row.
    fn is_in_rows(&self) -> bool {
        let RegionCall { classes, inner, .. } = *self.call;
        self.length == tile_of(classes) && self.pixel % inner.max(1) + self.length <= inner
    }

    /// Where it lies in an array.
    fn in_place(&self, array: *mut T) -> Plane<T> {
        Plane { at: array.wrapping_add(self.call.place(self.image, self.pixel)), stride: self.call.inner }
    }

    /// Runs of pixels that lie in a row: where they are in an array, where in the tile, and how many.
    fn each_run(&self, mut f: impl FnMut(usize, usize, usize)) {
        let mut at = 0;
        while at < self.length {
            let pixel = self.pixel + at;
            let inner = self.call.inner.max(1);
            let run = (inner - pixel % inner).min(self.length - at);
            f(self.call.place(self.image, pixel), at, run);
            at += run;
        }
    }

    /// The tile of an array: where it lies, or in planes of its own, with `padding` beyond its end.
    ///
    /// # Safety
    /// - The array is that of the call.
    unsafe fn bring(&self, array: *const T, to: Plane<T>, padding: f64) {
        let RegionCall { classes, inner, .. } = *self.call;
        // SAFETY: the caller's guarantee; the planes have room for a tile.
        unsafe {
            if inner == 1 {
                let from = array.add(self.call.place(self.image, self.pixel));
                let Plane { at: to, stride: to_stride } = to;
                Matrices { from, from_stride: classes, to, to_stride, rows: self.length, columns: classes, count: 1 }
                    .transpose();
            } else {
                self.each_run(|from, at, run| {
                    (0..classes).for_each(|k| copy(array.add(from + k * inner), to.of(k).add(at), run));
                });
            }
            for k in 0..classes {
                (self.length..self.whole).for_each(|i| *to.of(k).add(i) = T::from_f64(padding));
            }
        }
    }

    /// The way back.
    ///
    /// # Safety
    /// As [`Self::bring`].
    unsafe fn put(&self, from: Plane<T>, array: *mut T) {
        let RegionCall { classes, inner, .. } = *self.call;
        // SAFETY: the caller's guarantee; the planes have a tile.
        unsafe {
            if inner == 1 {
                let to = array.add(self.call.place(self.image, self.pixel));
                let Plane { at: from, stride: from_stride } = from;
                Matrices { from, from_stride, to, to_stride: classes, rows: classes, columns: self.length, count: 1 }
                    .transpose();
            } else {
                self.each_run(|to, at, run| {
                    (0..classes).for_each(|k| copy(from.of(k).add(at), array.add(to + k * inner), run));
                });
            }
        }
    }

    /// The tile of an array where it lies, if it can be read there, or else brought to planes.
    ///
    /// # Safety
    /// As [`Self::bring`].
    unsafe fn read(&self, array: *const T, to: Plane<T>, padding: f64) -> Plane<T> {
        if self.is_in_rows() {
            return self.in_place(array.cast_mut());
        }
        // SAFETY: the caller's guarantee.
        unsafe { self.bring(array, to, padding) };
        to
    }

    /// Calls `each` with the three sums of each class that has a weight; false if data is out of its domain. With a softmax or a sigmoid,
    /// keeps what makes their gradient.
    ///
    /// # Safety
    /// As [`RegionCall::run`].
    pub unsafe fn add(&self, mut each: impl FnMut(usize, [f64; 3])) -> bool {
        let RegionCall { pred, grad, classes, activation, .. } = *self.call;
        let Work { planes, labels, tops, .. } = self.work;
        // SAFETY: the caller's guarantees; every plane has a tile.
        unsafe {
            let Some(y) = self.targets() else { return false };
            if let Targets::Dense(_) = y {
                (0..self.whole).for_each(|i| *labels.add(i) = T::from_i32(if i < self.length { 0 } else { -1 }));
            }
            let (mut from, mut to) = (planes, planes);
            match activation {
                Activation::None => from = self.read(pred, planes, 0.0),
                Activation::Sigmoid => {
                    from = self.read(pred, planes, f64::NEG_INFINITY);
                    to = if !grad.is_null() && self.is_in_rows() { self.in_place(grad) } else { planes };
                }
                Activation::Softmax => {
                    self.bring(pred, planes, 0.0);
                    softmax::<T>(planes, labels, tops, classes, self.whole);
                }
            }
            for k in (0..classes).filter(|&k| self.call.class_weight_of(k) != 0.0) {
                let mut p = from.of(k);
                if activation == Activation::Sigmoid {
                    decays::<T>(p, to.of(k), self.whole);
                    p = to.of(k);
                }
                let tops = match activation {
                    Activation::None => Tops::None,
                    Activation::Sigmoid => Tops::Signed,
                    Activation::Softmax => Tops::At(tops),
                };
                match sums::add::<T>(p, y.of(k), tops, self.whole) {
                    Some(sums) => each(k, sums),
                    None => return false,
                }
            }
            if !grad.is_null() && activation != Activation::None && to.at == planes.at {
                self.put(planes, grad);
            }
        }
        true
    }

    /// Writes zeros.
    ///
    /// # Safety
    /// As [`RegionCall::run`].
    pub unsafe fn clear(&self) {
        let (planes, RegionCall { classes, grad, .. }) = (self.work.planes, *self.call);
        // SAFETY: the planes have a tile.
        unsafe {
            (0..classes).for_each(|k| (0..self.length).for_each(|i| *planes.of(k).add(i) = T::from_i32(0)));
            self.put(planes, grad);
        }
    }

    /// Writes the gradient.
    ///
    /// # Safety
    /// As [`RegionCall::run`], after its sums.
    pub unsafe fn slopes(&self) {
        let RegionCall { pred, grad, classes, activation, .. } = *self.call;
        let Work { planes, targets, slopes, .. } = self.work;
        // SAFETY: the caller's guarantees; every plane has a tile.
        unsafe {
            let Some(y) = self.targets() else { return };
            if activation == Activation::Softmax {
                self.bring(grad, planes, 0.0);
                softmax_slopes::<T>(planes, y, slopes, targets, classes, self.whole);
                return self.put(planes, grad);
            }
            let to = if self.is_in_rows() { self.in_place(grad) } else { planes };
            let is_sigmoid = activation == Activation::Sigmoid;
            let from = match (is_sigmoid, y) {
                (false, Targets::Labels(..)) => to,
                (false, Targets::Dense(_)) => self.read(pred, planes, 0.0),
                (true, _) => self.read(grad, planes, 0.0),
            };
            for k in 0..classes {
                slopes::write::<T>(from.of(k), y.of(k), *slopes.add(k), is_sigmoid, to.of(k), self.whole);
            }
            if to.at == planes.at {
                self.put(planes, grad);
            }
        }
    }

    /// The targets, read or where they lie; None if a label is no class.
    ///
    /// # Safety
    /// As [`RegionCall::run`].
    unsafe fn targets(&self) -> Option<Targets<T>> {
        // SAFETY: the caller's guarantee; the planes have a tile.
        unsafe {
            if self.call.labels.is_null() {
                return Some(Targets::Dense(self.read(self.call.target, self.work.targets, 0.0)));
            }
            self.read_labels().then(|| Targets::Labels(self.work.labels, self.call.label_of(0) as f64))
        }
    }

    /// Reads labels as floats; false if one is no class.
    ///
    /// # Safety
    /// As [`RegionCall::run`].
    unsafe fn read_labels(&self) -> bool {
        let RegionCall { ignore_index, .. } = *self.call;
        let given = self.call.labels_at(self.image, self.pixel);
        let (range, ignored) = (self.call.label_of(self.call.classes), ignore_index as i32);
        let ignores = !ignore_index.is_nan();
        let mut fine = true;
        // SAFETY: the tile is within the call's labels, and there is room for one.
        unsafe {
            for i in 0..self.length {
                let label = *given.add(i);
                let is_out = ignores & (label == ignored);
                fine &= is_out | ((label as u32) < range as u32);
                *self.work.labels.add(i) = T::from_i32(if is_out { -1 } else { label });
            }
            (self.length..self.whole).for_each(|i| *self.work.labels.add(i) = T::from_i32(-1));
        }
        fine
    }
}

/// Copies a run of elements. Few as they are, a call of what copies memory would take longer than the copy.
///
/// # Safety
/// - `from` is valid for reads of `n` elements, `to` for writes; they don't overlap.
#[inline(always)]
unsafe fn copy<T: Float>(from: *const T, to: *mut T, n: usize) {
    let whole = n - n % T::Vec::LANES;
    // SAFETY: at + LANES ≤ n.
    unsafe {
        for at in (0..whole).step_by(T::Vec::LANES) {
            T::Vec::load(from.add(at)).store(to.add(at));
        }
        for at in whole..n {
            to.add(at).write(*from.add(at));
        }
    }
}
