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
    /// Output: second derivatives, or null: the first says whether they are wanted.
    pub hess: [*mut E; DERIVATIVES],
    /// Scratch for the second result of a step; the first goes to `losses`.
    pub spare: *mut E,
    /// Multiplies derivatives.
    pub scale: f64,
}

/// Takes a loss's steps over a strip.
///
/// # Safety
/// As [`body`].
#[inline(always)]
pub unsafe fn steps<V: Vector, L, const I: usize, const G: usize>(loss: &L, strip: &Strip<V::Elem>)
where
    L: Pointwise<I, G>,
{
    const { assert!(L::STEPS.len() <= 3, "there are loops for three steps") }
    // SAFETY: the caller's guarantee.
    unsafe {
        step::<V, L, I, G, 0>(loss, strip);
        step::<V, L, I, G, 1>(loss, strip);
        step::<V, L, I, G, 2>(loss, strip);
    }
}

/// Runs over a strip whose steps are done, with second derivatives if `HESS`; returns false if inputs may be out of their domain. Values
/// and gradients are always computed: gradients that aren't wanted cost less than a second loop in the module would.
///
/// # Safety
/// - The pointers are valid for `n` elements, a multiple of a register; second derivatives are there if `HESS`.
#[inline(never)]
pub unsafe fn body<V: Vector, L, const I: usize, const G: usize, const HESS: bool>(
    loss: &L,
    strip: &Strip<V::Elem>,
) -> bool
where
    L: Pointwise<I, G>,
{
    let by_bits = !V::DOUBLE && !L::UNITS.is_empty();
    let (mut fine, mut most) = (!V::Mask::none(), V::c(1.0));
    let scale = V::c(strip.scale);
    // SAFETY: the caller's guarantee; at + LANES ≤ n.
    unsafe {
        for at in (0..strip.n).step_by(V::LANES) {
            let x = load::<V, L, I, G>(strip, at);
            let staged = staged::<V, L, I, G>(strip, L::STEPS.len(), at);
            let terms = loss.scaled(x, staged, loss.eval(x, staged), scale);
            for g in 0..G {
                terms.grad[g].store(strip.grads[g].add(at));
                if HESS {
                    terms.hess[g].store(strip.hess[g].add(at));
                }
            }
            terms.value.store(strip.losses.add(at));
            if by_bits {
                most = L::UNITS.iter().fold(most, |most, &i| most.max_bits(x[i]));
            } else if L::CHECKED {
                fine = fine & loss.valid(x);
            }
        }
    }
    if by_bits {
        // NaN and −0 aren't looked for here: whoever reads this looks closer.
        fine = most.eq(V::c(1.0));
    }
    !(L::CHECKED && (!fine).any())
}

/// Runs a step over a strip, if the loss has so many.
///
/// # Safety
/// As [`body`].
#[inline(never)]
unsafe fn step<V: Vector, L, const I: usize, const G: usize, const STEP: usize>(loss: &L, strip: &Strip<V::Elem>)
where
    L: Pointwise<I, G>,
{
    if STEP >= L::STEPS.len() {
        return;
    }
    for at in (0..strip.n).step_by(V::LANES) {
        // SAFETY: at + LANES ≤ n.
        unsafe {
            let before = staged::<V, L, I, G>(strip, STEP, at);
            let [a, b] = loss.step(STEP, load::<V, L, I, G>(strip, at), before);
            a.store(strip.losses.add(at));
            if L::STEPS[STEP] > 1 {
                b.store(strip.spare.add(at));
            }
        }
    }
}

/// The inputs.
///
/// # Safety
/// As [`body`]; at + LANES ≤ n.
#[inline(always)]
unsafe fn load<V: Vector, L, const I: usize, const G: usize>(strip: &Strip<V::Elem>, at: usize) -> [V; I]
where
    L: Pointwise<I, G>,
{
    from_fn(|i| match i >= L::REQUIRED && strip.inputs[i].is_null() {
        true => V::c(1.0),
        // SAFETY: the caller's guarantee.
        false => unsafe { V::load(strip.inputs[i].add(at)) },
    })
}

/// What the last of so many steps computed.
///
/// # Safety
/// As [`load`].
#[inline(always)]
unsafe fn staged<V: Vector, L, const I: usize, const G: usize>(
    strip: &Strip<V::Elem>,
    steps: usize,
    at: usize,
) -> [V; 2]
where
    L: Pointwise<I, G>,
{
    // SAFETY: the caller's guarantee.
    let read = |p: *mut V::Elem| unsafe { V::load(p.add(at)) };
    match steps.checked_sub(1).map(|last| L::STEPS[last]) {
        None => [V::zero(); 2],
        Some(1) => [read(strip.losses), V::zero()],
        Some(_) => [read(strip.losses), read(strip.spare)],
    }
}
