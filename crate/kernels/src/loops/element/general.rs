//! What serves every loss and every output: the loss's loop, and around it what no loss needs a copy of its own for.

use super::body::Strip;
use super::strips::{Facts, Loops, Sums};
use super::tail::{add_strip, first_invalid, weigh};
use super::{Call, DERIVATIVES, INPUTS, STRIP};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// Room for a strip.
type Room<T> = MaybeUninit<[T; STRIP]>;

/// Runs over at most a strip, in whole groups of four registers, through the loop that serves every loss and every output. The first
/// `counted` elements are added to the sums, if there are some. Returns false if inputs may be out of their domain, and are as they were
/// unless a gradient took their place.
///
/// # Safety
/// As [`run`](super::run); `call.n` is a multiple of a group and at most [`STRIP`].
#[inline(never)]
pub unsafe fn general<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &Call<T>,
    counted: usize,
    sums: Option<&mut Sums<T>>,
) -> bool {
    let Facts { checked, factor, .. } = *facts;
    let mut rooms = [const { Room::<T>::uninit() }; 1 + 2 * DERIVATIVES];
    // What is out of its domain is looked for in the inputs, so that gradients may replace them only then. Losses with a domain
    // have one gradient.
    let in_place = checked && call.inputs[0] == call.grads[0].cast_const();
    let direct = call.weight.is_null() && !in_place;
    let scale = call.scale * factor;
    // Halves wait for weights: what a weight brings back into range isn't infinite yet.
    let (before, after) = if call.weight.is_null() { (scale, 1.0) } else { (0.5, 2.0 * scale) };
    let [losses, room, other, third, fourth] = rooms.each_mut().map(|room| room.as_mut_ptr().cast::<T>());
    let or = |to: *mut T, room: *mut T| if direct && !to.is_null() { to } else { room };
    let strip = Strip {
        n: call.n,
        inputs: call.inputs,
        losses: or(call.values, losses),
        grads: [or(call.grads[0], room), or(call.grads[1], other)],
        hess: [or(call.hess[0], third), or(call.hess[1], fourth)],
        spare: fourth,
        scale: before,
    };
    // SAFETY: the caller's guarantees; rooms have a strip.
    unsafe {
        if !T::Vec::DOUBLE && !call.hess[0].is_null() {
            in_doubles(loss, call, scale);
        }
        let fine = loss.body(&strip);
        if !direct {
            if !fine && first_invalid(loss, call).is_some() {
                return false;
            }
            weigh(call, &strip, after);
        }
        if let Some(sums) = sums {
            add_strip::<T>(strip.losses, call.weight, call.n, counted, sums);
        }
        fine || !direct
    }
}

/// Writes the second derivatives of floats, which aren't hot: as doubles, so that no loss needs another loop.
///
/// # Safety
/// As [`general`]; second derivatives are asked for.
#[inline(never)]
unsafe fn in_doubles<T: Float>(loss: &dyn Loops<T>, call: &Call<T>, scale: f64) {
    let mut rooms = [const { Room::<f64>::uninit() }; INPUTS + 1 + 2 * DERIVATIVES];
    let [x, y, z, losses, grad, grad_too, hess, hess_too] =
        rooms.each_mut().map(|room| room.as_mut_ptr().cast::<f64>());
    let rooms = [x, y, z];
    // SAFETY: the caller's guarantees; rooms have a strip.
    unsafe {
        let strip = Strip {
            n: call.n,
            inputs: core::array::from_fn(|i| widen(call.inputs[i], rooms[i], call.n)),
            losses,
            grads: [grad, grad_too],
            hess: [hess, hess_too],
            spare: core::ptr::null_mut(),
            scale: 1.0,
        };
        loss.in_doubles(&strip);
        for g in (0..DERIVATIVES).filter(|&g| !call.hess[g].is_null()) {
            narrow(strip.hess[g], call.hess[g], call.weight, scale, call.n);
        }
    }
}

/// Copies `n` elements as doubles and returns where they are; null stays null.
///
/// # Safety
/// - `from` is null or valid for reads of `n` elements, `to` for writes.
#[inline(never)]
unsafe fn widen<T: Float>(from: *const T, to: *mut f64, n: usize) -> *const f64 {
    if from.is_null() {
        return core::ptr::null();
    }
    // SAFETY: i < n.
    (0..n).for_each(|i| unsafe { *to.add(i) = (*from.add(i)).to_f64() });
    to
}

/// Writes `n` doubles, times the scale and the weights if there are some; 0 where the weight is 0.
///
/// # Safety
/// - `from` and `weight`, if not null, are valid for reads of `n` elements, `to` for writes.
#[inline(never)]
unsafe fn narrow<T: Float>(from: *const f64, to: *mut T, weight: *const T, scale: f64, n: usize) {
    for i in 0..n {
        // SAFETY: i < n.
        unsafe {
            let weight = if weight.is_null() { 1.0 } else { (*weight.add(i)).to_f64() };
            let x = if weight == 0.0 { 0.0 } else { *from.add(i) * (weight * scale) };
            *to.add(i) = T::from_f64(x);
        }
    }
}
