//! What happens at the ends: an incomplete group is padded, and what is out of its domain is looked for.

use super::general::general;
use super::strips::{Facts, Loops};
use super::sums::Sums;
use super::{DERIVATIVES, ElementCall, INPUTS};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// The elements of a group, at most.
const GROUP: usize = 16;
/// Room for an array's padded copy.
pub type GroupScratch<T> = MaybeUninit<[T; GROUP]>;

/// Copies `n` elements, less than a group, and fills the group up.
///
/// # Safety
/// - `from` is valid for reads of `n` elements, `to` for writes of a group.
#[inline(never)]
pub unsafe fn fill<T: Float>(from: *const T, to: *mut T, n: usize, rest: f64) {
    // SAFETY: a group is four registers.
    unsafe {
        (0..4).for_each(|k| T::Vec::c(rest).store(to.add(k * T::Vec::LANES)));
        copy(from, to, n);
    }
}

/// Copies `n` elements by registers, and the rest one by one, which is quicker for a few than to call what copies memory: without
/// `volatile` it would be called.
///
/// # Safety
/// - `from` is valid for reads of `n` elements, and `to` for writes.
#[inline(always)]
unsafe fn copy<T: Float>(from: *const T, to: *mut T, n: usize) {
    let whole = n - n % T::Vec::LANES;
    // SAFETY: within `n`.
    unsafe {
        (0..whole).step_by(T::Vec::LANES).for_each(|at| T::Vec::load(from.add(at)).store(to.add(at)));
        (whole..n).for_each(|at| to.add(at).write_volatile(*from.add(at)));
    }
}

/// Copies `n` results to where they are asked for, if they are.
///
/// # Safety
/// - `from` is valid for reads of `n` elements, and `to` for writes, or null.
#[inline(never)]
pub unsafe fn hand_over<T: Float>(from: *const T, to: *mut T, n: usize) {
    if !to.is_null() {
        // SAFETY: the caller's guarantee.
        unsafe { copy(from, to, n) };
    }
}

/// Runs an incomplete group on padded copies, and copies the results back. Inputs are padded with ones, which are within
/// every domain, weights with zeros. Fails with the index of the first element, if any, that is out of its domain.
///
/// # Safety
/// As [`run`](super::run); `call.n` is less than a group.
#[inline(never)]
pub unsafe fn padded<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &ElementCall<T>,
    sums: Option<&mut Sums<T>>,
) -> Result<(), usize> {
    let mut scratch = [const { GroupScratch::<T>::uninit() }; 2 + INPUTS + 2 * DERIVATIVES];
    let mut scratch = scratch.iter_mut();
    // Each array takes its own, whether it is there or not.
    let mut copy_of = |is_there: bool| match scratch.next() {
        Some(copy) if is_there => copy.as_mut_ptr().cast::<T>(),
        _ => core::ptr::null_mut(),
    };
    let mut read = |from: *const T, rest: f64| {
        let to = copy_of(!from.is_null());
        if !to.is_null() {
            // SAFETY: the caller's arrays have n elements, less than a group.
            unsafe { fill(from, to, call.n, rest) };
        }
        to.cast_const()
    };
    let (weight, inputs) = (read(call.weight, 0.0), call.inputs.map(|from| read(from, 1.0)));
    let mut write = |to: *mut T| copy_of(!to.is_null());
    let (values, grads, hess) = (write(call.values), call.grads.map(&mut write), call.hess.map(&mut write));
    let group = ElementCall { n: 4 * T::Vec::LANES, scale: call.scale, values, weight, inputs, grads, hess };
    // SAFETY: the copies have a whole group of elements, the caller's arrays, which aren't written yet, `n`.
    unsafe {
        if !general(loss, facts, &group, call.n, sums)
            && let Some(index) = first_invalid(loss, call)
        {
            return Err(index);
        }
        hand_over(group.values, call.values, call.n);
        for g in 0..DERIVATIVES {
            hand_over(group.grads[g], call.grads[g], call.n);
            hand_over(group.hess[g], call.hess[g], call.n);
        }
    }
    Ok(())
}

/// The first element, if any, whose inputs are out of their domain and whose weight isn't 0.
///
/// # Safety
/// As [`run`](super::run).
#[cold]
pub unsafe fn first_invalid<T: Float>(loss: &dyn Loops<T>, call: &ElementCall<T>) -> Option<usize> {
    let whole = call.n - call.n % T::Vec::LANES;
    // SAFETY: the caller's guarantees.
    if whole == call.n && !unsafe { loss.has_invalid(call, whole) } {
        return None;
    }
    let one = T::from_f64(1.0);
    // SAFETY: at < n: one element can be read from each array.
    let read = |p: *const T, at: usize| if p.is_null() { one } else { unsafe { *p.add(at) } };
    (0..call.n).find(|&at| {
        let x = call.inputs.map(|p| read(p, at)).map(|x| if x.to_f64().is_nan() { one } else { x });
        read(call.weight, at).to_f64() != 0.0 && !loss.is_valid(x)
    })
}
