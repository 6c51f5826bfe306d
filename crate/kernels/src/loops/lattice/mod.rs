//! The lattice of a sequence: the paths by which T steps spell L labels, each label in one step or several in a row, blanks before, between
//! and after them, of which the one between two equal labels can't be left out.
//!
//! ```text
//! blank 0   ●───●───●───●      each step stays, or moves on: from a blank to the label after it, from a label to
//!             ╲   ╲   ╲        the blank after it, or straight to the next label if that is another one
//! label 0   ●───●───●───●
//!             ╲ ╲ ╲   ╲
//! blank 1   ○───●───●───●
//! ```
//! Blanks and labels are rows of their own, so that registers hold neighbours. Probabilities of paths are mantissas and powers of two
//! ([`far`]), the powers of each step over the largest that it emits: no sum of them takes a logarithm, nothing underflows, and the
//! gradient has no more error than the steps' exponentials.

mod back;
mod deep;
mod emit;
pub mod far;
pub mod work;

use crate::loops::walk::fill;
use crate::math::{NOTHING, ln};
use crate::simd::{Float, Vector};
use far::{D, Far, LANES};
use work::Work;

/// Steps between those at which mantissas are made about 1 again: they grow by less than 2³ a step, and shrink by less than 2.
const NORMAL: usize = 64;

/// One sequence, as far as it is used.
#[derive(Clone, Copy)]
pub struct Sequence<T> {
    /// Unnormalised scores of the classes, step by step.
    pub logits: *const T,
    /// Classes, none of them the blank.
    pub labels: *const i32,
    /// Output: the gradient, or null. It may be in the logits' place.
    pub grad: *mut T,
    /// Steps.
    pub steps: usize,
    /// Classes.
    pub width: usize,
    /// Labels.
    pub count: usize,
    /// The class that stands for no label.
    pub blank: usize,
    /// Multiplies the gradient.
    pub factor: f64,
}

impl<T: Float> Sequence<T> {
    /// −ln of the sum of all paths' probabilities, ∞ if there are none; writes the gradient.
    ///
    /// # Safety
    /// - Logits and gradient are valid for `steps · width` elements, labels for `count`, all of them below `width`.
    /// - `work` is of a shape with as many steps, classes and labels, which keeps its steps where there is a gradient.
    pub unsafe fn loss(&self, work: &Work) -> f64 {
        // SAFETY: the caller's guarantees.
        unsafe {
            if self.needs() > self.steps {
                self.fill(0.0);
                return f64::INFINITY;
            }
            if deep::is_deep(self) {
                return deep::loss(self, work);
            }
            let Some(power) = self.forward(work) else {
                self.fill(f64::NAN);
                return f64::NAN;
            };
            let end = work.states(self.steps);
            let (blank, label) = (end.blanks.get(self.count as isize), end.labels.get(self.count as isize - 1));
            let whole = |(m, e)| Far { m: D::c(m), e: D::c(e) };
            let Far { m, e } = whole(blank).plus(whole(label));
            if m.lane(0) == 0.0 {
                self.fill(0.0);
                return f64::INFINITY;
            }
            if !self.grad.is_null() {
                self.backward(work);
            }
            (0.0 - (ln(m).lane(0) + (e.lane(0) + power) * core::f64::consts::LN_2)).max(0.0)
        }
    }

    /// Steps that the shortest path takes: one a label, and a blank between equal ones.
    ///
    /// # Safety
    /// - As [`Self::loss`].
    unsafe fn needs(&self) -> usize {
        // SAFETY: j is a label that isn't the first.
        self.count + (1..self.count).filter(|&j| unsafe { *self.labels.add(j) == *self.labels.add(j - 1) }).count()
    }

    /// Writes one number to all of the gradient.
    ///
    /// # Safety
    /// - As [`Self::loss`].
    unsafe fn fill(&self, x: f64) {
        // SAFETY: the caller's guarantee.
        unsafe { fill(self.grad, self.steps * self.width, x) }
    }

    /// Computes the states after every step, and returns the power of two that was left out of them; None where a step has no softmax.
    ///
    /// # Safety
    /// - As [`Self::loss`].
    unsafe fn forward(&self, work: &Work) -> Option<f64> {
        let padded = self.padded();
        let mut power = 0.0;
        // SAFETY: steps and labels are the sequence's.
        unsafe {
            for j in 0..padded + LANES {
                let differs = j > 0 && j < self.count && *self.labels.add(j) != *self.labels.add(j - 1);
                *work.skips.add(j) = if differs { 0.0 } else { NOTHING };
            }
            // Before the first step a path is in the first blank, from where it may stay or go on to the first label.
            work.states(0).clear(padded);
            work.states(0).blanks.set(0, (1.0, 0.0));
            for t in 1..=self.steps {
                power += emit::emit(self, work, t)?;
                self.advance(work, t);
                if t % NORMAL == 0 {
                    work.states(t).normalise(padded);
                }
            }
        }
        Some(power)
    }

    /// The states after step t from those before it.
    ///
    /// # Safety
    /// - As [`Self::loss`]; the step's emissions and the states before it are computed.
    #[inline(never)]
    unsafe fn advance(&self, work: &Work, t: usize) {
        let (from, to, emissions) = (work.states(t - 1), work.states(t), work.emissions(t));
        // SAFETY: j is within the rows, and what is before them is there to be read.
        unsafe {
            let p_blank = emissions.blank();
            to.labels.store(-(LANES as isize), Far { m: D::zero(), e: D::c(NOTHING) });
            for j in (0..self.padded() as isize).step_by(LANES) {
                let (blank, label, before) = (from.blanks.load(j), from.labels.load(j), from.labels.load(j - 1));
                let skip = D::load(work.skips.offset(j));
                to.blanks.store(j, blank.plus(before).times(p_blank));
                to.labels.store(j, label.plus_two(blank, before.unless(skip)).times(emissions.labels.load(j)));
            }
        }
    }

    /// The length of the lattice's rows.
    fn padded(&self) -> usize {
        (self.count + 1).next_multiple_of(LANES)
    }
}
