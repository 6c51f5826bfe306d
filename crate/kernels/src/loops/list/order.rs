//! The places of a list by falling relevance.

use crate::simd::{Float, Vector};
use core::mem::swap;

/// Elements that are sorted by counting, before runs of as many are merged.
const RUN: usize = 64;

/// Sorts the places of `n` numbers so that these fall, those of equal ones in their order; returns where they are: in the first or in the
/// second half of `places`. Runs of [`RUN`] are sorted by counting, and merged: O(n log n).
///
/// # Safety
/// - `y` is valid for reads of `n` elements, none of them NaN, and `places` for 2n.
#[inline(never)]
pub unsafe fn by_falling<T: Float>(y: *const T, n: usize, places: *mut u32) -> *const u32 {
    // SAFETY: runs end at n at the latest.
    unsafe {
        let (mut from, mut to) = (places, places.add(n));
        (0..n).step_by(RUN).for_each(|start| count(y, from, [start, n.min(start + RUN)]));
        let mut run = RUN;
        while run < n {
            let mut start = 0;
            while start < n {
                let (middle, end) = ((start + run).min(n), (start + 2 * run).min(n));
                merge(y, from, to, [start, middle, end]);
                start = end;
            }
            swap(&mut from, &mut to);
            run *= 2;
        }
        from
    }
}

/// Writes the places of a run in order: each behind as many as are to come before it. No branch depends on the numbers.
///
/// # Safety
/// - As [`by_falling`]; there are [`RUN`] at most.
#[inline(always)]
unsafe fn count<T: Float>(y: *const T, to: *mut u32, [start, end]: [usize; 2]) {
    let (n, lanes, one) = (end - start, T::Vec::LANES, T::Vec::c(1.0));
    let mut before = [T::from_f64(0.0); RUN];
    // SAFETY: i and j are within the run, of which a register is read as far as there is one.
    unsafe {
        let y = y.add(start);
        let all = |j: usize| T::Vec::c((*y.add(j)).to_f64());
        for at in (0..n).step_by(lanes) {
            let there = lanes.min(n - at);
            let own = if there == lanes { T::Vec::load(y.add(at)) } else { T::Vec::load_first(y.add(at), there) };
            let mut sum = T::Vec::zero();
            (0..at).for_each(|j| sum = sum + one.keep(own.le(all(j))));
            (at..at + there).for_each(|j| {
                let is_behind = T::Vec::c((j - at) as f64).lt(T::Vec::index());
                sum = sum + T::Vec::select(is_behind, one.keep(own.le(all(j))), one.keep(own.lt(all(j))));
            });
            (at + there..n).for_each(|j| sum = sum + one.keep(own.lt(all(j))));
            sum.store(before.as_mut_ptr().add(at));
        }
        for (i, before) in before.iter().enumerate().take(n) {
            *to.add(start + before.to_f64() as usize) = (start + i) as u32;
        }
    }
}

/// Merges two runs that follow each other.
///
/// # Safety
/// - As [`by_falling`]; `from` and `to` are valid for places up to `end`.
#[inline(always)]
unsafe fn merge<T: Float>(y: *const T, from: *const u32, to: *mut u32, [start, middle, end]: [usize; 3]) {
    let (mut left, mut right, mut at) = (start, middle, start);
    // SAFETY: the places are within the runs.
    unsafe {
        while left < middle && right < end {
            let (a, b) = (*from.add(left), *from.add(right));
            let is_right = *y.add(a as usize) < *y.add(b as usize);
            *to.add(at) = if is_right { b } else { a };
            (left, right, at) = (left + usize::from(!is_right), right + usize::from(is_right), at + 1);
        }
        // One of them is at its end.
        to.add(at).copy_from_nonoverlapping(from.add(left), middle - left);
        to.add(at + middle - left).copy_from_nonoverlapping(from.add(right), end - right);
    }
}
