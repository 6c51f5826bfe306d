//! The loop of light losses, over whole groups, with nothing but values and gradients asked for: so short that engines keep all
//! of it in registers, with addresses that only grow, and with nothing checked before the end of a strip.

use super::general::general;
use super::strips::{Facts, Loops, Sums};
use super::tail::{GROUP, Room, fill, hand_over};
use super::{Call, Constants, Pointwise, STRIP};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::hint::black_box;
use core::mem::MaybeUninit;
use core::ops::Range;

/// Runs over a part of a call of a light loss, in whole groups: first as if all of it were finite and within its domain, and if it
/// isn't, through the loop that takes care of that. Returns false if inputs may be out of their domain.
///
/// # Safety
/// As [`run`](super::run); the part is a strip of the call at most, and nothing but the sum and gradients is asked for.
pub unsafe fn light<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &Call<T>,
    part: Range<usize>,
    sums: &mut Sums<T>,
) -> bool {
    let (start, n, grad) = (part.start, part.len(), call.grads[0]);
    // A gradient in its input's place waits until all is known to be well; one that isn't wanted goes nowhere.
    let direct = !grad.is_null() && !call.inputs.contains(&grad.cast_const());
    let mut room = MaybeUninit::<[T; STRIP]>::uninit();
    let room = room.as_mut_ptr().cast::<T>();
    // SAFETY: the part is within every array that is there, and the room has a strip.
    unsafe {
        let to = if direct { grad.add(start) } else { room };
        // Numbers, not a structure: engines wait long for what was stored in parts and is loaded whole.
        let [a, b, _] = call.inputs;
        let fine = loss.groups(n, a.wrapping_add(start), b.wrapping_add(start), to, call.scale, sums);
        if !fine || !(sums[0] + sums[1]).total().is_finite() {
            *sums = [<T::Vec as Vector>::Wide::zero(); 2];
            return general(loss, facts, &call.part(start, n), n, sums);
        }
        if !direct && !grad.is_null() {
            room.copy_to_nonoverlapping(grad.add(start), n);
        }
    }
    true
}

/// Runs over less than a group of a light loss, filled up with elements whose loss is 0. Returns false, and has changed nothing, if
/// the careful way has to be taken.
///
/// # Safety
/// As [`run`](super::run); nothing but the sum and gradients is asked for.
pub unsafe fn few<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &Call<T>, sums: &mut Sums<T>) -> bool {
    let mut rooms = [const { Room::<T>::uninit() }; 1 + LIGHT_INPUTS];
    let [a, b, grad] = rooms.each_mut().map(|room| room.as_mut_ptr().cast::<T>());
    let mut own = [<T::Vec as Vector>::Wide::zero(); 2];
    // SAFETY: rooms have a group, the caller's arrays `n` elements.
    unsafe {
        fill(call.inputs[0], a, call.n, facts.neutral[0]);
        if !call.inputs[1].is_null() {
            fill(call.inputs[1], b, call.n, facts.neutral[1]);
        }
        if !loss.groups(GROUP, a, b, grad, call.scale, &mut own) || !(own[0] + own[1]).total().is_finite() {
            return false;
        }
        *sums = [sums[0] + own[0], sums[1] + own[1]];
        hand_over(grad, call.grads[0], call.n);
    }
    true
}

/// The most inputs of a light loss.
pub const LIGHT_INPUTS: usize = 2;

/// Makes `sums` those of whole groups, `n` elements. Returns false if inputs may be out of their domain.
///
/// # Safety
/// - The pointers that the loss needs are valid for `n` elements, and `grad` is.
#[inline(always)]
pub unsafe fn groups<T: Float, L, const I: usize, const G: usize>(
    loss: &L,
    n: usize,
    inputs: [*const T; LIGHT_INPUTS],
    mut grad: *mut T,
    scale: f64,
    sums: &mut Sums<T>,
) -> bool
where
    L: Pointwise<I, G>,
{
    let lanes = T::Vec::LANES;
    // Opaque one by one, or they are made, or read, anew in each turn of the loop.
    let Constants { scale, a, b, c, d } = loss.constants::<T::Vec>(scale);
    let [scale, a, b, c, d] = [scale, a, b, c, d].map(black_box);
    let constants = Constants { scale, a, b, c, d };
    let mut inputs: [_; I] = from_fn(|i| inputs[i]);
    let mut local = [<T::Vec as Vector>::Wide::zero(); 2];
    let mut stray = T::Vec::zero();
    // SAFETY: one beyond the last element.
    let end = unsafe { grad.add(n) };
    while grad < end {
        let values: [T::Vec; 4] = from_fn(|k| {
            // SAFETY: a group is left.
            let x = from_fn(|i| unsafe { T::Vec::load(inputs[i].add(k * lanes)) });
            if L::CHECKED {
                stray = stray.or(loss.stray(x, &constants));
            }
            let (value, slope) = loss.light(x, &constants);
            // SAFETY: as above.
            unsafe { slope.store(grad.add(k * lanes)) };
            value
        });
        ((values[0] + values[1]) + (values[2] + values[3])).accumulate(&mut local);
        // SAFETY: at most one beyond the last element. Not `map`, which packs two pointers into one number.
        unsafe {
            for input in &mut inputs {
                *input = input.add(4 * lanes);
            }
            grad = grad.add(4 * lanes);
        }
    }
    *sums = local;
    !(L::CHECKED && (!stray.abs().eq(T::Vec::zero())).any())
}
