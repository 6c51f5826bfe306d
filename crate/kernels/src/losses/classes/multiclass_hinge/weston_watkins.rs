//! Weston and Watkins' hinge: Σ_{j≠y} max(0, h_j)^p / K with h_j = m − z_y + z_j.

use super::MulticlassHinge;
use crate::loops::row::Row;
use crate::loops::walk::{At, fill, largest, load, store, strips, sums};
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// What rows are divided by where an h or a sum leaves the range: a power of two, so that nothing is rounded.
const UNIT: f64 = (1u128 << 64) as f64;

impl MulticlassHinge {
    /// The loss of a row; writes its derivatives. NaN for a row with NaN, whose derivatives are then to be written over.
    ///
    /// # Safety
    /// As [`OneRow::row`](crate::loops::row::OneRow::row).
    pub(super) unsafe fn weston_watkins<T: Float>(&self, row: &Row<T, 1, 1>) -> f64 {
        // SAFETY: the caller's guarantee.
        unsafe {
            let in_place = [row.grads[0], row.hess[0]].contains(&row.inputs[0].cast_mut());
            if in_place && self.overflows(row) {
                return self.in_units(row);
            }
            let loss = self.all(row);
            let is_other = !in_place && self.is_far::<T>(loss, row.width) && self.overflows(row);
            if is_other { self.in_units(row) } else { loss }
        }
    }

    /// Whether a loss is so large that `overflows` may hold, which costs less to ask: the largest h^p is at most K times the loss, or m^p.
    fn is_far<T: Float>(&self, loss: f64, width: usize) -> bool {
        let (classes, margin) = (width as f64, if self.p == 2.0 { self.margin * self.margin } else { self.margin });
        let most = if T::Vec::DOUBLE { f64::MAX } else { f32::MAX.into() };
        // Half of it: sums were rounded.
        (classes * loss).max(margin) * classes >= 0.5 * most
    }

    /// Whether finite scores may make an h or a sum that isn't.
    ///
    /// # Safety
    /// As [`Self::weston_watkins`].
    #[inline(never)]
    unsafe fn overflows<T: Float>(&self, row: &Row<T, 1, 1>) -> bool {
        // SAFETY: the label is less than the width.
        let [top, z_y] =
            unsafe { [largest::<T::Vec>(row.inputs[0], row.width), *row.inputs[0].add(row.label)] }.map(T::to_f64);
        let h = self.margin + (top - z_y);
        let most = T::from_f64(if self.p == 2.0 { h * h } else { h } * row.width as f64).to_f64();
        top.is_finite() && z_y.is_finite() && most == f64::INFINITY
    }

    /// The loss of a row that overflows; writes its derivatives.
    ///
    /// # Safety
    /// As [`Self::weston_watkins`].
    #[cold]
    #[inline(never)]
    unsafe fn in_units<T: Float>(&self, row: &Row<T, 1, 1>) -> f64 {
        let (y, share, square) = (row.label, 1.0 / row.width as f64, self.p == 2.0);
        // SAFETY: places are less than the width; each is read before it is written.
        unsafe {
            let scaled = |k: usize| (*row.inputs[0].add(k)).to_f64() / UNIT;
            let (z_y, margin, mut totals) = (scaled(y), self.margin / UNIT, [0.0; 3]);
            let back = if square { UNIT } else { 1.0 };
            let [slope, curvature] = [self.p * back, if square { 2.0 } else { 0.0 }].map(|x| row.scale * share * x);
            for j in (0..row.width).filter(|&j| j != y) {
                let h = margin + (scaled(j) - z_y);
                // NaN stays.
                let h = if h <= 0.0 { 0.0 } else { h };
                let active = f64::from(h != 0.0);
                let inner = if square { h } else { active };
                row.set(j, inner * slope, active * curvature);
                totals = [totals[0] + if square { h * h } else { h }, totals[1] + inner, totals[2] + active];
            }
            row.set(y, -slope * totals[1], curvature * totals[2]);
            share * UNIT * back * totals[0]
        }
    }

    /// As [`Self::weston_watkins`], where nothing overflows.
    ///
    /// # Safety
    /// As [`Self::weston_watkins`].
    #[inline(never)]
    unsafe fn all<T: Float>(&self, row: &Row<T, 1, 1>) -> f64 {
        let (y, [z], [grad], [hess]) = (row.label, row.inputs, row.grads, row.hess);
        let (zero, share, square) = (T::Vec::zero(), 1.0 / row.width as f64, self.p == 2.0);
        // SAFETY: the label is less than the width.
        let (z_y, margin) = (unsafe { *z.add(y) }.to_f64(), T::Vec::c(self.margin));
        let [slope, curvature] = [self.p, if square { 2.0 } else { 0.0 }].map(|x| T::Vec::c(row.scale * share * x));
        // The classes before y, then those after; Σ max(0, h)^p, Σ max(0, h)^(p−1) and the number of h > 0.
        let mut totals = [0.0; 3];
        for (from, to) in [(0, y), (y + 1, row.width)] {
            strips(to - from, |start, n| {
                let start = from + start;
                // SAFETY: start + at + n ≤ to ≤ width.
                let z = |at, n| unsafe { load::<T::Vec>(z, at + start, n) };
                let part = sums(n, z, |at: At, n, z| {
                    // NaN stays.
                    let h = (margin + (z - T::Vec::c(z_y))).pmax(zero);
                    let active = T::Vec::c(1.0).keep(zero.lt(h));
                    let inner = if square { h } else { active };
                    // SAFETY: as above.
                    unsafe {
                        store(inner * slope, grad, at + start, n);
                        store(active * curvature, hess, at + start, n);
                    }
                    [if square { h * h } else { h }, inner, active]
                });
                totals = from_fn(|i| totals[i] + part[i]);
            });
        }
        // SAFETY: the label is less than the width.
        unsafe {
            fill(if grad.is_null() { grad } else { grad.add(y) }, 1, -row.scale * share * self.p * totals[1]);
            let curvature = if square { row.scale * share * 2.0 * totals[2] } else { 0.0 };
            fill(if hess.is_null() { hess } else { hess.add(y) }, 1, curvature);
        }
        // A row of the label alone has nothing that its NaN would be in.
        if z_y.is_nan() { z_y } else { share * totals[0] }
    }
}
