//! The places of a list by falling relevance.

use crate::simd::Float;
use core::mem::swap;

/// Sorts the places of `n` numbers so that these fall, those of equal ones in their order; returns where they are: in the first or in the
/// second half of `places`. By merging runs of 1, 2, 4 … places, O(n log n).
///
/// # Safety
/// - `y` is valid for reads of `n` elements, none of them NaN, and `places` for 2n.
#[inline(never)]
pub unsafe fn by_falling<T: Float>(y: *const T, n: usize, places: *mut u32) -> *const u32 {
    // SAFETY: i < n; runs end at n at the latest.
    unsafe {
        let (mut from, mut to) = (places, places.add(n));
        (0..n).for_each(|i| *from.add(i) = i as u32);
        let mut run = 1;
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

/// Merges two runs that follow each other.
///
/// # Safety
/// - As [`by_falling`]; `from` and `to` are valid for places up to `end`.
#[inline(always)]
unsafe fn merge<T: Float>(y: *const T, from: *const u32, to: *mut u32, [start, middle, end]: [usize; 3]) {
    let (mut left, mut right) = (start, middle);
    for at in start..end {
        // SAFETY: the places are within the runs.
        unsafe {
            let is_right =
                right < end && (left == middle || *y.add(*from.add(left) as usize) < *y.add(*from.add(right) as usize));
            let next = if is_right { &mut right } else { &mut left };
            *to.add(at) = *from.add(*next);
            *next += 1;
        }
    }
}
