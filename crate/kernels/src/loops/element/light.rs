//! The loop of light losses, over whole groups, with nothing but values and gradients asked for: so short that engines keep all
//! of it in registers, with addresses that only grow, and with nothing checked before the end of a strip.

use super::strips::{Facts, Loops, Sums};
use super::tail::{Room, fill, hand_over};
use super::{Call, Pointwise, STRIP};
use crate::loops::Total;
use crate::loops::row::call::shift;
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// Adds a part of a chunk, of a light loss, to `total` as if all of it were finite and within its domain; `None` if it isn't, and then nothing has
/// changed but gradients that are written anew.
///
/// # Safety
/// As [`run`](super::run); nothing but the sum and gradients is asked for.
/// - `direct` if there are gradients, and not in the place of an input; else it is a strip at most.
#[inline(never)]
pub unsafe fn light<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &Call<T>,
    direct: bool,
    total: Total,
) -> Option<Total> {
    let mut sums = Sums::new(total);
    let whole = call.n - call.n % (4 * T::Vec::LANES);
    // A gradient in its input's place waits until all is known to be well; one that isn't wanted goes nowhere.
    let mut room = MaybeUninit::<[T; STRIP]>::uninit();
    let [grad, _] = call.grads;
    let to = if direct { grad } else { room.as_mut_ptr().cast::<T>() };
    // SAFETY: whole groups are within every array that is there, and the room has a strip; the rest is less than a group.
    unsafe {
        // Numbers, not a structure: engines wait long for what was stored in parts and is loaded whole.
        let [a, b, _] = call.inputs;
        let rest = [shift(a, whole), shift(b, whole)];
        let fine = (whole == 0 || loss.groups(whole, a, b, to, call.scale, &mut sums))
            && (whole == call.n || few(loss, facts, rest, call.n - whole, to.add(whole), call.scale, &mut sums));
        let sum = sums.total.sum + (sums.lanes[0] + sums.lanes[1]).total();
        if !fine || !sum.is_finite() {
            return None;
        }
        if !direct && !grad.is_null() {
            to.copy_to_nonoverlapping(grad, call.n);
        }
        Some(Total { sum, ..total })
    }
}

/// Adds `n` elements, less than a group, of a light loss, filled up with elements whose loss is 0. Returns false if inputs may be out of
/// their domain.
///
/// # Safety
/// - The pointers are valid for `n` elements; the second input may be null.
unsafe fn few<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    inputs: [*const T; LIGHT_INPUTS],
    n: usize,
    to: *mut T,
    scale: f64,
    sums: &mut Sums<T>,
) -> bool {
    let mut rooms = [const { Room::<T>::uninit() }; 1 + LIGHT_INPUTS];
    let [a, b, grad] = rooms.each_mut().map(|room| room.as_mut_ptr().cast::<T>());
    // SAFETY: rooms have a group, the caller's arrays `n` elements.
    unsafe {
        fill(inputs[0], a, n, facts.neutral[0]);
        if !inputs[1].is_null() {
            fill(inputs[1], b, n, facts.neutral[1]);
        }
        let fine = loss.groups(4 * T::Vec::LANES, a, b, grad, scale, sums);
        hand_over(grad, to, n);
        fine
    }
}

/// The most inputs of a light loss.
pub const LIGHT_INPUTS: usize = 2;

/// Adds up whole groups, `n` elements: strips, and perhaps a part of one. Returns false if inputs may be out of their domain.
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
    let constants = loss.constants::<T::Vec>(scale);
    let mut inputs: [_; I] = from_fn(|i| inputs[i]);
    let mut stray = T::Vec::zero();
    let mut left = n;
    loop {
        let strip = left.min(STRIP);
        let mut local = [<T::Vec as Vector>::Wide::zero(); 2];
        // SAFETY: one beyond the last element.
        let end = unsafe { grad.add(strip) };
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
        if strip < STRIP {
            sums.lanes = [sums.lanes[0] + local[0], sums.lanes[1] + local[1]];
            break;
        }
        sums.total.sum += (local[0] + local[1]).total();
        left -= strip;
    }
    !(L::CHECKED && (!stray.abs().eq(T::Vec::zero())).any())
}
