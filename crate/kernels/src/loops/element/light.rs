//! The loop of light losses: so short that engines keep all of it in registers, with addresses that only grow, and with nothing checked
//! before the end of a strip. It does values, gradients and second derivatives; weights are for [`general`](super::general()).

use super::strips::{Facts, Loops};
use super::sums::Sums;
use super::tail::{GroupScratch, fill, hand_over};
use super::{ElementCall, INPUTS, Pointwise};
use crate::loops::shift::{shift, shift_mut};
use crate::loops::{CHUNK, STRIP, Total};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

/// Adds elements of a light loss to sums as if all of them were finite and within their domain; `None` if they aren't, and then nothing
/// has changed but outputs that are written anew. Gradients go to `grad`.
///
/// # Safety
/// As [`run`](super::run); there are neither weights nor values.
/// - `grad` is valid for writes of `call.n` elements, and isn't in the place of an input.
#[inline(never)]
pub unsafe fn light<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &ElementCall<T>,
    grad: *mut T,
    mut sums: Sums<T>,
) -> Option<Total> {
    let whole = call.n - call.n % (4 * T::Vec::LANES);
    // SAFETY: whole groups are within every array that is there; the rest is less than a group.
    unsafe {
        // Numbers, not a structure: processors wait long for what was stored in parts and is loaded whole.
        let [a, b, c] = call.inputs;
        let second = if facts.pair { call.grads[1] } else { call.hess[0] };
        let rest = [shift(a, whole), shift(b, whole), shift(c, whole)];
        let outputs = [grad.add(whole), shift_mut(second, whole)];
        let fine = (whole == 0 || loss.groups(whole, a, b, c, grad, second, call.scale, &mut sums))
            && (whole == call.n || few(loss, facts, rest, call.n - whole, outputs, call.scale, &mut sums));
        let mut total = sums.total;
        total.sum += sums.chunk.sum + (sums.lanes[0] + sums.lanes[1]).total();
        total.excess += sums.chunk.excess;
        (fine && total.sum.is_finite()).then_some(total)
    }
}

/// Adds `n` elements, less than a group, of a light loss, filled up with elements whose loss is 0. Returns false if inputs may be out of
/// their domain.
///
/// # Safety
/// - The pointers are valid for `n` elements; the other inputs and the second output may be null.
unsafe fn few<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    inputs: [*const T; INPUTS],
    n: usize,
    [grad, second]: [*mut T; 2],
    scale: f64,
    sums: &mut Sums<T>,
) -> bool {
    let mut scratch = [const { GroupScratch::<T>::uninit() }; 2 + INPUTS];
    let [a, b, c, grads, seconds] = scratch.each_mut().map(|scratch| scratch.as_mut_ptr().cast::<T>());
    let copies = [a, b, c];
    // SAFETY: scratch memory has a group, the caller's arrays `n` elements.
    unsafe {
        for i in 0..INPUTS {
            if !inputs[i].is_null() {
                fill(inputs[i], copies[i], n, facts.neutral[i]);
            }
        }
        let seconds = if second.is_null() { second } else { seconds };
        let fine = loss.groups(4 * T::Vec::LANES, a, b, c, grads, seconds, scale, sums);
        hand_over(grads, grad, n);
        hand_over(seconds, second, n);
        fine
    }
}

/// Adds up whole groups, `n` elements from the beginning of a chunk or a strip on. Writes second derivatives if `HESS`,
/// or two gradients if there are. Returns false if inputs may be out of their domain.
///
/// # Safety
/// - The pointers that the loss needs are valid for `n` elements, and `grad` is; `second` too if `HESS`, or if there are two gradients.
#[inline(always)]
pub unsafe fn groups<T: Float, L, const I: usize, const G: usize, const HESS: bool>(
    loss: &L,
    n: usize,
    inputs: [*const T; INPUTS],
    [mut grad, mut second]: [*mut T; 2],
    scale: f64,
    sums: &mut Sums<T>,
) -> bool
where
    L: Pointwise<I, G>,
{
    let lanes = T::Vec::LANES;
    let constants = loss.constants::<T::Vec>(scale);
    let mut inputs: [_; I] = from_fn(|i| inputs[i]);
    let mut invalid = T::Vec::zero();
    let mut remaining = n;
    loop {
        let strip = remaining.min(STRIP);
        let mut local = [<T::Vec as Vector>::Wide::zero(); 2];
        // SAFETY: one beyond the last element.
        let end = unsafe { grad.add(strip) };
        while grad < end {
            let values: [T::Vec; 4] = from_fn(|k| {
                // SAFETY: a group remains.
                let x = from_fn(|i| unsafe { T::Vec::load(inputs[i].add(k * lanes)) });
                if L::CHECKED {
                    invalid = invalid.or(loss.invalid_bits(x, &constants));
                }
                let terms = loss.light(x, &constants);
                // SAFETY: as above.
                unsafe {
                    terms.grad[0].store(grad.add(k * lanes));
                    if G == 2 {
                        terms.grad[G - 1].store(second.add(k * lanes));
                    } else if HESS {
                        terms.hess[0].store(second.add(k * lanes));
                    }
                }
                terms.value
            });
            ((values[0] + values[1]) + (values[2] + values[3])).accumulate(&mut local);
            // SAFETY: at most one beyond the last element. Not `map`, which packs two pointers into one number.
            unsafe {
                for input in &mut inputs {
                    *input = input.add(4 * lanes);
                }
                grad = grad.add(4 * lanes);
                if HESS || G == 2 {
                    second = second.add(4 * lanes);
                }
            }
        }
        if strip < STRIP {
            sums.lanes = [sums.lanes[0] + local[0], sums.lanes[1] + local[1]];
            break;
        }
        sums.chunk.sum += (local[0] + local[1]).total();
        remaining -= strip;
        if (n - remaining).is_multiple_of(CHUNK) {
            sums.total.sum += sums.chunk.sum;
            sums.chunk.sum = 0.0;
        }
    }
    !(L::CHECKED && (!invalid.abs().eq(T::Vec::zero())).any())
}
