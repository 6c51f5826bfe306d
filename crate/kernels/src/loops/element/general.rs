//! What serves every loss and every output: the loss's loop, and around it what no loss needs a copy of its own for.

use super::body::Strip;
use super::strips::{Facts, Loops};
use super::sums::{Sums, add_strip};
use super::tail::first_invalid;
use super::{DERIVATIVES, ElementCall};
use crate::loops::STRIP;
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;
use core::ptr::null_mut;

/// Runs over at most a strip, in whole groups of four registers. The first `counted` elements are added to the sums, if there are some.
/// Returns false if inputs may be out of their domain, and are as they were unless a gradient took their place.
///
/// # Safety
/// As [`run`](super::run); `call.n` is a multiple of a group and at most [`STRIP`].
#[inline(never)]
pub unsafe fn general<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &ElementCall<T>,
    counted: usize,
    sums: Option<&mut Sums<T>>,
) -> bool {
    let Facts { checked, factor, .. } = *facts;
    let mut scratch = [const { MaybeUninit::<[T; STRIP]>::uninit() }; 2 + 2 * DERIVATIVES];
    let [losses, grad, grad_too, hess, hess_too, spare] =
        scratch.each_mut().map(|scratch| scratch.as_mut_ptr().cast::<T>());
    // What is out of its domain is looked for in the inputs, so that gradients may replace them only then.
    let in_place = checked && call.is_in_place();
    let direct = call.weight.is_null() && !in_place;
    let scale = call.scale * factor;
    // With weights, derivatives are computed at half their size, so that a large one times a small weight doesn't overflow first.
    let (before, after) = if call.weight.is_null() { (scale, 1.0) } else { (0.5, 2.0 * scale) };
    let place = |to: *mut T, scratch: *mut T| if direct && !to.is_null() { to } else { scratch };
    let has_hess = T::Vec::DOUBLE || !call.hess[0].is_null();
    let strip = Strip {
        n: call.n,
        inputs: call.inputs,
        losses: place(call.values, losses),
        grads: [place(call.grads[0], grad), place(call.grads[1], grad_too)],
        hess: if has_hess { [place(call.hess[0], hess), place(call.hess[1], hess_too)] } else { [null_mut(); 2] },
        spare,
        scale: before,
    };
    // SAFETY: the caller's guarantees; scratch memory has a strip.
    unsafe {
        let fine = loss.body(&strip);
        if !direct {
            if !fine && first_invalid(loss, call).is_some() {
                return false;
            }
            hand_out(call, &strip, after);
        }
        if let Some(sums) = sums {
            add_strip::<T>(strip.losses, call.weight, call.n, counted, sums);
        }
        fine || !direct
    }
}

/// Takes what the loss's loop left in scratch memory to the call's outputs, each times its element's weight and `scale` if there are
/// weights. An element of weight 0 leaves zeros, whatever it holds. The losses stay in scratch memory, not yet weighted.
///
/// # Safety
/// - The strip has the call's elements, in whole registers.
#[inline(never)]
unsafe fn hand_out<T: Float>(call: &ElementCall<T>, strip: &Strip<T>, scale: f64) {
    let ElementCall { n, weight, values, .. } = *call;
    // Its numbers have been used.
    let factors = strip.spare;
    // SAFETY: every array that is there has n elements.
    unsafe {
        let fit = weight.is_null() || prepare(weight, strip.losses, factors, scale, n);
        let factors = if weight.is_null() { weight } else { factors };
        for (from, to) in strip.grads.into_iter().zip(call.grads).chain(strip.hess.into_iter().zip(call.hess)) {
            multiply(from, factors, weight, to, n);
            if !fit && !to.is_null() {
                multiply_apart(from, [factors, weight], to, n, scale);
            }
        }
        multiply(strip.losses, weight, weight, values, n);
    }
}

/// Makes factors of weights, and clears the losses whose weight is 0. Returns false if a factor left the range of its type.
///
/// # Safety
/// - The pointers are valid for `n` elements, whole registers.
#[inline(always)]
unsafe fn prepare<T: Float>(weight: *const T, losses: *mut T, factors: *mut T, scale: f64, n: usize) -> bool {
    let mut fit = !<T::Vec as Vector>::Mask::none();
    for at in (0..n).step_by(T::Vec::LANES) {
        // SAFETY: at + LANES ≤ n.
        unsafe {
            let (weight, loss) = (T::Vec::load(weight.add(at)), T::Vec::load(losses.add(at)));
            let factor = weight.times(scale);
            factor.store(factors.add(at));
            fit = fit & factor.lt(T::Vec::c(f64::INFINITY));
            loss.drop(weight.eq(T::Vec::zero())).store(losses.add(at));
        }
    }
    !(!fit).any()
}

/// Writes the products whose factor overflowed, in an order in which nothing else does.
///
/// # Safety
/// - The pointers are valid for `n` elements; the factors are the weights times `scale`.
#[cold]
#[inline(never)]
unsafe fn multiply_apart<T: Float>(from: *const T, [factors, weight]: [*const T; 2], to: *mut T, n: usize, scale: f64) {
    for at in 0..n {
        // SAFETY: at < n.
        unsafe {
            if (*factors.add(at)).to_f64() == f64::INFINITY {
                *to.add(at) = T::from_f64((*from.add(at)).to_f64() * (*weight.add(at)).to_f64() * scale);
            }
        }
    }
}

/// Writes products, if there is where to: 0 where the weight is 0, not 0 times what may be NaN. Without weights, it copies.
///
/// # Safety
/// - The pointers are null or valid for `n` elements, whole registers.
#[inline(never)]
unsafe fn multiply<T: Float>(from: *const T, factors: *const T, weight: *const T, to: *mut T, n: usize) {
    if to.is_null() {
        return;
    }
    // SAFETY: at + LANES ≤ n.
    unsafe {
        if weight.is_null() {
            to.copy_from_nonoverlapping(from, n);
            return;
        }
        for at in (0..n).step_by(T::Vec::LANES) {
            let product = T::Vec::load(from.add(at)) * T::Vec::load(factors.add(at));
            product.drop(T::Vec::load(weight.add(at)).eq(T::Vec::zero())).store(to.add(at));
        }
    }
}
