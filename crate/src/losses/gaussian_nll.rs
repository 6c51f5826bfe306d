//! Negative log-likelihood of a Gaussian with a predicted mean and log-variance.

use super::mse::half_difference;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::math::exp_parts;
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
        let (half, one, two, infinity) = (V::c(0.5), V::c(1.0), V::c(2.0), V::c(f64::INFINITY));
        // d, or half of it where it overflows.
        let d = mean - target;
        let fits = d.abs().lt(infinity);
        let d = V::select(fits, d, half_difference(mean, target));
        // e^{−v} in factors that go up or down together: the products stay in range as long as the results do.
        let (m, [s0, s1, s2, s3]) = exp_parts(-log_var);
        let near = (d * s0) * m;
        // ½ d² e^{−v}; ½ is exact wherever the rest can bring the result into the normal range.
        let quadratic = (near * V::select(fits, half, two)) * (d * s1) * s2 * s3;
        // Where v = −∞, e^{−v} outgrows it.
        let level = (half * log_var).drop(quadratic.eq(infinity));
        Terms {
            value: level + quadratic + V::c(self.full * HALF_LN_2PI),
            grad: [near * s1 * s2 * s3 * V::select(fits, one, two), half - quadratic],
            hess: [m * s0 * s1 * s2 * s3, quadratic],
        }
    }
}

/// ½ ln 2π
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_7;
