//! Sequences with logits so far below the others that the power of two of their probability has no exact fraction of ln 2 any more: what
//! paths have in common then hides how they differ. Logarithms instead, each the sum of two doubles.

mod back;
mod log;

use super::Sequence;
use super::emit::{exponentials, limit};
use super::far::{D, FarRow};
use super::work::Work;
use crate::loops::walk::{each_singly, largest, load};
use crate::math::ln;
use crate::simd::{Float, Mask, Vector};
use back::backward;
use log::Log;

/// A logit this far below the largest of its step is deep. Of nearer ones an exponential has its power of two exactly.
const DEEP: f64 = 1_048_576.0;

/// What the walks through the lattice know of a sequence, whatever its logits are.
#[derive(Clone, Copy)]
struct Paths {
    labels: *const i32,
    count: isize,
    blank: usize,
}

impl Paths {
    fn of<T: Float>(sequence: &Sequence<T>) -> Paths {
        Paths { labels: sequence.labels, count: sequence.count as isize, blank: sequence.blank }
    }
    /// Whether a path may go from label j − 1 straight to label j.
    ///
    /// # Safety
    /// - As [`Sequence::loss`].
    unsafe fn skips(self, j: isize) -> bool {
        // SAFETY: j and j − 1 are labels.
        0 < j && j < self.count && unsafe { *self.labels.offset(j) != *self.labels.offset(j - 1) }
    }
}

/// Whether a class that paths go through is finite and deep in a step: looked for only where the sequence has a logit of that size.
///
/// # Safety
/// - As [`Sequence::loss`].
pub unsafe fn is_deep<T: Float>(sequence: &Sequence<T>) -> bool {
    let Sequence { logits, steps, width, .. } = *sequence;
    let (mut large, half) = (<T::Vec as Vector>::Mask::none(), T::Vec::c(0.5 * DEEP));
    // SAFETY: the places are the sequence's.
    unsafe {
        each_singly::<T::Vec>(steps * width, |at, n| {
            let x = load::<T::Vec>(logits, at, n).abs();
            large = large | (half.lt(x) & x.lt(T::Vec::c(f64::INFINITY)));
        });
        large.any()
            && (0..steps).any(|t| {
                let z = logits.add(t * width);
                let (max, mut is_deep) = (largest::<T::Vec>(z, width).to_f64(), false);
                sequence.used(|class| {
                    let gap = max - (*z.add(class)).to_f64();
                    is_deep |= gap > DEEP && gap.is_finite();
                });
                is_deep
            })
    }
}

/// The loss of such a sequence; writes the gradient.
///
/// # Safety
/// - As [`Sequence::loss`].
#[cold]
pub unsafe fn loss<T: Float>(sequence: &Sequence<T>, work: &Work) -> f64 {
    let (paths, Sequence { steps, count, .. }) = (Paths::of(sequence), *sequence);
    // SAFETY: the caller's guarantees; steps and labels are the sequence's.
    unsafe {
        clear(paths, work.states(0).blanks, work.states(0).labels);
        Log(0.0, 0.0).put(work.states(0).blanks, 0);
        for t in 1..=steps {
            if !emit(sequence, work, t) {
                sequence.fill(f64::NAN);
                return f64::NAN;
            }
            advance(paths, work, t);
        }
        let end = work.states(steps);
        let whole = Log::at(end.blanks, count as isize).plus(Log::at(end.labels, count as isize - 1));
        if whole.0 == f64::NEG_INFINITY {
            sequence.fill(0.0);
            return f64::INFINITY;
        }
        if !sequence.grad.is_null() {
            backward(sequence, work);
        }
        (0.0 - (whole.0 + whole.1)).max(0.0)
    }
}

/// Makes all states of a step, and those before and after them, impossible: ln 0.
///
/// # Safety
/// - The rows are the sequence's.
#[inline(never)]
unsafe fn clear(paths: Paths, blanks: FarRow, labels: FarRow) {
    for j in -1..=paths.count + 1 {
        // SAFETY: the caller's guarantee.
        unsafe { (Log::NONE.put(blanks, j), Log::NONE.put(labels, j)) };
    }
}

/// Computes the step's exponentials, into the gradient where there is one, and ln p of the blank and the labels; false without a softmax.
///
/// # Safety
/// - As [`super::emit::emit`].
unsafe fn emit<T: Float>(sequence: &Sequence<T>, work: &Work, t: usize) -> bool {
    let Sequence { logits, labels, grad, width, count, blank, .. } = *sequence;
    let emissions = work.emissions(t);
    // SAFETY: the step is within the sequence, classes and labels within their counts. Logits are read before e is written.
    unsafe {
        let z = logits.add((t - 1) * width);
        let e = if grad.is_null() { grad } else { grad.add((t - 1) * width) };
        let max = largest::<T::Vec>(z, width).to_f64();
        let gap = |class: usize| {
            let x = (*z.add(class)).to_f64();
            if x == max { Log(0.0, 0.0) } else { Log::of(x, max) }
        };
        (0..count).for_each(|j| gap(*labels.add(j) as usize).put(emissions.labels, j as isize));
        let own = gap(blank);
        let sum = if max.is_infinite() { limit(z, e, width, work) } else { exponentials(z, e, width, max, work) };
        if sum.is_nan() {
            return false;
        }
        let over = Log(0.0 - ln(D::c(sum)).lane(0), 0.0);
        (0..count as isize).for_each(|j| Log::at(emissions.labels, j).times(over).put(emissions.labels, j));
        let Log(high, low) = own.times(over);
        emissions.numbers.cast::<[f64; 3]>().write([high, low, 1.0 / sum]);
        true
    }
}

/// The states after step t from those before it.
///
/// # Safety
/// - As [`Sequence::loss`]; the step's emissions and the states before it are computed.
#[inline(never)]
unsafe fn advance(paths: Paths, work: &Work, t: usize) {
    let (from, to, emissions) = (work.states(t - 1), work.states(t), work.emissions(t));
    // SAFETY: j is within the rows, or before them.
    unsafe {
        clear(paths, to.blanks, to.labels);
        let p_blank = Log(*emissions.numbers, *emissions.numbers.add(1));
        for j in 0..=paths.count {
            let (blank, before) = (Log::at(from.blanks, j), Log::at(from.labels, j - 1));
            blank.plus(before).times(p_blank).put(to.blanks, j);
            if j < paths.count {
                let from = Log::at(from.labels, j).plus(blank);
                let from = if paths.skips(j) { from.plus(before) } else { from };
                from.times(Log::at(emissions.labels, j)).put(to.labels, j);
            }
        }
    }
}
