//! Elastic-net penalty: a mixture of L1 and L2.

use super::mae::sign;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::simd::Vector;

/// ρ|θ| + (1−ρ)·½θ². Gradient with respect to θ: ρ sign(θ) + (1−ρ)θ.
pub struct ElasticNet {
    /// ρ in [0, 1]
    pub l1_ratio: f64,
}

impl Pointwise<1, 1> for ElasticNet {
    const LIGHT: bool = true;
    const NEUTRAL: [f64; 2] = [0.0; 2];

    #[inline(always)]
    fn eval<V: Vector>(&self, [theta]: [V; 1], _: [V; 2]) -> Terms<V, 1> {
        let (l1, l2) = (V::c(self.l1_ratio), V::c(1.0 - self.l1_ratio));
        // A share of 0 of an infinite penalty is nothing.
        let part = |share: V, x: V| (share * x).drop(share.eq(V::zero()));
        let square = V::c(0.5) * part(l2, theta) * theta;
        Terms {
            value: part(l1, theta.abs()) + square.drop(l2.eq(V::zero())),
            grad: [part(l1, sign(theta)) + part(l2, theta)],
            hess: [l2],
        }
    }
}
