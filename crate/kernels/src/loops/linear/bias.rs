//! Σ over rows of g: what scores' derivatives make of the bias.

use super::{Part, Slopes};
use crate::loops::matrix::tree::{Exact, RUN};
use crate::loops::walk::{load, store};
use crate::simd::{Float, Vector};

/// Derivatives in the bias, by a chunk's rows.
#[derive(Clone, Copy)]
pub struct Bias<T> {
    /// Derivatives in the scores.
    pub slopes: Slopes<T>,
    /// Which of the rows the chunk is.
    pub part: Part,
    /// Memory for the sums of all chunks, and for what additions lost, an element a class each; null for sums that grow in `to`.
    pub sums: [*mut T; 2],
    /// Output.
    pub to: *mut T,
}

impl<T: Float> Bias<T> {
    /// Adds what the chunk makes.
    ///
    /// # Safety
    /// - The arrays have these sizes; outputs overlap nothing else.
    pub unsafe fn run(&self) {
        let (classes, lanes) = (self.slopes.classes, T::Vec::LANES);
        for class in (0..classes).step_by(lanes) {
            // SAFETY: there are these classes. The length of a whole register is known when this is compiled.
            unsafe {
                if class + lanes <= classes {
                    self.register(class, lanes)
                } else {
                    self.register(class, classes - class)
                }
            };
        }
    }

    /// The derivatives of n classes, at most a register.
    ///
    /// # Safety
    /// - There are n classes from `class` on.
    #[inline(always)]
    unsafe fn register(&self, class: usize, n: usize) {
        let [sums, lost] = self.sums;
        let none = T::Vec::zero();
        // SAFETY: the caller's guarantee; the sums are where there is memory for them, or in the output.
        unsafe {
            let before = match (self.part.before, sums.is_null()) {
                (false, _) => Exact(none, none),
                (true, true) => Exact(load(self.to, class, n), none),
                (true, false) => Exact(load(sums, class, n), load(lost, class, n)),
            };
            let total = self.total(before, class, n);
            if self.part.after && !sums.is_null() {
                store(total.0, sums, class, n);
                store(total.1, lost, class, n);
            } else {
                store(total.value(), self.to, class, n);
            }
        }
    }

    /// A sum, and the slopes of n classes: those of a run of rows are added, then their sums exactly.
    ///
    /// # Safety
    /// - As above.
    #[inline(always)]
    unsafe fn total(&self, mut total: Exact<T::Vec>, class: usize, n: usize) -> Exact<T::Vec> {
        let Slopes { rows, at, stride, .. } = self.slopes;
        for start in (0..rows).step_by(RUN) {
            let mut sum = T::Vec::zero();
            for row in start..rows.min(start + RUN) {
                // SAFETY: the row has these classes.
                sum = sum + unsafe { load(at.add(row * stride), class, n) };
            }
            total = total.plus(sum);
        }
        total
    }
}
