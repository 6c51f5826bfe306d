//! Hinge losses of a row of scores.

mod weston_watkins;

use super::best_wrong::best_wrong;
use crate::loops::row::many::{self, ManyRows};
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::walk::{fill, is_clean};
use crate::loops::{Outcome, Total};
use crate::simd::{Float, Vector};

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
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantees.
        unsafe { if self.weston_watkins == 0.0 { many::run(self, call, total) } else { one_by_one(self, call, total) } }
    }
}

impl<T: Float> OneRow<T, 1, 1> for MulticlassHinge {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: the caller's guarantees.
        unsafe {
            let loss = if self.weston_watkins != 0.0 {
                self.weston_watkins(row)
            } else if is_clean::<T::Vec>(row.inputs[0], row.width) {
                let (h, j) = self.best(row.inputs[0], row.label, row.width);
                row.fill(0.0);
                if h > 0.0 {
                    row.set(j, row.scale, 0.0);
                    row.set(row.label, -row.scale, 0.0);
                }
                h
            } else {
                f64::NAN
            };
            // Of NaN, and of infinities.
            Ok(if loss.is_nan() { row.fill(f64::NAN) } else { loss })
        }
    }
}

impl<T: Float> ManyRows<T> for MulticlassHinge {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, losses: *mut f64) {
        // Read once: for all the compiler knows, what is written below may change them.
        let RowCall { rows, width, scale, labels, inputs: [z], grads: [grad], .. } = *call;
        for r in 0..rows {
            // SAFETY: r < rows, and the label is less than the width.
            unsafe {
                let (start, y) = (r * width, *labels.add(r) as usize);
                let (h, j) = self.best(z.add(start), y, width);
                *losses.add(r) = h;
                if grad.is_null() {
                    continue;
                }
                // A product, where a jump would be mispredicted half the time.
                let slope = scale * f64::from(h > 0.0);
                let grad = grad.add(start);
                *grad.add(y) = T::from_f64(0.0 - slope);
                *grad.add(j) = T::from_f64(slope);
                if h.is_nan() {
                    fill(grad, width, f64::NAN);
                }
            }
        }
    }
}

impl MulticlassHinge {
    /// Crammer and Singer's loss of a row without NaN, and the best wrong class. NaN where no limit exists.
    ///
    /// # Safety
    /// - `z` is valid for reads of `width` elements, `y` < `width`.
    #[inline(always)]
    unsafe fn best<T: Float>(&self, z: *const T, y: usize, width: usize) -> (f64, usize) {
        // SAFETY: y < width.
        unsafe {
            let (best, j) = best_wrong(z, y, width);
            let h = if width == 1 { 0.0 } else { self.margin + (best - (*z.add(y)).to_f64()) };
            (<f64 as Float>::Vec::c(h).pmax(Vector::zero()).lane(0), j)
        }
    }
}
