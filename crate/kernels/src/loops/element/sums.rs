//! A sum of losses in progress, and how strips are added to it.

use crate::loops::Total;
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// Two registers of doubles that losses are added to.
pub type Lanes<T> = [<<T as Float>::Vec as Vector>::Wide; 2];

/// The sum of a strip so far, and what was added up before.
pub struct Sums<T: Float> {
    /// Of the last strip.
    pub lanes: Lanes<T>,
    /// Of the strips before it in its chunk.
    pub chunk: Total,
    /// Of the chunks before that.
    pub total: Total,
}

impl<T: Float> Sums<T> {
    /// Continues the sum of a chunk, and that of all before it.
    pub fn new(chunk: Total, total: Total) -> Self {
        Sums { lanes: [<T::Vec as Vector>::Wide::zero(); 2], chunk, total }
    }
    /// The sum of the chunk.
    pub fn of_chunk(mut self) -> Total {
        self.chunk.add((self.lanes[0] + self.lanes[1]).total());
        self.chunk
    }
}

/// Adds a strip of losses, each times its weight if there are weights; as doubles and one by one where registers overflow.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements, a multiple of a group; `weight` too, or null.
#[inline(never)]
pub unsafe fn add_strip<T: Float>(losses: *const T, weight: *const T, n: usize, counted: usize, sums: &mut Sums<T>) {
    let mut lanes = sums.lanes;
    for start in (0..n).step_by(4 * T::Vec::LANES) {
        // SAFETY: start + 4 LANES ≤ n.
        let read = |p: *const T| from_fn(|k| unsafe { T::Vec::load(p.add(start + k * T::Vec::LANES)) });
        if weight.is_null() {
            add_group::<T>(read(losses), counted - start, &mut lanes);
        } else {
            // Elements beyond the counted ones have weight 0.
            let (losses, weights): ([T::Vec; 4], [T::Vec; 4]) = (read(losses), read(weight));
            for k in 0..4 {
                losses[k].accumulate_weighted(weights[k], &mut lanes);
            }
        }
    }
    if (lanes[0] + lanes[1]).total().is_finite() {
        sums.lanes = lanes;
    } else {
        // SAFETY: the first `counted` of `n` elements.
        unsafe { add_each(losses, weight, counted, &mut sums.chunk) };
    }
}

/// Adds four registers, of which the first `counted` elements count.
#[inline(always)]
fn add_group<T: Float>(mut group: [T::Vec; 4], counted: usize, lanes: &mut Lanes<T>) {
    if counted < 4 * T::Vec::LANES {
        group = from_fn(|k| group[k].keep(T::Vec::first(T::Vec::LANES.min(counted.saturating_sub(k * T::Vec::LANES)))));
    }
    ((group[0] + group[1]) + (group[2] + group[3])).accumulate(lanes);
}

/// Adds losses one by one, each times its weight if there are weights.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements; `weight` too, or null.
#[cold]
#[inline(never)]
unsafe fn add_each<T: Float>(losses: *const T, weight: *const T, n: usize, total: &mut Total) {
    for i in 0..n {
        // SAFETY: i < n.
        let read = |p: *const T| unsafe { *p.add(i) }.to_f64();
        total.add_weighted(read(losses), if weight.is_null() { 1.0 } else { read(weight) });
    }
}
