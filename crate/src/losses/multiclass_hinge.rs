//! Hinge losses of a row of scores.

use crate::drivers::rowwise::{Invalid, Row, Rowwise, fill};
use crate::drivers::walk::{each, largest, load, position, store, sums};
use crate::simd::{Float, Mask, Vector};

/// With h_j = m − z_y + z_j: max(0, max_{j≠y} h_j) (Crammer and Singer), or Σ_{j≠y} max(0, h_j)^p / K (Weston and Watkins).
///
/// Gradient with respect to z where h_j > 0, else 0: 1 at the best wrong class j (the first of equals); or p h_j^(p−1)/K at
/// each j. Minus its sum at y. Hessian: 0; for p = 2, 2/K at each j with h_j > 0 and their sum at y.
pub struct MulticlassHinge {
    /// m ≥ 0
    pub margin: f64,
    /// 1: Weston and Watkins; 0: Crammer and Singer
    pub weston_watkins: f64,
    /// 1 or 2
    pub p: f64,
}

impl<T: Float> Rowwise<T, 1, 1> for MulticlassHinge {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: the caller's guarantees.
        let loss = unsafe { if self.weston_watkins == 0.0 { self.best(row) } else { self.all(row) } };
        // SAFETY: as above.
        Ok(if loss.is_nan() { unsafe { row.fill(f64::NAN) } } else { loss })
    }
}

impl MulticlassHinge {
    /// Crammer and Singer's loss.
    ///
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn best<T: Float>(&self, row: &Row<T, 1, 1>) -> f64 {
        let (z, y, [grad]) = (row.inputs[0], row.label, row.grads);
        let mut nan = <T::Vec as Vector>::Mask::none();
        // SAFETY: places are less than the width; all is read before anything is written.
        unsafe {
            each::<T::Vec>(row.width, |at, n| nan = nan | load::<T::Vec>(z, at, n).is_nan());
            if nan.any() {
                return f64::NAN;
            }
            let (before, after) = (largest::<T::Vec>(z, y), largest::<T::Vec>(z.add(y + 1), row.width - y - 1));
            let best = if before < after { after } else { before };
            let h = if row.width == 1 { 0.0 } else { self.margin + (best.to_f64() - (*z.add(y)).to_f64()) };
            let place = |start, end| position::<T::Vec>(z.add(start), end - start, best.to_f64()).map(|at| start + at);
            let active = h > 0.0 && !grad.is_null();
            let j = if active { place(0, y).or_else(|| place(y + 1, row.width)) } else { None };
            row.fill(0.0);
            if let Some(j) = j {
                *grad.add(j) = T::from_f64(row.scale);
                *grad.add(y) = T::from_f64(-row.scale);
            }
            if h < 0.0 { 0.0 } else { h }
        }
    }

    /// Weston and Watkins' loss.
    ///
    /// # Safety
    /// As [`Rowwise::row`].
    unsafe fn all<T: Float>(&self, row: &Row<T, 1, 1>) -> f64 {
        let (y, [z], [grad], [hess]) = (row.label, row.inputs, row.grads, row.hess);
        let (zero, share, square) = (T::Vec::zero(), 1.0 / row.width as f64, self.p == 2.0);
        // SAFETY: the label is less than the width.
        let (z_y, margin) = (unsafe { *z.add(y) }.to_f64(), T::Vec::c(self.margin));
        let [slope, curvature] = [self.p, if square { 2.0 } else { 0.0 }].map(|x| T::Vec::c(row.scale * share * x));
        // The classes before y, then those after; Σ max(0, h)^p, Σ max(0, h)^(p−1) and the number of h > 0.
        let mut totals = [0.0; 3];
        for (start, end) in [(0, y), (y + 1, row.width)] {
            let part = sums(end - start, |at, n| {
                // SAFETY: start + at + n ≤ end ≤ width; a place is read before it is written.
                unsafe {
                    // NaN stays.
                    let h = (margin + (load::<T::Vec>(z, start + at, n) - T::Vec::c(z_y))).pmax(zero);
                    let active = T::Vec::c(1.0).keep(zero.lt(h));
                    let inner = if square { h } else { active };
                    store(inner * slope, grad, start + at, n);
                    store(active * curvature, hess, start + at, n);
                    [if square { h * h } else { h }, inner, active]
                }
            });
            for (total, part) in totals.iter_mut().zip(part) {
                *total += part;
            }
        }
        // SAFETY: the label is less than the width.
        unsafe {
            fill(if grad.is_null() { grad } else { grad.add(y) }, 1, -row.scale * share * self.p * totals[1]);
            let curvature = if square { row.scale * share * 2.0 * totals[2] } else { 0.0 };
            fill(if hess.is_null() { hess } else { hess.add(y) }, 1, curvature);
        }
        share * totals[0]
    }
}
