//! From memory to exponentials: rows, labels and weights are read, and softmax is computed.

use super::block::{Columns, GROUPS, Group, Setting};
use super::{Rows, Weights};
use crate::loops::softmax::short::lanes::{LANES, Pair, Wide, gather, pair, pairs, pairs_mut, read};
use crate::loops::softmax::temperature::{Temperature, exp_unit};
use crate::math::{exp_of_reduced, exp_reduced, log1p_of_parts, log1p_parts};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

impl<T: Float> Setting<'_, T> {
    /// Reads the rows from `first` on, their labels and weights. The last row is repeated to fill a group.
    ///
    /// # Safety
    /// As [`run`](super::run); there are rows for every group.
    #[inline(always)]
    pub(super) unsafe fn read(&self, groups: &mut [Group<T>], columns: &mut Columns<T>, first: usize) {
        let Setting { call, even, .. } = *self;
        let width = call.width;
        let columns = columns.z.chunks_exact_mut(even).zip(columns.t.chunks_exact_mut(even));
        for ((group, (z, t)), first) in groups.iter_mut().zip(columns).zip((first..).step_by(LANES)) {
            let places: [usize; LANES] = from_fn(|lane| (call.rows - 1).min(first + lane));
            group.alone = 0;
            if !call.labels.is_null() {
                for (lane, place) in places.into_iter().enumerate() {
                    // SAFETY: the place is less than the number of rows.
                    let label = unsafe { *call.labels.add(place) };
                    // A negative label is more than any width.
                    let counts = (label as u32 as usize) < width && f64::from(label) != call.ignore_index;
                    group.labels[lane] = if counts { label as usize } else { 0 };
                    group.alone |= u32::from(!counts) << lane;
                }
            }
            if !call.weight.is_null() {
                // SAFETY: as above.
                group.weight = unsafe { gather(places.map(|place| call.weight.add(place))) };
                group.alone |= group.weight.eq(T::Four::zero()).bits();
            }
            group.starts = places.map(|place| place * width);
            let rows_of = |p: *const T| group.starts.map(|at| p.wrapping_add(at));
            // SAFETY: the rows are valid for reads of the width.
            unsafe {
                read(&rows_of(call.inputs[0]), width, z);
                if let (true, Some(last)) = (width < even, z.last_mut()) {
                    *last = T::Four::c(f64::NEG_INFINITY);
                }
                if !self.is_plain {
                    let rows = Rows { width, labels: group.labels, targets: rows_of(self.targets) };
                    let mut weights =
                        Weights { t: t.get_unchecked_mut(..width), peak: group.peak, offset: group.offset, alone: 0 };
                    self.loss.weigh(&rows, &mut weights);
                    (group.peak, group.offset) = (weights.peak, weights.offset);
                    group.alone |= weights.alone;
                }
            }
        }
    }
}

/// Writes e of all groups, and sums it. The sums of rows without a finite maximum are NaN.
#[inline(always)]
pub(super) fn exps<T: Float>(groups: &mut [Group<T>], columns: &mut Columns<T>, even: usize, by: Option<Temperature>) {
    let Columns { z, e, other: powers, .. } = columns;
    // In loops of their own, so that several registers are worked on at once.
    for ((group, z), (e, powers)) in
        groups.iter_mut().zip(z.chunks_exact(even)).zip(e.chunks_exact_mut(even).zip(powers.chunks_exact_mut(even)))
    {
        let mut max = [T::Four::c(f64::NEG_INFINITY); 2];
        for z in pairs(z) {
            // NaN is passed over.
            max = from_fn(|i| max[i].pmax(z[i]));
        }
        let max = max[0].pmax(max[1]);
        group.max = max;
        if let Some(by) = by {
            divided(by, z, T::Four::zero() - max, [e, powers]);
            continue;
        }
        for ((z, e), powers) in pairs(z).iter().zip(pairs_mut(e)).zip(pairs_mut(powers)) {
            for i in 0..2 {
                (e[i], powers[i]) = exp_reduced(z[i] - max);
            }
        }
    }
    for (e, powers) in pairs_mut(e).iter_mut().zip(pairs(powers)).take(groups.len() * even / 2) {
        *e = from_fn(|i| exp_of_reduced(e[i], powers[i]));
    }
    // The largest is 1, or the unit, and so is what equals it; the others are summed by themselves, so that nothing cancels.
    let unit = exp_unit(by);
    let (top, [inverse, unit]) = (T::Four::c(unit), [1.0 / unit, unit].map(Wide::<T>::c));
    for (group, e) in groups.iter_mut().zip(e.chunks_exact(even)) {
        let (mut all, mut others) = (T::Four::zero(), pair::<T>(0.0));
        for e in pairs(e) {
            all = all + e[0] + e[1];
            (e[0].drop(e[0].eq(top)) + e[1].drop(e[1].eq(top))).accumulate(&mut others);
        }
        let all = all.widen();
        // How many are the largest, exactly.
        let ones: Pair<T> = from_fn(|i| ((all[i] - others[i]) * inverse).nearest());
        group.sum = from_fn(|i| others[i] + ones[i] * unit);
        group.rest = from_fn(|i| others[i] + (ones[i] - Wide::<T>::c(1.0)) * unit);
    }
    let mut parts = [const { MaybeUninit::<[T::Four; 3]>::uninit() }; GROUPS];
    for (group, parts) in groups.iter_mut().zip(&mut parts) {
        group.log_sum = T::Four::narrow(group.rest.map(|rest| rest * inverse));
        parts.write(log1p_parts(group.log_sum));
    }
    for (group, parts) in groups.iter_mut().zip(&parts) {
        // SAFETY: written above, for as many.
        group.log_sum = log1p_of_parts(group.log_sum, unsafe { parts.assume_init_read() });
    }
}

/// The halves of exponentials of logits that a temperature divides.
#[inline(never)]
fn divided<V: Vector>(by: Temperature, z: &[V], minus_max: V, [e, powers]: [&mut [V]; 2]) {
    for ((&z, e), power) in z.iter().zip(e).zip(powers) {
        (*e, *power) = by.exp_reduced(z, minus_max);
    }
}
