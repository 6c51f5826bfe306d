//! L1 penalty.

use crate::loops::element::{INPUTS, Pointwise, Terms};
use crate::losses::regression::mae::sign;
use crate::simd::Vector;

/// |θ|. Gradient with respect to θ: sign(θ), 0 at 0.
pub struct L1;

impl Pointwise<1, 1> for L1 {
    const LIGHT: bool = true;
    const CURVED: bool = false;
    const NEUTRAL: [f64; INPUTS] = [0.0; INPUTS];

    #[inline(always)]
    fn eval<V: Vector>(&self, [theta]: [V; 1], _: [V; 2]) -> Terms<V, 1> {
        Terms { value: theta.abs(), grad: [sign(theta)], hess: [V::zero()] }
    }
}
