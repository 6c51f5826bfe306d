//! The loop that every loss has, register by register: inputs to losses and derivatives, without weights.

use super::{DERIVATIVES, INPUTS, Pointwise};
use crate::simd::{Mask, Vector};
use core::array::from_fn;

/// A strip's data, in whole registers.
pub struct Strip<E> {
    /// Elements.
    pub n: usize,
    /// Inputs; those beyond [`Pointwise::REQUIRED`] may be null, and are then ones.
    pub inputs: [*const E; INPUTS],
    /// Output: losses.
    pub losses: *mut E,
    /// Output: gradients. One may be the matching input.
    pub grads: [*mut E; DERIVATIVES],
    /// Output: second derivatives, of doubles only.
    pub hess: [*mut E; DERIVATIVES],
    /// Multiplies derivatives.
    pub scale: f64,
}

/// Runs over a strip; returns false if inputs may be out of their domain. One loop computes everything: gradients that aren't wanted
/// cost less than a second loop in the module would.
///
/// # Safety
/// - The pointers are valid for `n` elements, a multiple of a register.
#[inline(never)]
pub unsafe fn body<V: Vector, L, const I: usize, const G: usize>(loss: &L, strip: &Strip<V::Elem>) -> bool
where
    L: Pointwise<I, G>,
{
    let load = |at: usize| {
        from_fn(|i| match i >= L::REQUIRED && strip.inputs[i].is_null() {
            true => V::c(1.0),
            // SAFETY: at + LANES ≤ n.
            false => unsafe { V::load(strip.inputs[i].add(at)) },
        })
    };
    // Doubles, which aren't hot, take it in the one loop.
    let staged = L::STAGED && !V::DOUBLE;
    if staged {
        for at in (0..strip.n).step_by(V::LANES) {
            // SAFETY: at + LANES ≤ n.
            unsafe { loss.stage(load(at)).store(strip.losses.add(at)) };
        }
    }
    let mut fine = !V::Mask::none();
    let scale = V::c(strip.scale);
    for at in (0..strip.n).step_by(V::LANES) {
        let x = load(at);
        // SAFETY: as above.
        unsafe {
            let first = if staged { V::load(strip.losses.add(at)) } else { loss.stage(x) };
            let terms = loss.scaled(x, first, loss.eval(x, first), scale);
            for g in 0..G {
                terms.grad[g].store(strip.grads[g].add(at));
                if V::DOUBLE {
                    terms.hess[g].store(strip.hess[g].add(at));
                }
            }
            terms.value.store(strip.losses.add(at));
        }
        if L::CHECKED {
            fine = fine & loss.valid(x);
        }
    }
    !(L::CHECKED && (!fine).any())
}
