//! The softmax of a step, and what of it the lattice needs.

use super::Sequence;
use super::far::D;
use super::work::Work;
use crate::loops::walk::largest;
use crate::math::{NOTHING, exp_far};
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// Computes e_k = e^(z_k − max) of step t, from 1 on, into the gradient where there is one, and p of the blank and the labels over a power of
/// two that they have in common, which is returned. None where the softmax has no limit: NaN, two +∞, all −∞.
///
/// # Safety
/// - As [`Sequence::loss`], with t at most the number of steps.
pub unsafe fn emit<T: Float>(sequence: &Sequence<T>, work: &Work, t: usize) -> Option<f64> {
    let Sequence { logits, labels, grad, width, count, blank, .. } = *sequence;
    let [mantissas, powers, _] = work.classes;
    let emissions = work.emissions(t);
    // SAFETY: the step is within the sequence, classes and labels within their counts.
    unsafe {
        let z = logits.add((t - 1) * width);
        let e = if grad.is_null() { grad } else { grad.add((t - 1) * width) };
        let max = largest::<T::Vec>(z, width).to_f64();
        let sum = if max.is_infinite() { limit(z, e, width, work) } else { exponentials(z, e, width, max, work) };
        if sum.is_nan() {
            return None;
        }
        let inverse = 1.0 / sum;
        let (m, n) = D::c(inverse).split();
        let (share, power) = (m.lane(0), n.lane(0));
        let class = |k: usize| (*mantissas.add(k), *powers.add(k));
        let label = |j: usize| class(*labels.add(j) as usize);
        let most = (0..count).fold(class(blank).1, |most, j| label(j).1.max(most));
        let over = |(m, n): (f64, f64)| (m * share, n - most);
        for j in 0..count {
            emissions.labels.set(j as isize, over(label(j)));
        }
        for j in count..(count + 1).next_multiple_of(super::far::LANES) {
            emissions.labels.set(j as isize, (0.0, NOTHING));
        }
        let (m, n) = over(class(blank));
        emissions.numbers.cast::<[f64; 3]>().write([m, n, inverse]);
        Some(most + power)
    }
}

/// Writes the exponentials as mantissas and powers, and rounded to `e` unless it is null; returns their sum.
///
/// # Safety
/// - `z` is valid for reads of `width` elements, `e` null or valid for writes of as many. They may be the same.
#[inline(never)]
pub(super) unsafe fn exponentials<T: Float>(z: *const T, e: *mut T, width: usize, max: f64, work: &Work) -> f64 {
    let [mantissas, powers, _] = work.classes;
    let (top, least, low) = (D::c(max), D::c(-1023.0), T::Four::c(f64::NEG_INFINITY));
    let lanes = T::Four::LANES;
    let mut sums = [D::zero(); 2];
    for at in (0..width).step_by(lanes) {
        let n = lanes.min(width - at);
        // SAFETY: the elements are the row's, and there is room for whole registers of classes.
        unsafe {
            let x = if n == lanes {
                T::Four::load(z.add(at))
            } else {
                T::Four::select(T::Four::first(n), T::Four::load_first(z.add(at), n), low)
            };
            let halves = x.widen();
            let rounded = from_fn(|h| {
                let (m, n) = exp_far(halves[h] - top);
                m.store(mantissas.add(at + h * D::LANES));
                n.store(powers.add(at + h * D::LANES));
                let x = m * n.pmax(least).pow2();
                sums[h] = sums[h] + x;
                x
            });
            if !e.is_null() {
                store(T::Four::narrow(rounded), e.add(at), n);
            }
        }
    }
    (sums[0] + sums[1]).total()
}

/// The same where the largest logit is infinite: all is on the only +∞. NaN where there is no limit.
///
/// # Safety
/// - As [`exponentials`].
#[cold]
pub(super) unsafe fn limit<T: Float>(z: *const T, e: *mut T, width: usize, work: &Work) -> f64 {
    let [mantissas, powers, _] = work.classes;
    let (mut count, mut has_nan) = (0, false);
    for k in 0..width {
        // SAFETY: k is a class; z is read before e, which may be in its place, is written.
        unsafe {
            let x = (*z.add(k)).to_f64();
            let is_top = x == f64::INFINITY;
            has_nan |= x.is_nan();
            count += usize::from(is_top);
            (*mantissas.add(k), *powers.add(k)) = if is_top { (1.0, 0.0) } else { (0.0, NOTHING) };
            if !e.is_null() {
                *e.add(k) = T::from_f64(f64::from(u8::from(is_top)));
            }
        }
    }
    if count == 1 && !has_nan { 1.0 } else { f64::NAN }
}

/// Writes p less the occupancies, times the sequence's factor, over the e of step t.
///
/// # Safety
/// - As [`emit`], which has written e; there is a gradient.
#[inline(never)]
pub unsafe fn slopes<T: Float>(sequence: &Sequence<T>, work: &Work, t: usize) {
    let Sequence { grad, width, factor, .. } = *sequence;
    let [_, _, occupancies] = work.classes;
    let lanes = T::Four::LANES;
    // SAFETY: the elements are the step's, and there is room for whole registers of classes.
    unsafe {
        let grad = grad.add((t - 1) * width);
        let (inverse, factor) = (D::c(*work.emissions(t).numbers.add(2)), D::c(factor));
        for at in (0..width).step_by(lanes) {
            let n = lanes.min(width - at);
            let e = if n == lanes { T::Four::load(grad.add(at)) } else { T::Four::load_first(grad.add(at), n) };
            let halves = e.widen();
            let slopes = from_fn(|h| (halves[h] * inverse - D::load(occupancies.add(at + h * D::LANES))) * factor);
            store(T::Four::narrow(slopes), grad.add(at), n);
        }
    }
}

/// Writes the first `n` lanes.
///
/// # Safety
/// - `p` is valid for writes of `n` elements.
#[inline(always)]
unsafe fn store<V: Vector>(x: V, p: *mut V::Elem, n: usize) {
    // SAFETY: the caller's guarantee.
    unsafe { if n == V::LANES { x.store(p) } else { x.store_first(p, n) } }
}
