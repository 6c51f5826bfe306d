//! The softmax over the classes of each pixel, a register of pixels at a time, and gradients through it.

use super::memory::{Plane, Targets};
use super::slopes::{by_labels, by_targets};
use crate::math::exp_nonpositive;
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// A register of doubles, of which a register of pixels fills two.
type Wide<T> = <<T as Float>::Vec as Vector>::Wide;

/// Classes whose terms are added up as pixels are, before the sum goes on in doubles.
const FOUR: usize = 4;

/// Adds what four classes have, or fewer, to doubles.
#[inline(always)]
fn add<T: Float>([a, b, c, d]: [T::Vec; FOUR], sum: &mut [Wide<T>; 2]) {
    ((a + b) + (c + d)).accumulate(sum);
}

/// Makes p of logits, in their place, 0 where the label is below 0; `tops` takes 1 − p of the largest, as the sum of the others. NaN where
/// there is no limit.
///
/// # Safety
/// - There is a plane of `whole` elements, a multiple of four registers, for each class, and `labels` and `tops` have as many.
#[inline(never)]
pub(super) unsafe fn softmax<T: Float>(planes: Plane<T>, labels: *const T, tops: *mut T, classes: usize, whole: usize) {
    let (zero, one) = (T::Vec::zero(), T::Vec::c(1.0));
    let infinite = T::Vec::c(f64::INFINITY);
    for at in (0..whole).step_by(T::Vec::LANES) {
        // SAFETY: the register is within each plane.
        unsafe {
            let plane = |k: usize| planes.of(k).add(at);
            let mut most = T::Vec::load(plane(0));
            for k in 1..classes {
                most = most.pmax(T::Vec::load(plane(k)));
            }
            // Σ e without those that are 1, and how many these are.
            let (mut rest, mut ones) = ([Wide::<T>::zero(); 2], zero);
            for k in (0..classes).step_by(FOUR) {
                let terms = from_fn(|i| {
                    if k + i >= classes {
                        return zero;
                    }
                    let z = T::Vec::load(plane(k + i));
                    // Not ∞ − ∞.
                    let e = exp_nonpositive((z - most).drop(z.eq(most)));
                    e.store(plane(k + i));
                    let is_one = e.eq(one);
                    ones = ones + one.keep(is_one);
                    e.drop(is_one)
                });
                add::<T>(terms, &mut rest);
            }
            let others = (ones - one).widen();
            let rest: [_; 2] = from_fn(|i| rest[i] + others[i]);
            let by_sum = rest.map(|rest| Wide::<T>::c(1.0) / (Wide::<T>::c(1.0) + rest));
            let has_limit = !most.abs().eq(infinite) | (zero.lt(most) & ones.eq(one));
            let counts = zero.le(T::Vec::load(labels.add(at)));
            let factor = T::Vec::narrow(by_sum).poison(!has_limit);
            for k in 0..classes {
                (T::Vec::load(plane(k)) * factor).keep(counts).store(plane(k));
            }
            T::Vec::narrow(from_fn(|i| rest[i] * by_sum[i])).poison(!has_limit).store(tops.add(at));
        }
    }
}

/// Makes gradients in logits of p, in their place: p_k Σ_j p_j (g_k − g_j), where g are the slopes in p.
///
/// What the largest p has, if it is above ½, is kept apart from the others: g_k Σ p − Σ g p cancels for it.
///
/// # Safety
/// - As [`softmax`]; there are targets for each class, or labels, and slopes. `scratch` has as many planes, which may be those of the targets.
#[inline(never)]
pub(super) unsafe fn softmax_slopes<T: Float>(
    planes: Plane<T>,
    y: Targets<T>,
    slopes: *const [T; 3],
    scratch: Plane<T>,
    classes: usize,
    whole: usize,
) {
    // SAFETY: the caller's guarantee.
    unsafe {
        match y {
            Targets::Labels(labels, first) => {
                let labels = Plane { at: labels.cast_mut(), stride: 0 };
                each::<T, false>(planes, labels, first, slopes, scratch, classes, whole);
            }
            Targets::Dense(y) => each::<T, true>(planes, y, 0.0, slopes, scratch, classes, whole),
        }
    }
}

/// # Safety
/// As [`softmax_slopes`].
#[inline(always)]
unsafe fn each<T: Float, const DENSE: bool>(
    planes: Plane<T>,
    y: Plane<T>,
    first: f64,
    slopes: *const [T; 3],
    scratch: Plane<T>,
    classes: usize,
    whole: usize,
) {
    let zero = T::Vec::zero();
    for at in (0..whole).step_by(T::Vec::LANES) {
        // SAFETY: the register is within each plane; a target is read before its slope is written there.
        unsafe {
            let labels = T::Vec::load(y.at.add(at));
            let counts = zero.le(labels);
            let p_of = |k: usize| planes.of(k).add(at);
            // p and g p of the largest; Σ p and Σ g p of the others.
            let (mut top, mut top_slope) = (zero, zero);
            let (mut rest, mut rest_slope) = ([Wide::<T>::zero(); 2], [Wide::<T>::zero(); 2]);
            for k in (0..classes).step_by(FOUR) {
                let terms: [[T::Vec; 2]; FOUR] = from_fn(|i| {
                    if k + i >= classes {
                        return [zero; 2];
                    }
                    let p = T::Vec::load(p_of(k + i));
                    let three = (*slopes.add(k + i)).map(|slope| T::Vec::c(slope.to_f64()));
                    let slope = if DENSE {
                        by_targets(p, T::Vec::load(y.of(k + i).add(at)), three)
                    } else {
                        by_labels(labels, T::Vec::c(first + (k + i) as f64), three)
                    };
                    slope.store(scratch.of(k + i).add(at));
                    // 0 but for the largest, and for all but that.
                    let is_top = T::Vec::c(0.5).lt(p);
                    let share = slope * p;
                    top = top.or(p.keep(is_top));
                    top_slope = top_slope.or(share.keep(is_top));
                    [p.drop(is_top), share.drop(is_top)]
                });
                add::<T>(terms.map(|[p, _]| p), &mut rest);
                add::<T>(terms.map(|[_, share]| share), &mut rest_slope);
            }
            let (rest, rest_slope) = (T::Vec::narrow(rest), T::Vec::narrow(rest_slope));
            for k in 0..classes {
                let (p, g) = (T::Vec::load(p_of(k)), T::Vec::load(scratch.of(k).add(at)));
                let gradient = p * ((g * top - top_slope) + (g * rest - rest_slope));
                let gradient = if DENSE { gradient } else { gradient.keep(counts) };
                gradient.store(p_of(k));
            }
        }
    }
}
