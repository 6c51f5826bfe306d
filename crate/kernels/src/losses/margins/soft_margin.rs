//! Logistic loss of a margin, for classes −1 and 1.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::binary::binary_cross_entropy_with_logits::{EXP_STEPS, to_exp, variance};
use crate::losses::domain::plus_or_minus_one;
use crate::math::log1p_unit;
use crate::simd::Vector;

/// ln(1 + e^−yz), y in {−1, +1}.
///
/// With t = e^−|z| it is max(0, −y z) + ln(1 + t). Gradient with respect to z: −y σ(−y z). Hessian: σ(z) σ(−z).
pub struct SoftMargin;

impl Pointwise<2, 1> for SoftMargin {
    const STEPS: &'static [usize] = EXP_STEPS;
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [z, _]: [V; 2], staged: [V; 2]) -> [V; 2] {
        to_exp(step, z, staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [z, y]: [V; 2], [t, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let short = zero - y * z;
        // σ(−|y z|) is t/(1 + t), and σ(|y z|) 1/(1 + t).
        let wrong = V::select(zero.lt(short), one, t) / (one + t);
        Terms { value: short.pmax(zero) + log1p_unit(t), grad: [(zero - y) * wrong], hess: [variance(t)] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        plus_or_minus_one(y)
    }
}
