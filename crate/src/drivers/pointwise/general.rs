//! The loop that serves every loss and every output, register by register.

use super::strips::Sums;
use super::tail::add_strip;
use super::{Call, Pointwise, STRIP, Terms};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// As [`Strips::strip`](super::Strips::strip). Without `GRAD` the arithmetic of gradients is compiled away; with `GENERAL` weights,
/// values and second derivatives are looked for, and gradients may be absent.
///
/// # Safety
/// As there.
#[inline(never)]
pub unsafe fn general<T: Float, L, const I: usize, const G: usize, const GRAD: bool, const GENERAL: bool>(
    loss: &L,
    call: &Call<T, I, G>,
    counted: usize,
    sums: &mut Sums<T>,
) -> bool
where
    L: Pointwise<I, G>,
{
    let lanes = T::Vec::LANES;
    let load = |at: usize| {
        from_fn(|i| match i >= L::REQUIRED && call.inputs[i].is_null() {
            true => T::Vec::c(1.0),
            // SAFETY: at + LANES ≤ n.
            false => unsafe { T::Vec::load(call.inputs[i].add(at)) },
        })
    };
    let none = <T::Vec as Vector>::Mask::none();
    let mut fine = !none;

    // Stores the derivatives of one register.
    let scale64 = call.scale * loss.factor();
    let unweighted = T::Vec::c(scale64);
    let mut store = |at: usize, terms: &mut Terms<T::Vec, G>, x: [T::Vec; I]| {
        let (mut skipped, mut scale) = (none, unweighted);
        // SAFETY: at + LANES ≤ n: within every array.
        unsafe {
            if GENERAL && !call.weight.is_null() {
                let weight = T::Vec::load(call.weight.add(at));
                skipped = weight.eq(T::Vec::zero());
                scale = weight.times(scale64);
                terms.value = terms.value.drop(skipped);
                if !call.values.is_null() {
                    (terms.value * weight).store(call.values.add(at));
                }
            } else if GENERAL && !call.values.is_null() {
                terms.value.store(call.values.add(at));
            }
            for g in 0..G {
                if GRAD && !(GENERAL && call.grads[g].is_null()) {
                    let grad = terms.grad[g] * scale;
                    let grad = if GENERAL { grad.drop(skipped) } else { grad };
                    grad.store(call.grads[g].add(at));
                }
                if GENERAL && !call.hess[g].is_null() {
                    (terms.hess[g] * scale).drop(skipped).store(call.hess[g].add(at));
                }
            }
        }
        if L::CHECKED {
            fine = fine & (loss.valid(x) | skipped);
        }
    };
    let mut strip = [const { MaybeUninit::<T>::uninit() }; STRIP];
    let strip = strip.as_mut_ptr().cast::<T>();
    if L::STAGED {
        for at in (0..call.n).step_by(lanes) {
            // SAFETY: at + LANES ≤ n ≤ STRIP.
            unsafe { loss.stage(load(at)).store(strip.add(at)) };
        }
    }
    for at in (0..call.n).step_by(lanes) {
        let x = load(at);
        // SAFETY: as above.
        unsafe {
            let staged = if L::STAGED { T::Vec::load(strip.add(at)) } else { T::Vec::zero() };
            let mut terms = loss.eval(x, staged);
            store(at, &mut terms, x);
            terms.value.store(strip.add(at));
        }
    }
    // SAFETY: the strip has n elements, and so have the weights, if any.
    unsafe { add_strip::<T>(strip, call.weight, call.n, counted, sums) };
    !(L::CHECKED && (!fine).any())
}
