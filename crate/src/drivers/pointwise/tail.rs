//! What happens at the ends: strips are added up, an incomplete group is padded, and a fault is looked for.

use super::Call;
use super::strips::{Strips, Sums};
use crate::simd::{Float, Vector};
use core::array::from_fn;

/// Adds four registers, of which the first `counted` elements count.
#[inline(always)]
fn add_group<T: Float>(mut group: [T::Vec; 4], counted: usize, sums: &mut Sums<T>) {
    if counted < 4 * T::Vec::LANES {
        group = from_fn(|k| group[k].keep(T::Vec::first(T::Vec::LANES.min(counted.saturating_sub(k * T::Vec::LANES)))));
    }
    ((group[0] + group[1]) + (group[2] + group[3])).accumulate(sums);
}

/// Adds a strip of losses, each times its weight if there are weights.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements, a multiple of a group; `weight` too, or null.
#[inline(never)]
pub unsafe fn add_strip<T: Float>(losses: *const T, weight: *const T, n: usize, counted: usize, sums: &mut Sums<T>) {
    for start in (0..n).step_by(4 * T::Vec::LANES) {
        // SAFETY: start + 4 LANES ≤ n.
        let read = |p: *const T| from_fn(|k| unsafe { T::Vec::load(p.add(start + k * T::Vec::LANES)) });
        if weight.is_null() {
            add_group::<T>(read(losses), counted - start, sums);
        } else {
            // Elements beyond the counted ones have weight 0.
            let (losses, weights): ([T::Vec; 4], [T::Vec; 4]) = (read(losses), read(weight));
            for k in 0..4 {
                losses[k].accumulate_weighted(weights[k], sums);
            }
        }
    }
}

/// Runs an incomplete group on padded copies, and copies the results back. Inputs are padded with ones, which are within
/// every domain, weights with zeros.
///
/// # Safety
/// As [`run`](super::run); `call.n` is less than a group.
#[inline(never)]
pub unsafe fn padded<T: Float, const I: usize, const G: usize>(
    loss: &dyn Strips<T, I, G>,
    call: &Call<T, I, G>,
    sums: &mut Sums<T>,
) -> bool {
    const GROUP: usize = 16;
    let zeros = [T::from_f64(0.0); GROUP];
    let (mut inputs, mut weight, mut values) = ([[T::from_f64(1.0); GROUP]; I], zeros, zeros);
    let (mut grads, mut hess) = ([zeros; G], [zeros; G]);
    let read = |from: *const T, to: &mut [T; GROUP]| -> *const T {
        if !from.is_null() {
            // SAFETY: the caller's arrays have n < GROUP elements, and `to` is another array.
            unsafe { from.copy_to_nonoverlapping(to.as_mut_ptr(), call.n) };
            return to.as_ptr();
        }
        from
    };
    let room = |for_: *mut T, buffer: &mut [T; GROUP]| if for_.is_null() { for_ } else { buffer.as_mut_ptr() };
    let copy = Call {
        n: 4 * T::Vec::LANES,
        scale: call.scale,
        values: room(call.values, &mut values),
        weight: read(call.weight, &mut weight),
        inputs: from_fn(|i| read(call.inputs[i], &mut inputs[i])),
        grads: from_fn(|g| room(call.grads[g], &mut grads[g])),
        hess: from_fn(|g| room(call.hess[g], &mut hess[g])),
    };
    // SAFETY: the copies have a whole group of elements.
    let fine = unsafe { loss.strip(&copy, call.n, sums) };
    let write = |from: *mut T, to: *mut T| {
        if !to.is_null() {
            // SAFETY: the caller's arrays have n elements, and `from` is one of the buffers above.
            unsafe { to.copy_from_nonoverlapping(from, call.n) };
        }
    };
    write(copy.values, call.values);
    for g in 0..G {
        write(copy.grads[g], call.grads[g]);
        write(copy.hess[g], call.hess[g]);
    }
    fine
}

/// The first element, if any, whose inputs are out of their domain and whose weight isn't 0.
///
/// # Safety
/// As [`run`](super::run).
#[cold]
pub unsafe fn first_invalid<T: Float, const I: usize, const G: usize>(
    loss: &dyn Strips<T, I, G>,
    call: &Call<T, I, G>,
) -> Option<usize> {
    let one = T::from_f64(1.0);
    // SAFETY: at < n: one element can be read from each array.
    let read = |p: *const T, at: usize| if p.is_null() { one } else { unsafe { *p.add(at) } };
    (0..call.n).find(|&at| {
        let x = call.inputs.map(|p| read(p, at)).map(|x| if x.to_f64().is_nan() { one } else { x });
        read(call.weight, at).to_f64() != 0.0 && !loss.is_valid(x)
    })
}
