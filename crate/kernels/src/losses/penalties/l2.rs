//! L2 penalty.

use crate::loops::element::{INPUTS, Pointwise, Terms};
use crate::simd::Vector;

/// θ², or ½θ². Gradient with respect to θ: 2θ, or θ.
pub struct L2 {
    /// 1 for ½θ², 0 for θ²
    pub half: f64,
}

impl Pointwise<1, 1> for L2 {
    const LIGHT: bool = true;
    const CURVED: bool = false;
    const NEUTRAL: [f64; INPUTS] = [0.0; INPUTS];

    #[inline(always)]
    fn eval<V: Vector>(&self, [theta]: [V; 1], _: [V; 2]) -> Terms<V, 1> {
        Terms { value: (V::c(0.5 * self.factor()) * theta) * theta, grad: [theta], hess: [V::c(1.0)] }
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0 - self.half
    }
}
