//! What happens at the ends: strips are added up, an incomplete group is padded, and a fault is looked for.

use super::body::Strip;
use super::general::general;
use super::strips::{Facts, Lanes, Loops, Sums};
use super::{Call, DERIVATIVES, INPUTS};
use crate::loops::Total;
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// Adds four registers, of which the first `counted` elements count.
#[inline(always)]
fn add_group<T: Float>(mut group: [T::Vec; 4], counted: usize, lanes: &mut Lanes<T>) {
    if counted < 4 * T::Vec::LANES {
        group = from_fn(|k| group[k].keep(T::Vec::first(T::Vec::LANES.min(counted.saturating_sub(k * T::Vec::LANES)))));
    }
    ((group[0] + group[1]) + (group[2] + group[3])).accumulate(lanes);
}

/// Adds a strip of losses, each times its weight if there are weights; as doubles and one by one where registers overflow.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements, a multiple of a group; `weight` too, or null.
#[inline(never)]
pub unsafe fn add_strip<T: Float>(losses: *const T, weight: *const T, n: usize, counted: usize, sums: &mut Sums<T>) {
    let mut lanes = sums.lanes;
    for start in (0..n).step_by(4 * T::Vec::LANES) {
        // SAFETY: start + 4 LANES ≤ n.
        let read = |p: *const T| from_fn(|k| unsafe { T::Vec::load(p.add(start + k * T::Vec::LANES)) });
        if weight.is_null() {
            add_group::<T>(read(losses), counted - start, &mut lanes);
        } else {
            // Elements beyond the counted ones have weight 0.
            let (losses, weights): ([T::Vec; 4], [T::Vec; 4]) = (read(losses), read(weight));
            for k in 0..4 {
                losses[k].accumulate_weighted(weights[k], &mut lanes);
            }
        }
    }
    if (lanes[0] + lanes[1]).total().is_finite() {
        sums.lanes = lanes;
    } else {
        // SAFETY: the first `counted` of `n` elements.
        unsafe { add_each(losses, weight, counted, &mut sums.total) };
    }
}

/// Adds losses one by one, each times its weight if there are weights.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements; `weight` too, or null.
#[cold]
#[inline(never)]
unsafe fn add_each<T: Float>(losses: *const T, weight: *const T, n: usize, total: &mut Total) {
    for i in 0..n {
        // SAFETY: i < n.
        let read = |p: *const T| unsafe { *p.add(i) }.to_f64();
        total.add(if weight.is_null() { read(losses) } else { read(losses) * read(weight) });
    }
}

/// Applies scale and weights to what the loss's loop wrote, and writes the call's outputs; an element of weight 0 leaves zeros.
///
/// # Safety
/// - The strip has the call's elements, in whole registers.
#[inline(never)]
pub unsafe fn weigh<T: Float>(call: &Call<T>, strip: &Strip<T>, scale: f64) {
    let unweighted = T::Vec::c(scale);
    for at in (0..call.n).step_by(T::Vec::LANES) {
        let (mut skipped, mut factor) = (<T::Vec as Vector>::Mask::none(), unweighted);
        // SAFETY: at + LANES ≤ n: within every array.
        unsafe {
            let mut value = T::Vec::load(strip.losses.add(at));
            if !call.weight.is_null() {
                let weight = T::Vec::load(call.weight.add(at));
                skipped = weight.eq(T::Vec::zero());
                factor = weight.times(scale);
                // Not 0 times what may be NaN.
                value.drop(skipped).store(strip.losses.add(at));
                value = value.drop(skipped) * weight;
            }
            if !call.values.is_null() {
                value.store(call.values.add(at));
            }
            let write = |from: *mut T, to: *mut T| {
                if !to.is_null() {
                    (T::Vec::load(from.add(at)) * factor).drop(skipped).store(to.add(at));
                }
            };
            for g in 0..DERIVATIVES {
                write(strip.grads[g], call.grads[g]);
                write(strip.hess[g], call.hess[g]);
            }
        }
    }
}

/// The elements of a group, at most.
pub const GROUP: usize = 16;
/// An array's elements in a padded copy.
pub type Room<T> = MaybeUninit<[T; GROUP]>;

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
    call: &Call<T>,
    sums: Option<&mut Sums<T>>,
) -> Result<(), usize> {
    let mut rooms = [const { Room::<T>::uninit() }; 2 + INPUTS + 2 * DERIVATIVES];
    let mut rooms = rooms.iter_mut();
    let mut room = |wanted: bool| match rooms.next() {
        Some(room) if wanted => room.as_mut_ptr().cast::<T>(),
        _ => core::ptr::null_mut(),
    };
    let mut read = |from: *const T, rest: f64| {
        let to = room(!from.is_null());
        if !to.is_null() {
            // SAFETY: the caller's arrays have n elements, less than a group.
            unsafe { fill(from, to, call.n, rest) };
        }
        to.cast_const()
    };
    let (weight, inputs) = (read(call.weight, 0.0), call.inputs.map(|from| read(from, 1.0)));
    let mut write = |to: *mut T| room(!to.is_null());
    let (values, grads, hess) = (write(call.values), call.grads.map(&mut write), call.hess.map(&mut write));
    let group = Call { n: 4 * T::Vec::LANES, scale: call.scale, values, weight, inputs, grads, hess };
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
pub unsafe fn first_invalid<T: Float>(loss: &dyn Loops<T>, call: &Call<T>) -> Option<usize> {
    let one = T::from_f64(1.0);
    // SAFETY: at < n: one element can be read from each array.
    let read = |p: *const T, at: usize| if p.is_null() { one } else { unsafe { *p.add(at) } };
    (0..call.n).find(|&at| {
        let x = call.inputs.map(|p| read(p, at)).map(|x| if x.to_f64().is_nan() { one } else { x });
        read(call.weight, at).to_f64() != 0.0 && !loss.is_valid(x)
    })
}
