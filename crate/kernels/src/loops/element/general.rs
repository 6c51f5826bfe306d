//! What serves every loss and every output: the loss's loop, and around it what no loss needs a copy of its own for.

use super::body::Strip;
use super::strips::{Facts, Loops, Sums};
use super::tail::{add_strip, first_invalid, weigh};
use super::{Call, DERIVATIVES, STRIP};
use crate::simd::Float;
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
    let mut rooms = [const { Room::<T>::uninit() }; 2 + 2 * DERIVATIVES];
    // What is out of its domain is looked for in the inputs, so that gradients may replace them only then. Losses with a domain
    // have one gradient.
    let in_place = checked && call.inputs[0] == call.grads[0].cast_const();
    let direct = call.weight.is_null() && !in_place;
    let scale = call.scale * factor;
    // Halves wait for weights: what a weight brings back into range isn't infinite yet.
    let (before, after) = if call.weight.is_null() { (scale, 1.0) } else { (0.5, 2.0 * scale) };
    let [losses, room, other, third, fourth, spare] = rooms.each_mut().map(|room| room.as_mut_ptr().cast::<T>());
    let or = |to: *mut T, room: *mut T| if direct && !to.is_null() { to } else { room };
    let strip = Strip {
        n: call.n,
        inputs: call.inputs,
        losses: or(call.values, losses),
        grads: [or(call.grads[0], room), or(call.grads[1], other)],
        hess: if call.hess[0].is_null() { call.hess } else { [or(call.hess[0], third), or(call.hess[1], fourth)] },
        spare,
        scale: before,
    };
    // SAFETY: the caller's guarantees; rooms have a strip.
    unsafe {
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
