//! Losses of one element: each depends on that element's inputs alone.
//!
//! **Order of work.** Elements are taken in strips of [`STRIP`]; a call may be cut anywhere between strips and the bits
//! stay the same. In a strip, registers are taken four at a time, and an incomplete last group is padded with
//! elements that reach neither a sum nor memory, so that an element's result depends on nothing but its inputs.
//!
//! **Precision.** An element's loss is rounded to the element type; four registers are added pairwise in that type, then
//! everything is added as doubles. Weights are applied in double precision.

mod body;
mod general;
mod light;
mod strips;
mod tail;

pub use body::{Strip, body};
pub use strips::{Kernel, Loops};

use super::Outcome;
use crate::simd::{Float, Mask, Vector};
use general::general;
use light::{few, light};
use tail::{first_invalid, padded};

/// Elements between two flushes into the running sum.
pub const STRIP: usize = 512;

/// The most inputs a loss has, and the most gradients.
pub const INPUTS: usize = 3;
/// See [`INPUTS`].
pub const DERIVATIVES: usize = 2;

/// The loss of one register of elements, with its first and second derivatives in each differentiable input.
#[derive(Clone, Copy)]
pub struct Terms<V, const G: usize> {
    /// The losses.
    pub value: V,
    /// First derivatives, before [`Pointwise::factor`].
    pub grad: [V; G],
    /// Second derivatives, before [`Pointwise::factor`].
    pub hess: [V; G],
}

/// What a light loss computes with: the scale of its gradient, and what else it wants kept in registers.
#[derive(Clone, Copy)]
pub struct Constants<V> {
    /// Multiplies the gradient.
    pub scale: V,
    /// As the loss says.
    pub a: V,
    /// As the loss says.
    pub b: V,
    /// As the loss says.
    pub c: V,
    /// As the loss says.
    pub d: V,
}

impl<V: Vector> Constants<V> {
    /// Nothing but the scale.
    #[inline(always)]
    pub fn scale(scale: f64) -> Self {
        Constants { scale: V::c(scale), a: V::zero(), b: V::zero(), c: V::zero(), d: V::zero() }
    }
}

/// A loss of `I` inputs per element, differentiable in `G` of them.
pub trait Pointwise<const I: usize, const G: usize> {
    /// Whether [`Pointwise::stage`] does something: its loop then runs over the whole strip before `eval`'s. Two short
    /// loops overlap in the processor where one long chain of dependent operations can't.
    const STAGED: bool = false;
    /// Whether `light` is a few instructions, worth four copies in the loop. Such a loss has one gradient.
    const LIGHT: bool = false;
    /// Inputs of a light loss, within its domain, whose loss is 0: they fill up an incomplete group.
    const NEUTRAL: [f64; 2] = [1.0; 2];
    /// Inputs that are always there; the others may be absent, and are then ones.
    const REQUIRED: usize = I;
    /// Whether inputs have a domain that [`Pointwise::valid`] checks.
    const CHECKED: bool = false;

