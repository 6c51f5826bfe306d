//! Elastic-net penalty: a mixture of L1 and L2.

use crate::loops::element::{Constants, INPUTS, Pointwise, Terms, held};
use crate::losses::regression::mae::sign;
use crate::simd::Vector;

/// ρ|θ| + (1−ρ)·½θ². Gradient with respect to θ: ρ sign(θ) + (1−ρ)θ.
pub struct ElasticNet {
    /// ρ in [0, 1]
    pub l1_ratio: f64,
}

impl Pointwise<1, 1> for ElasticNet {
    const LIGHT: bool = true;
    const CURVED: bool = false;
    const NEUTRAL: [f64; INPUTS] = [0.0; INPUTS];

    #[inline(always)]
    fn eval<V: Vector>(&self, [theta]: [V; 1], _: [V; 2]) -> Terms<V, 1> {
        let (l1, half_l2) = (V::c(self.l1_ratio), V::c(0.5 * (1.0 - self.l1_ratio)));
        // A share of 0 of an infinite penalty is nothing.
        let part = |share: V, x: V| (share * x).drop(share.eq(V::zero()));
        let half = part(half_l2, theta);
        Terms {
            value: part(l1, theta.abs()) + (half * theta).drop(half_l2.eq(V::zero())),
            grad: [part(l1, sign(theta)) + (half + half)],
            hess: [half_l2 + half_l2],
        }
    }
    /// a: the sign bit, b: 0, c: ρ, d: ½(1−ρ)
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let (l1, half_l2) = (held(self.l1_ratio), held(0.5 * (1.0 - self.l1_ratio)));
        Constants { scale: held(scale), a: held(-0.0), b: held(0.0), c: l1, d: half_l2 }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [theta]: [V; 1], k: &Constants<V>) -> Terms<V, 1> {
        let half = k.d * theta;
        let slope = k.c.xor(theta.and(k.a)).drop(theta.eq(k.b)) + (half + half);
        Terms { value: k.c * theta.and_not(k.a) + half * theta, grad: [slope * k.scale], hess: [V::zero()] }
    }
}
