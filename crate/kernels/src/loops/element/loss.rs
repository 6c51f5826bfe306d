//! What a loss of one element says of itself.

use super::body::{Strip, body, steps};
use super::call::INPUTS;
use crate::simd::{Mask, Vector};
use core::hint::black_box;

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

/// What a light loss computes with, all of it [`held`] in registers: the scale of its gradient, and up to four constants of its own.
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
        Constants { scale: held(scale), a: V::zero(), b: V::zero(), c: V::zero(), d: V::zero() }
    }
}

/// A constant that stays in a register. LLVM would make a constant anew in each turn of a loop, which costs engines several
/// instructions; `black_box` keeps it from knowing that this is one.
#[inline(always)]
pub fn held<V: Vector>(x: f64) -> V {
    black_box(V::c(x))
}

/// A loss of `I` inputs per element, differentiable in `G` of them.
pub trait Pointwise<const I: usize, const G: usize> {
    /// How many numbers each [`Pointwise::step`] computes for those after it, one or two. A step's loop runs over the whole strip before
    /// the next one's: processors work on several turns of a short loop at once, which a long chain of dependent operations prevents.
    const STEPS: &'static [usize] = &[];
    /// Whether `light` is a few instructions, worth four copies in the loop.
    const LIGHT: bool = false;
    /// Whether the light loop has the second derivatives of floats as well: only of one gradient.
    const LIGHT_HESS: bool = Self::LIGHT && Self::CURVED && G == 1;
    /// Inputs of a light loss, within its domain, whose loss is 0: they fill up an incomplete group.
    const NEUTRAL: [f64; INPUTS] = [1.0; INPUTS];
    /// Whether there are second derivatives.
    const CURVED: bool = true;
    /// Inputs that are always there; the others may be absent, and are then ones.
    const REQUIRED: usize = I;
    /// Whether inputs have a domain that [`Pointwise::valid`] checks.
    const CHECKED: bool = false;
    /// The places of all inputs that have a domain, if that is [0, 1]: floats are then checked by their bits, in one operation each.
    const UNITS: &'static [usize] = &[];

    /// A step of the computation, typically half of an exponential; `staged` is what the step before computed.
    #[inline(always)]
    fn step<V: Vector>(&self, _step: usize, _x: [V; I], staged: [V; 2]) -> [V; 2] {
        staged
    }
    /// The loss and its derivatives; `staged` is what the last step computed. What the caller doesn't use is compiled away.
    fn eval<V: Vector>(&self, x: [V; I], staged: [V; 2]) -> Terms<V, G>;
    /// Runs over a strip, as [`body`]; a loss whose usual parameters have a shorter form runs that.
    ///
    /// # Safety
    /// As [`body`].
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool
    where
        Self: Sized,
    {
        // SAFETY: the caller's guarantee.
        unsafe {
            steps::<V, Self, I, G>(self, strip);
            body::<V, Self, I, G, HESS>(self, strip)
        }
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
    /// The loss, and its derivatives times the scale, with the bits of `eval` and `scaled` where the loss is finite, which spares some
    /// care: of NaN, and of differences that overflow.
    #[inline(always)]
    fn light<V: Vector>(&self, x: [V; I], k: &Constants<V>) -> Terms<V, G> {
        let Terms { value, grad, hess } = self.eval(x, [V::zero(); 2]);
        Terms { value, grad: grad.map(|grad| grad * k.scale), hess: hess.map(|hess| hess * k.scale) }
    }
    /// `eval`'s derivatives times the scale: the product alone may be representable.
    #[inline(always)]
    fn scaled<V: Vector>(&self, _x: [V; I], _staged: [V; 2], terms: Terms<V, G>, scale: V) -> Terms<V, G> {
        let Terms { value, grad, hess } = terms;
        Terms { value, grad: grad.map(|grad| grad * scale), hess: hess.map(|hess| hess * scale) }
    }
    /// Bits, besides the sign, some of which are set where [`Pointwise::valid`] isn't: a light loop gathers them with one operation.
    #[inline(always)]
    fn invalid_bits<V: Vector>(&self, x: [V; I], _k: &Constants<V>) -> V {
        V::zero().poison(!self.valid(x))
    }
    /// The lanes whose inputs are within their domain. A lane with a NaN may be counted either way: the loops look
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
