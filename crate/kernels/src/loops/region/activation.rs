//! What makes p of predictions.

use crate::math::{exp_of_parts, minus_abs_parts};
use crate::simd::{Float, Vector};

/// What makes p of predictions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// They are p.
    None,
    /// Of each by itself: p = 1/(1 + e^−z).
    Sigmoid,
    /// Over the classes of a pixel: p_k = e^z_k/Σ_j e^z_j.
    Softmax,
}

impl Activation {
    /// From a parameter.
    pub fn of(x: f64) -> Self {
        match x {
            1.0 => Activation::Sigmoid,
            2.0 => Activation::Softmax,
            _ => Activation::None,
        }
    }
}

/// Writes σ(−|z|) with the sign of z, from which p and 1 − p both follow without loss: see [`sides`].
///
/// # Safety
/// - `z` is valid for reads of `whole` elements, `to` for writes, a multiple of four registers. They may be the same.
#[inline(never)]
pub(super) unsafe fn decays<T: Float>(z: *const T, to: *mut T, whole: usize) {
    for at in (0..whole).step_by(T::Vec::LANES) {
        // SAFETY: the register is within.
        unsafe {
            let z = T::Vec::load(z.add(at));
            let e = exp_of_parts(minus_abs_parts(z));
            (e / (T::Vec::c(1.0) + e)).flip_sign_of(z).store(to.add(at));
        }
    }
}

/// p and 1 − p, from what [`decays`] wrote.
#[inline(always)]
pub(super) fn sides<V: Vector>(s: V) -> (V, V) {
    let one = V::c(1.0);
    let side = one.flip_sign_of(s).pmax(V::zero());
    (side - s, (one - side) + s)
}
