//! The memory that a sequence works in: O(T·L) for its gradient, O(C + L) for its loss alone.

use super::far::{D, Far, FarRow, LANES};
use crate::simd::Vector;

/// The sizes of a sequence, and of the memory it works in.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Steps T that there is room for.
    pub steps: usize,
    /// Classes C.
    pub width: usize,
    /// Labels L that there is room for.
    pub count: usize,
    /// Whether every step stays in memory, for the way back.
    pub keeps: bool,
}

impl Shape {
    /// Blanks before, between and after the labels, in whole registers: as long as rows of the lattice are.
    pub fn padded(&self) -> usize {
        (self.count + 1).next_multiple_of(LANES)
    }
    /// Classes in whole registers, of floats too.
    fn classes(&self) -> usize {
        self.width.next_multiple_of(4)
    }
    /// Steps that are in memory at a time: with the one before the first, or two that take turns.
    fn kept(&self) -> usize {
        if self.keeps { self.steps + 1 } else { 2 }
    }
    /// Doubles of a step: blanks, labels, emissions, and a few numbers.
    fn step(&self) -> usize {
        (3 * FarRow::size(self.padded())).saturating_add(STEP_NUMBERS)
    }
    /// Bytes of a [`Work`]; `usize::MAX` if that is too large a number.
    pub fn bytes(&self) -> usize {
        let rows = 2 * 2 * FarRow::size(self.padded());
        let classes = self.classes().saturating_mul(3);
        let flat = (2 * self.padded() + 4 * LANES).saturating_add(rows).saturating_add(classes);
        self.kept().saturating_mul(self.step()).saturating_add(flat).saturating_mul(size_of::<f64>())
    }
}

/// Numbers of a step beside its rows, in whole registers.
const STEP_NUMBERS: usize = 2 * LANES;

/// The states of a step: probabilities of being in each blank, and in each label.
#[derive(Clone, Copy)]
pub struct States {
    /// Blank j is before label j; the last one is after all of them.
    pub blanks: FarRow,
    /// The labels, a 0 before the first.
    pub labels: FarRow,
}

impl States {
    /// Writes 0 everywhere.
    ///
    /// # Safety
    /// - `padded` is the length of the rows.
    pub unsafe fn clear(self, padded: usize) {
        // SAFETY: the caller's guarantee.
        unsafe {
            self.blanks.clear(padded);
            self.labels.clear(padded);
        }
    }
    /// Makes the mantissas about 1.
    ///
    /// # Safety
    /// - `padded` is the length of the rows.
    pub unsafe fn normalise(self, padded: usize) {
        // SAFETY: the caller's guarantee.
        unsafe {
            self.blanks.normalise(padded);
            self.labels.normalise(padded);
        }
    }
}

/// What a step emits, each probability over the same power of two.
#[derive(Clone, Copy)]
pub struct Emissions {
    /// p of each label.
    pub labels: FarRow,
    /// p of the blank: mantissa and power; and 1/Σe of the step.
    pub numbers: *mut f64,
}

impl Emissions {
    /// p of the blank, in all lanes.
    ///
    /// # Safety
    /// - It was written.
    #[inline(always)]
    pub unsafe fn blank(self) -> Far {
        // SAFETY: the caller's guarantee.
        unsafe { Far { m: D::c(*self.numbers), e: D::c(*self.numbers.add(1)) } }
    }
}

/// The memory of a sequence, cut into arrays.
pub struct Work {
    shape: Shape,
    /// Mantissas of e^(z − max) of all classes of a step, their powers, and the occupancies.
    pub classes: [*mut f64; 3],
    /// What a path pays that goes from label j − 1 straight to label j: 0, or all where they are the same.
    pub skips: *mut f64,
    /// Occupancies of the labels of a step.
    pub shares: *mut f64,
    steps: *mut f64,
    back: *mut f64,
}

impl Work {
    /// Cuts `memory` up.
    ///
    /// # Safety
    /// - `memory` is valid for [`Shape::bytes`] and aligned for doubles.
    pub unsafe fn new(shape: Shape, memory: *mut f64) -> Self {
        // SAFETY: the arrays have the lengths that `bytes` adds up.
        unsafe {
            let classes = [0, 1, 2].map(|k| memory.add(k * shape.classes()));
            let skips = memory.add(3 * shape.classes());
            let shares = skips.add(shape.padded() + 2 * LANES);
            let back = shares.add(shape.padded() + 2 * LANES);
            Work { shape, classes, skips, shares, back, steps: back.add(4 * FarRow::size(shape.padded())) }
        }
    }
    /// Where step t is; step 0 is before the first.
    fn at(&self, t: usize) -> *mut f64 {
        let place = if self.shape.keeps { t } else { t % 2 };
        // SAFETY: there is room for as many steps as are kept.
        unsafe { self.steps.add(place * self.shape.step()) }
    }
    /// The states after t steps.
    pub fn states(&self, t: usize) -> States {
        let (at, padded) = (self.at(t), self.shape.padded());
        // SAFETY: the step has room for both.
        unsafe { States { blanks: FarRow::new(at, padded), labels: FarRow::new(at.add(FarRow::size(padded)), padded) } }
    }
    /// What the t-th step emits, from 1 on.
    pub fn emissions(&self, t: usize) -> Emissions {
        let (at, padded) = (self.at(t), self.shape.padded());
        // SAFETY: the step has room for both.
        unsafe {
            Emissions {
                labels: FarRow::new(at.add(2 * FarRow::size(padded)), padded),
                numbers: at.add(3 * FarRow::size(padded)),
            }
        }
    }
    /// The states of the way back, of which two take turns.
    pub fn backward(&self, turn: usize) -> States {
        let (size, padded) = (FarRow::size(self.shape.padded()), self.shape.padded());
        // SAFETY: there are four rows.
        unsafe {
            let at = self.back.add((turn % 2) * 2 * size);
            States { blanks: FarRow::new(at, padded), labels: FarRow::new(at.add(size), padded) }
        }
    }
}
