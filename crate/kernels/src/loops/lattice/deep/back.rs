//! The way back, from the last step to the first.

use super::log::Log;
use super::{Paths, clear};
use crate::loops::lattice::Sequence;
use crate::loops::lattice::emit::slopes;
use crate::loops::lattice::work::Work;
use crate::simd::Float;

/// Writes the gradient, as [`Sequence::backward`] does.
///
/// # Safety
/// - As there.
pub(super) unsafe fn backward<T: Float>(sequence: &Sequence<T>, work: &Work) {
    let (paths, steps, [_, _, occupancies]) = (Paths::of(sequence), sequence.steps, work.classes);
    let count = paths.count;
    // SAFETY: steps, labels and classes are the sequence's.
    unsafe {
        let last = work.backward(steps);
        clear(paths, last.blanks, last.labels);
        Log(0.0, 0.0).put(last.blanks, count);
        if count > 0 {
            Log(0.0, 0.0).put(last.labels, count - 1);
        }
        occupancies.write_bytes(0, sequence.width.next_multiple_of(4));
        for t in (1..=steps).rev() {
            occupy(paths, work, t);
            slopes(sequence, work, t);
            sequence.used(|class| *occupancies.add(class) = 0.0);
            retreat(paths, work, t);
        }
    }
}

/// Adds up the occupancies of the classes in step t.
///
/// # Safety
/// - As [`Sequence::loss`]; the states are computed, and the occupancies of the used classes 0.
#[inline(never)]
unsafe fn occupy(paths: Paths, work: &Work, t: usize) {
    let (before, after, [_, _, occupancies]) = (work.states(t), work.backward(t), work.classes);
    let (count, mut most) = (paths.count, Log::NONE);
    // SAFETY: j is within the rows.
    unsafe {
        let blank = |j| Log::at(before.blanks, j).times(Log::at(after.blanks, j));
        let label = |j| Log::at(before.labels, j).times(Log::at(after.labels, j));
        let all = || (0..=count).map(blank).chain((0..count).map(label));
        all().for_each(|through| most = if most.is_less(through) { through } else { most });
        let whole: f64 = all().map(|through| through.over(most)).sum();
        for j in 0..=count {
            *occupancies.add(paths.blank) += blank(j).over(most) / whole;
        }
        for j in 0..count {
            *occupancies.add(*paths.labels.offset(j) as usize) += label(j).over(most) / whole;
        }
    }
}

/// What follows the states before step t, from what follows those after it.
///
/// # Safety
/// - As [`Sequence::loss`]; the step's emissions are computed.
#[inline(never)]
unsafe fn retreat(paths: Paths, work: &Work, t: usize) {
    let (from, to, emissions) = (work.backward(t), work.backward(t - 1), work.emissions(t));
    let count = paths.count;
    // SAFETY: j is within the rows, or after them.
    unsafe {
        clear(paths, to.blanks, to.labels);
        let p_blank = Log(*emissions.numbers, *emissions.numbers.add(1));
        let blank = |j| Log::at(from.blanks, j).times(p_blank);
        let label = |j| if j < count { Log::at(from.labels, j).times(Log::at(emissions.labels, j)) } else { Log::NONE };
        for j in 0..=count {
            blank(j).plus(label(j)).put(to.blanks, j);
            if j < count {
                let stays = label(j).plus(blank(j + 1));
                let next = if paths.skips(j + 1) { stays.plus(label(j + 1)) } else { stays };
                next.put(to.labels, j);
            }
        }
    }
}
