//! Losses of which most calls have the same parameters: those are worth a loop in which they are known when it is compiled.

use super::body::{Strip, body, steps};
use super::{Pointwise, Terms};
use crate::simd::Vector;
use core::marker::PhantomData;

/// A loss that has usual parameters.
pub trait Usually<const I: usize, const G: usize>: Pointwise<I, G> + Sized {
    /// The loss with them.
    const USUAL: Self;
    /// [`Pointwise::step`] of the usual loss, for [`run_all_usual`].
    #[inline(always)]
    fn step_usual<V: Vector>(step: usize, x: [V; I], staged: [V; 2]) -> [V; 2] {
        Self::USUAL.step(step, x, staged)
    }
    /// [`Pointwise::eval`] of the usual loss, which may have a shorter form.
    #[inline(always)]
    fn eval_usual<V: Vector>(x: [V; I], staged: [V; 2]) -> Terms<V, G> {
        Self::USUAL.eval(x, staged)
    }
    /// Whether these are the usual ones.
    fn is_usual(&self) -> bool;
    /// The loss with the usual parameters, if these are.
    #[inline(always)]
    fn usual(&self) -> Option<Usual<Self>> {
        self.is_usual().then_some(Usual(PhantomData))
    }
}

/// A loss with its usual parameters.
pub struct Usual<L>(PhantomData<L>);

impl<L: Usually<I, G>, const I: usize, const G: usize> Pointwise<I, G> for Usual<L> {
    const STEPS: &'static [usize] = L::STEPS;
    const REQUIRED: usize = L::REQUIRED;
    const CHECKED: bool = L::CHECKED;
    const UNITS: &'static [usize] = L::UNITS;
    const CURVED: bool = false;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, x: [V; I], staged: [V; 2]) -> [V; 2] {
        L::step_usual(step, x, staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; I], staged: [V; 2]) -> Terms<V, G> {
        L::eval_usual(x, staged)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, x: [V; I]) -> V::Mask {
        L::USUAL.valid(x)
    }
}

/// Runs over a strip as [`run_usual`], but with steps that know the usual parameters as well.
///
/// # Safety
/// As [`body`].
#[inline(always)]
pub unsafe fn run_all_usual<V: Vector, L, const I: usize, const G: usize, const HESS: bool>(
    loss: &L,
    strip: &Strip<V::Elem>,
) -> bool
where
    L: Usually<I, G>,
{
    match loss.usual() {
        Some(usual) if !V::DOUBLE => {
            // SAFETY: the caller's guarantee.
            unsafe {
                steps::<V, _, I, G>(&usual, strip);
                body::<V, _, I, G, HESS>(&usual, strip)
            }
        }
        // SAFETY: the caller's guarantee.
        _ => unsafe {
            steps::<V, _, I, G>(loss, strip);
            body::<V, _, I, G, HESS>(loss, strip)
        },
    }
}

/// Runs over a strip, after the steps of the loss: of the usual form if it is given and has what is wanted, else of the loss itself. To
/// keep modules small, only floats have loops of usual forms, and few of these have second derivatives.
///
/// # Safety
/// As [`body`].
#[inline(always)]
pub unsafe fn run_usual<V: Vector, U, L, const I: usize, const G: usize, const HESS: bool>(
    usual: Option<U>,
    loss: &L,
    strip: &Strip<V::Elem>,
) -> bool
where
    U: Pointwise<I, G>,
    L: Pointwise<I, G>,
{
    // SAFETY: the caller's guarantee.
    unsafe {
        steps::<V, _, I, G>(loss, strip);
        match usual {
            Some(usual) if !V::DOUBLE && (U::CURVED || !HESS) => body::<V, _, I, G, HESS>(&usual, strip),
            _ => body::<V, _, I, G, HESS>(loss, strip),
        }
    }
}