    /// The first link of the computation, typically its exponential.
    #[inline(always)]
    fn stage<V: Vector>(&self, _x: [V; I]) -> V {
        V::zero()
    }
    /// The loss and its derivatives; `staged` is what `stage` returned. What the caller doesn't use is compiled away.
    fn eval<V: Vector>(&self, x: [V; I], staged: V) -> Terms<V, G>;
    /// Runs over a strip, as [`body`]; a loss whose usual parameters have a shorter form of the same bits runs that.
    ///
    /// # Safety
    /// As [`body`].
    #[inline(always)]
    unsafe fn run<V: Vector, const GRAD: bool>(&self, strip: &Strip<V::Elem>) -> bool
    where
        Self: Sized,
    {
        // SAFETY: the caller's guarantee.
        unsafe { body::<V, Self, I, G, GRAD>(self, strip) }
    }
    /// The constants of `light`, made before its loop.
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants::scale(scale * self.factor())
    }
    /// Whether `light` serves the loss's parameters.
    #[inline(always)]
    fn is_light(&self) -> bool {
        Self::LIGHT
    }
    /// The loss, and its gradient times the scale, with the bits of `eval` where the loss is finite, which spares some care: of
    /// NaN, and of differences that overflow.
    #[inline(always)]
    fn light<V: Vector>(&self, x: [V; I], k: &Constants<V>) -> (V, V) {
        let terms = self.eval(x, V::zero());
        (terms.value, terms.grad[0] * k.scale)
    }
    /// The gradients times the scale: the product alone may be representable.
    #[inline(always)]
    fn scaled<V: Vector>(&self, _x: [V; I], grad: [V; G], scale: V) -> [V; G] {
        grad.map(|grad| grad * scale)
    }
    /// Bits, besides the sign, that are set where [`Pointwise::valid`] isn't.
    #[inline(always)]
    fn stray<V: Vector>(&self, x: [V; I], _k: &Constants<V>) -> V {
        V::zero().poison(!self.valid(x))
    }
    /// The lanes whose inputs are within their domain. A lane with a NaN may be counted either way: the driver looks
    /// closer at what isn't valid, and NaN is within every domain.
    #[inline(always)]
    fn valid<V: Vector>(&self, _x: [V; I]) -> V::Mask {
        !V::Mask::none()
    }
    /// A constant that multiplies the derivatives, kept apart so that the caller's scale absorbs it.
    #[inline(always)]
    fn factor(&self) -> f64 {
        1.0
    }
}

/// Where a call's data lies. Null pointers are absent.
pub struct Call<T> {
    /// Elements.
    pub n: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses.
    pub values: *mut T,
    /// Weights; an element of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Inputs.
    pub inputs: [*const T; INPUTS],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; DERIVATIVES],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; DERIVATIVES],
}

impl<T> Call<T> {
    /// The part of `n` elements that starts at `start`.
    ///
    /// # Safety
    /// - `start + n <= self.n`, and the pointers are valid for `self.n` elements.
    unsafe fn part(&self, start: usize, n: usize) -> Self {
        // SAFETY: start is within every array that is there.
        let input = |p: *const T| if p.is_null() { p } else { unsafe { p.add(start) } };
        // SAFETY: as above.
        let output = |p: *mut T| if p.is_null() { p } else { unsafe { p.add(start) } };
        Call {
            n,
            scale: self.scale,
            values: output(self.values),
            weight: input(self.weight),
            inputs: self.inputs.map(input),
            grads: self.grads.map(output),
            hess: self.hess.map(output),
        }
    }
}

/// Adds the call's losses to `sum` and writes what has a pointer.
///
/// # Safety
/// - Every pointer of `call` is valid for `n` elements, or null; the first [`Pointwise::REQUIRED`] inputs aren't null.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
pub unsafe fn run<T: Float>(loss: &dyn Loops<T>, call: &Call<T>, mut sum: f64) -> Outcome {
    let plain = !T::Vec::DOUBLE && call.weight.is_null() && call.values.is_null() && call.hess[0].is_null();
    let facts = &loss.facts();
    let mut start = 0;
    while start < call.n {
        let end = call.n.min(start + STRIP);
        let whole = end - (end - start) % (4 * T::Vec::LANES);
        let mut sums = [<T::Vec as Vector>::Wide::zero(); 2];
        // SAFETY: the parts are within the call, and what is left after whole groups is less than a group.
        unsafe {
            let fine = match whole - start {
                0 => true,
                _ if plain && facts.light => light(loss, facts, call, start..whole, &mut sums),
                n => general(loss, facts, &call.part(start, n), n, &mut sums),
            };
            if !fine && let Some(index) = first_invalid(loss, &call.part(start, whole - start)) {
                return Err(start + index);
            }
            let rest = call.part(whole, end - whole);
            if rest.n > 0 && !(plain && facts.light && few(loss, facts, &rest, &mut sums)) {
                padded(loss, facts, &rest, &mut sums).map_err(|index| whole + index)?;
            }
        }
        sum += (sums[0] + sums[1]).total();
        start = end;
    }
    Ok(sum)
}
