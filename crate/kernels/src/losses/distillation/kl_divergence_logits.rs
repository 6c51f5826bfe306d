//! Kullback-Leibler divergence of a row of probabilities from the softmax of a row of logits.

use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise};
use crate::loops::softmax;
use crate::loops::softmax::short::lanes::{SHORT_WEIGHED, Wide, read};
use crate::loops::softmax::short::{Rows, ShortRows, Weights};
use crate::loops::walk::{load, strips, sums};
use crate::loops::{Outcome, Total};
use crate::losses::softmax::softmax_target::TargetPlan;
use crate::losses::target::{Target, exp_of};
use crate::losses::unit::Range;
use crate::math::{finite_parts, ln_of_parts};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;

/// Σ p_k (ln p_k − ln q_k), q the softmax of the logits: cross-entropy less the target's entropy.
///
/// Gradient and Hessian with respect to the logits: cross-entropy's. A term with p_k = 0 contributes exactly 0 to the loss. Probabilities
/// must be in [0, 1].
pub struct KlDivergenceLogits {
    /// Whether p is given as log-probabilities
    pub log_target: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for KlDivergenceLogits {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantees.
        unsafe { softmax::run(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 2, 1> for KlDivergenceLogits {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (p, width, is_log) = (row.inputs[1], row.width, self.log_target != 0.0);
        // SAFETY: the caller's guarantees.
        unsafe {
            let offset = minus_entropy(p, width, is_log)?;
            Ok(softmax::row(row, Some(TargetPlan::new(Target::given(p, is_log), 0.0, offset))))
        }
    }
}

/// The same of several short rows.
impl<T: Float> ShortRows<T> for KlDivergenceLogits {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: the caller's guarantees.
        unsafe { read(&rows.targets, rows.width, weights.t) };
        // The target becomes weights, and its entropy a part of the loss.
        let mut minus_entropy = [Wide::<T>::zero(); 2];
        if self.log_target != 0.0 {
            for t in weights.t.iter_mut() {
                let p = exp_of(*t);
                (p * log_of(p, *t)).accumulate(&mut minus_entropy);
                *t = p;
            }
        } else {
            let mut range = Range::<T::Four>::default();
            let mut parts = [const { MaybeUninit::<[T::Four; 2]>::uninit() }; SHORT_WEIGHED];
            for (&p, parts) in weights.t.iter().zip(&mut parts) {
                range.add(p);
                parts.write(finite_parts(p));
            }
            for (&p, parts) in weights.t.iter().zip(&parts) {
                // SAFETY: written above, for as many.
                let ln = ln_of_parts(unsafe { parts.assume_init_read() });
                (p * ln).accumulate(&mut minus_entropy);
            }
            weights.alone = range.leaves_unit().bits();
        }
        weights.offset = minus_entropy;
    }
}

/// Σ p_k ln p_k of a row of probabilities, or of their logarithms; invalid if a probability isn't in [0, 1].
///
/// # Safety
/// - `given` is valid for reads of `width` elements.
#[inline(never)]
unsafe fn minus_entropy<T: Float>(given: *const T, width: usize, is_log: bool) -> Result<f64, Invalid> {
    let (mut range, mut total) = (Range::<T::Vec>::default(), 0.0);
    strips(width, |start, length| {
        // SAFETY: the strip is within the row.
        let read = |at, n| -> T::Vec { unsafe { load(given.wrapping_add(start), at, n) } };
        let [sum] = sums(length, read, |_, _, given| {
            if is_log {
                let p = exp_of(given);
                return [p * log_of(p, given)];
            }
            range.add(given);
            [given * ln_of_parts(finite_parts(given))]
        });
        total += sum;
    });
    if !is_log && range.leaves_unit().any() { Err(Invalid) } else { Ok(total) }
}

/// The logarithm l of p, but finite where p is 0.
#[inline(always)]
fn log_of<V: Vector>(p: V, l: V) -> V {
    l.drop(p.eq(V::zero()))
}
