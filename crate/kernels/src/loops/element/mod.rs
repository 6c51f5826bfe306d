//! Losses of one element: each depends on that element's inputs alone.
//!
//! A call goes chunk by chunk. A chunk of a loss whose formula is a few instructions goes through the loop of `light`, which checks at
//! its end whether all was finite and within the loss's domain; whatever that loop can't do (weights, values, other losses, data that
//! isn't well) goes strip by strip through `general`: the loss's own loop (`body`), and around it what all losses share. An
//! incomplete last group of registers is padded with elements that reach neither a sum nor memory (`tail`).

mod body;
mod call;
mod general;
mod light;
mod loss;
mod strips;
mod sums;
mod tail;
mod usual;

pub use body::Strip;
pub use call::{DERIVATIVES, ElementCall, INPUTS};
pub use loss::{Constants, Pointwise, Terms, held};
pub use strips::{Facts, Kernel, Loops};
pub use usual::{Usually, run_all_usual, run_usual};

use crate::loops::{CHUNK, Outcome, STRIP, Total, by_chunks};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;
use general::general;
use light::light;
use sums::Sums;
use tail::{first_invalid, padded};

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// # Safety
/// - Every pointer of `call` is valid for `n` elements, or null; the first [`Pointwise::REQUIRED`] inputs aren't null.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
pub unsafe fn run<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &ElementCall<T>, total: Total) -> Outcome {
    // Of doubles, the light loop has no second derivatives, to keep modules small.
    let has_outputs = call.values.is_null() && (call.hess[0].is_null() || facts.light_hess && !T::Vec::DOUBLE);
    let is_light = facts.light && has_outputs && call.weight.is_null();
    // SAFETY: the caller's guarantees.
    if is_light && let Some(total) = unsafe { at_once(loss, facts, call, total) } {
        return Ok(total);
    }
    by_chunks(call.n, CHUNK, total, |start, n| {
        let mut copy = None;
        // SAFETY: the caller's guarantees; the part is within the call.
        unsafe {
            let part = call.part_or_all(start, n, &mut copy);
            // `lightly` has scratch memory for one gradient only.
            if is_light && !facts.pair {
                lightly(loss, facts, part)
            } else {
                carefully(loss, facts, part, Total::default())
            }
        }
    })
}

/// Goes strip by strip through a part of a chunk: `add` returns the chunk's sum with a strip's losses.
#[inline(always)]
fn by_strips<T>(
    call: &ElementCall<T>,
    mut chunk: Total,
    mut add: impl FnMut(&ElementCall<T>, Total) -> Outcome,
) -> Outcome {
    for start in (0..call.n).step_by(STRIP) {
        let mut copy = None;
        // SAFETY: the part is within the call.
        let part = unsafe { call.part_or_all(start, STRIP.min(call.n - start), &mut copy) };
        chunk = add(part, chunk).map_err(|index| start + index)?;
    }
    Ok(chunk)
}

/// Takes all of a call through the light loop in one go, if gradients can be written at once: there are some, and they don't take the
/// place of an input. `None` if not, or if all isn't finite and within its domain.
///
/// # Safety
/// As [`run`]; there are neither weights nor values.
#[inline(never)]
unsafe fn at_once<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &ElementCall<T>, total: Total) -> Option<Total> {
    let grad = call.grads[0];
    if grad.is_null() || call.is_in_place() {
        return None;
    }
    // SAFETY: the caller's guarantees.
    unsafe { light(loss, facts, call, grad, Sums::new(Total::default(), total)) }
}

/// Takes a chunk through the light loop strip by strip: gradients go to scratch memory until the strip is known to be finite and within
/// its domain. One that isn't is done again, carefully.
///
/// # Safety
/// As [`run`]; there are neither weights nor values.
#[inline(never)]
unsafe fn lightly<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &ElementCall<T>) -> Outcome {
    let mut scratch = MaybeUninit::<[T; STRIP]>::uninit();
    let scratch: *mut T = scratch.as_mut_ptr().cast();
    by_strips(call, Total::default(), |part, chunk| {
        // SAFETY: the part is within the call.
        unsafe {
            let Some(sum) = light(loss, facts, part, scratch, Sums::new(chunk, Total::default())) else {
                return carefully(loss, facts, part, chunk);
            };
            if !part.grads[0].is_null() {
                scratch.copy_to_nonoverlapping(part.grads[0], part.n);
            }
            Ok(sum)
        }
    })
}

/// Adds up a part of a chunk strip by strip, through what serves every loss and every output.
///
/// # Safety
/// As [`run`].
#[inline(never)]
unsafe fn carefully<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &ElementCall<T>, chunk: Total) -> Outcome {
    by_strips(call, chunk, |part, chunk| {
        let mut sums = Sums::new(chunk, Total::default());
        // SAFETY: the part is within the call.
        unsafe { strip(loss, facts, part, Some(&mut sums))? };
        Ok(sums.of_chunk())
    })
}

/// Adds a strip to the sums, if there are some. Fails with the index of the first element that is out of its domain.
///
/// # Safety
/// As [`run`]; there are [`STRIP`] elements at most.
pub unsafe fn strip<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &ElementCall<T>,
    mut sums: Option<&mut Sums<T>>,
) -> Result<(), usize> {
    let whole = call.n - call.n % (4 * T::Vec::LANES);
    // SAFETY: the parts are within the call, and what remains after whole groups is less than a group.
    unsafe {
        let groups = call.part(0, whole);
        if whole > 0
            && !general(loss, facts, &groups, whole, sums.as_deref_mut())
            && let Some(index) = first_invalid(loss, &groups)
        {
            return Err(index);
        }
        let rest = call.part(whole, call.n - whole);
        if rest.n == 0 { Ok(()) } else { padded(loss, facts, &rest, sums).map_err(|index| whole + index) }
    }
}
