//! The three sums of a class's pixels.

use super::activation::sides;
use super::memory::Targets;
use crate::simd::{Float, Mask, Vector};

/// Where 1 − p comes from, so that it keeps its digits as p → 1.
#[derive(Clone, Copy)]
pub(super) enum Tops<T> {
    /// It is a difference.
    None,
    /// What [`decays`](super::activation::decays) wrote says both.
    Signed,
    /// Of the largest p of each pixel it is here.
    At(*const T),
}

/// A register of p, and 1 − p.
///
/// # Safety
/// - There are as many elements.
#[inline(always)]
unsafe fn load<T: Float, const KIND: usize>(p: *const T, tops: *const T, at: usize) -> (T::Vec, T::Vec) {
    let one = T::Vec::c(1.0);
    // SAFETY: the caller's guarantee.
    unsafe {
        let p = T::Vec::load(p.add(at));
        match KIND {
            0 => (p, one - p),
            1 => sides(p),
            _ => (p, T::Vec::select(T::Vec::c(0.5).lt(p), T::Vec::load(tops.add(at)), one - p)),
        }
    }
}

/// Adds up what `terms` makes of each register; None if `low` of one is below 0.
#[inline(always)]
fn sum<T: Float, const CHECKED: bool>(
    whole: usize,
    mut terms: impl FnMut(usize) -> ([T::Vec; 3], T::Vec),
) -> Option<[f64; 3]> {
    let mut sums = [[<T::Vec as Vector>::Wide::zero(); 2]; 3];
    let mut lowest = T::Vec::zero();
    let mut at = 0;
    while at < whole {
        let four: [_; 4] = core::array::from_fn(|i| terms(at + i * T::Vec::LANES));
        for (i, sum) in sums.iter_mut().enumerate() {
            ((four[0].0[i] + four[1].0[i]) + (four[2].0[i] + four[3].0[i])).accumulate(sum);
        }
        if CHECKED {
            lowest = four.iter().fold(lowest, |lowest, (_, low)| lowest.pmin(*low));
        }
        at += 4 * T::Vec::LANES;
    }
    let fine = !CHECKED || !lowest.lt(T::Vec::zero()).any();
    fine.then(|| sums.map(|[low, high]| (low + high).total()))
}

/// Those of the first class of the targets; None if a p or a target is out of [0, 1].
///
/// # Safety
/// - All arrays have `whole` elements, a multiple of four registers.
pub(super) unsafe fn add<T: Float>(p: *const T, y: Targets<T>, tops: Tops<T>, whole: usize) -> Option<[f64; 3]> {
    // SAFETY: the caller's guarantee.
    unsafe {
        match (y, tops) {
            (Targets::Labels(labels, label), Tops::None) => labelled::<T, 0>(p, labels, label, p, whole),
            (Targets::Labels(labels, label), Tops::Signed) => labelled::<T, 1>(p, labels, label, p, whole),
            (Targets::Labels(labels, label), Tops::At(tops)) => labelled::<T, 2>(p, labels, label, tops, whole),
            (Targets::Dense(y), Tops::None) => dense::<T, 0>(p, y.at, p, whole),
            (Targets::Dense(y), Tops::Signed) => dense::<T, 1>(p, y.at, p, whole),
            (Targets::Dense(y), Tops::At(tops)) => dense::<T, 2>(p, y.at, tops, whole),
        }
    }
}

/// # Safety
/// As [`add`].
#[inline(never)]
unsafe fn labelled<T: Float, const KIND: usize>(
    p: *const T,
    labels: *const T,
    label: f64,
    tops: *const T,
    whole: usize,
) -> Option<[f64; 3]> {
    let (label, zero) = (T::Vec::c(label), T::Vec::zero());
    let terms = |at: usize| {
        // SAFETY: the register is within.
        unsafe {
            let (p, q) = load::<T, KIND>(p, tops, at);
            let labels = T::Vec::load(labels.add(at));
            let is_in = labels.eq(label);
            // A softmax is 0 already where a pixel counts for nothing.
            let counts = zero.le(labels);
            let others = if KIND == 2 { p } else { p.keep(counts) }.drop(is_in);
            ([p.keep(is_in), others, q.keep(is_in)], p.pmin(q).keep(counts))
        }
    };
    if KIND == 0 { sum::<T, true>(whole, terms) } else { sum::<T, false>(whole, terms) }
}

/// # Safety
/// As [`add`].
#[inline(never)]
unsafe fn dense<T: Float, const KIND: usize>(
    p: *const T,
    y: *const T,
    tops: *const T,
    whole: usize,
) -> Option<[f64; 3]> {
    let (zero, one) = (T::Vec::zero(), T::Vec::c(1.0));
    sum::<T, true>(whole, |at| {
        // SAFETY: the register is within.
        unsafe {
            let (p, q) = load::<T, KIND>(p, tops, at);
            let y = T::Vec::load(y.add(at));
            let rest = one - y;
            let (mut difference, mut low) = (p - y, y.pmin(rest));
            if KIND == 0 {
                low = low.pmin(p.pmin(q));
            } else {
                difference = T::Vec::select(T::Vec::c(0.5).lt(p), rest - q, difference);
            }
            ([p.pmin(y), difference.pmax(zero), (zero - difference).pmax(zero)], low)
        }
    })
}
