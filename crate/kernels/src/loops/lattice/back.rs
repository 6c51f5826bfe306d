//! The way back: what follows each state, and with that how much of the paths' probability goes through it.

use super::emit::slopes;
use super::far::{D, Far, LANES};
use super::work::{States, Work};
use super::{NORMAL, Sequence};
use crate::simd::{Float, Vector};

impl<T: Float> Sequence<T> {
    /// Writes the gradient: in each step p, less the occupancy of a class, which is the share of the paths that are in it.
    ///
    /// # Safety
    /// - As [`Sequence::loss`], after [`Sequence::forward`], with a gradient and at least one path.
    pub(super) unsafe fn backward(&self, work: &Work) {
        let (padded, count, [_, _, occupancies]) = (self.padded(), self.count, work.classes);
        // SAFETY: steps, labels and classes are the sequence's.
        unsafe {
            for turn in [0, 1] {
                work.backward(turn).clear(padded);
            }
            // A path ends in the last blank or in the last label.
            let last = work.backward(self.steps);
            last.blanks.set(count as isize, (1.0, 0.0));
            if count > 0 {
                last.labels.set(count as isize - 1, (1.0, 0.0));
            }
            occupancies.write_bytes(0, self.width.next_multiple_of(4));
            for t in (1..=self.steps).rev() {
                let after = work.backward(t);
                self.occupy(work.states(t), after, work);
                slopes(self, work, t);
                self.used(|class| *occupancies.add(class) = 0.0);
                self.retreat(work, t);
                if (self.steps - t + 1).is_multiple_of(NORMAL) {
                    work.backward(t - 1).normalise(padded);
                }
            }
        }
    }

    /// Calls `f` with the classes that the paths go through.
    ///
    /// # Safety
    /// - As [`Sequence::loss`].
    pub(super) unsafe fn used(&self, mut f: impl FnMut(usize)) {
        f(self.blank);
        // SAFETY: j is a label.
        (0..self.count).for_each(|j| f(unsafe { *self.labels.add(j) } as usize));
    }

    /// Adds up the occupancies of the classes in a step, from what leads to each state and what follows it. They are shares of their own sum,
    /// which is the same in every step but for rounding.
    ///
    /// # Safety
    /// - As [`Sequence::loss`]; the states are computed, and the occupancies of the used classes 0.
    #[inline(never)]
    unsafe fn occupy(&self, before: States, after: States, work: &Work) {
        let [_, _, occupancies] = work.classes;
        let registers = || (0..self.padded() as isize).step_by(LANES);
        // SAFETY: j is within the rows.
        unsafe {
            let through = |j| {
                let blank = before.blanks.load(j).times(after.blanks.load(j));
                (blank, before.labels.load(j).times(after.labels.load(j)))
            };
            let most = registers().fold(D::c(f64::NEG_INFINITY), |most, j| {
                let (blank, label) = through(j);
                most.pmax(blank.e).pmax(label.e)
            });
            let most = D::c(most.largest());
            let [mut blanks, mut labels] = [D::zero(); 2];
            for j in registers() {
                let (blank, label) = through(j);
                let share = label.at_power(most);
                share.store(work.shares.offset(j));
                (blanks, labels) = (blanks + blank.at_power(most), labels + share);
            }
            let blanks = blanks.total();
            let whole = 1.0 / (blanks + labels.total());
            *occupancies.add(self.blank) = blanks * whole;
            for j in 0..self.count {
                let occupancy = occupancies.add(*self.labels.add(j) as usize);
                *occupancy += *work.shares.add(j) * whole;
            }
        }
    }

    /// What follows the states before step t, from what follows those after it, in whose place its emissions are multiplied in.
    ///
    /// # Safety
    /// - As [`Sequence::loss`]; the step's emissions are computed.
    #[inline(never)]
    unsafe fn retreat(&self, work: &Work, t: usize) {
        let (from, to, emissions) = (work.backward(t), work.backward(t - 1), work.emissions(t));
        let registers = || (0..self.padded() as isize).step_by(LANES);
        // SAFETY: j is within the rows, and what is after them is there to be read.
        unsafe {
            let p_blank: Far = emissions.blank();
            for j in registers() {
                from.blanks.store(j, from.blanks.load(j).times(p_blank));
                from.labels.store(j, from.labels.load(j).times(emissions.labels.load(j)));
            }
            for j in registers() {
                let (blank, label, next) = (from.blanks.load(j), from.labels.load(j), from.labels.load(j + 1));
                let skip = D::load(work.skips.offset(j + 1));
                to.blanks.store(j, blank.plus(label));
                to.labels.store(j, label.plus_two(from.blanks.load(j + 1), next.unless(skip)));
            }
        }
    }
}
