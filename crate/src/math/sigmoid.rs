//! The logistic function and its integral.

use super::{exp_nonpositive, log1p_unit};
use crate::simd::Vector;

/// σ(x) = 1/(1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid<V: Vector>(x: V) -> V {
    let one = V::c(1.0);
    let e = exp_nonpositive(-x.abs());
    V::select(x.lt(V::zero()), e, one) / (one + e)
}

/// ln(1 + eˣ).
#[inline(always)]
pub fn softplus<V: Vector>(x: V) -> V {
    x.pmax(V::zero()) + log1p_unit(exp_nonpositive(-x.abs()))
}
