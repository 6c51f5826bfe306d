//! Negative log-likelihood of a Gaussian with a predicted mean and log-variance.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::math::exp;
use crate::simd::Vector;

/// ½(v + d² e^{−v}) [+ ½ ln 2π], d = mean − target, v = logVar.
///
/// Gradient with respect to mean: d e^{−v}; to logVar: ½(1 − d² e^{−v}). Hessian: e^{−v}; ½ d² e^{−v}.
pub struct GaussianNll {
    /// 1 adds the constant ½ ln 2π, 0 doesn't
    pub full: f64,
}

impl Pointwise<3, 2> for GaussianNll {
    #[inline(always)]
    fn eval<V: Vector>(&self, [mean, target, log_var]: [V; 3], _: V) -> Terms<V, 2> {
        let half = V::c(0.5);
        let d = mean - target;
        // e^{−v} in two factors: the products below stay finite where e^{−v} alone would not.
        let limit = V::c(if V::DOUBLE { 700.0 } else { 80.0 });
        let most = (-log_var).pmin(limit).pmax(-limit);
        let (e, rest) = (exp(most), exp(-log_var - most));
        let square = ((d * e) * (d * rest)).drop(d.eq(V::zero()));
        Terms {
            value: half * (log_var + square) + V::c(self.full * HALF_LN_2PI),
            grad: [((d * e) * rest).drop(d.eq(V::zero())), half * (V::c(1.0) - square)],
            hess: [e * rest, half * square],
        }
    }
}

/// ½ ln 2π
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_7;
