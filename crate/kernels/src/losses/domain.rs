//! The domains of inputs, as masks of the lanes within. What a mask says of NaN doesn't matter: see
//! [`crate::loops::element::Pointwise::valid`].

use crate::simd::Vector;

/// In [0, 1]: probabilities and soft targets.
#[inline(always)]
pub fn unit<V: Vector>(x: V) -> V::Mask {
    V::zero().le(inside(x))
}

/// How far x is inside [0, 1]; less than 0 outside.
#[inline(always)]
fn inside<V: Vector>(x: V) -> V {
    x.pmin(V::c(1.0) - x)
}

/// A probability that is to be divided by: +0 for −0, whose quotients would have the wrong sign.
#[inline(always)]
pub fn positive<V: Vector>(p: V) -> V {
    p + V::zero()
}

/// Both in [0, 1].
#[inline(always)]
pub fn both_unit<V: Vector>(x: V, y: V) -> V::Mask {
    V::zero().le(inside(x).pmin(inside(y)))
}

/// x ≥ 0: counts, amounts, rates.
#[inline(always)]
pub fn not_negative<V: Vector>(x: V) -> V::Mask {
    V::zero().le(x)
}

/// 0 or 1: targets of focal and contrastive losses.
#[inline(always)]
pub fn binary<V: Vector>(y: V) -> V::Mask {
    (y * (V::c(1.0) - y)).eq(V::zero())
}

/// −1 or +1: targets of hinge losses.
#[inline(always)]
pub fn plus_or_minus_one<V: Vector>(y: V) -> V::Mask {
    (y * y).eq(V::c(1.0))
}
