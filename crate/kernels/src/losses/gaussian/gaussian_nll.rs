//! Negative log-likelihood of a Gaussian with a predicted mean and log-variance.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::regression::mse::half_difference;
use crate::math::{exp_split, most_power, powers};
use crate::simd::{Mask, Vector};

/// ½(v + d² e^{−v}) [+ ½ ln 2π], d = mean − target, v = logVar.
///
/// Gradient with respect to mean: d e^{−v}; to logVar: ½(1 − d² e^{−v}). Hessian: e^{−v}; ½ d² e^{−v}.
pub struct GaussianNll {
    /// 1 adds the constant ½ ln 2π, 0 doesn't
    pub full: f64,
}

impl Pointwise<3, 2> for GaussianNll {
    const STEPS: &'static [usize] = &[2];

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [_, _, log_var]: [V; 3], _: [V; 2]) -> [V; 2] {
        exp_split(-log_var).into()
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [mean, target, log_var]: [V; 3], [m, n]: [V; 2]) -> Terms<V, 2> {
        let (half, constant) = (V::c(0.5), V::c(self.full * HALF_LN_2PI));
        let d = mean - target;
        let fits = d.abs().lt(V::c(f64::INFINITY));
        if (!(fits & n.abs().le(most_power()))).any() {
            let (d, factor) = (V::select(fits, d, half_difference(mean, target)), V::select(fits, half, V::c(2.0)));
            let mut terms = extreme(d, factor, log_var, m, n);
            terms.value = terms.value + constant;
            return terms;
        }
        // The same bits, without the factors that are 1.
        let power = n.pow2();
        let near = (d * power) * m;
        let quadratic = (near * half) * d;
        Terms {
            value: half * log_var + quadratic + constant,
            grad: [near, half - quadratic],
            hess: [(m * power).poison(d.is_nan()), quadratic],
        }
    }
}

/// The loss, without its constant, where d overflows, and is half of itself, or e^{−v} = m·2ⁿ may. `factor` is 2 in the first
/// case, else ½.
///
/// Rarely taken, but no call: its result would come through memory, and so would that of the usual way.
#[inline(always)]
fn extreme<V: Vector>(d: V, factor: V, log_var: V, m: V, n: V) -> Terms<V, 2> {
    let (half, one) = (V::c(0.5), V::c(1.0));
    // e^{−v} in factors that go up or down together: the products stay in range as long as the results do.
    let [s0, s1, s2, s3] = powers(n);
    let near = (d * s0) * m;
    // ½ d² e^{−v}; ½ is exact wherever the rest can bring the result into the normal range.
    let quadratic = (near * factor) * (d * s1) * s2 * s3;
    // Where v = −∞, e^{−v} outgrows it.
    let level = (half * log_var).drop(quadratic.eq(V::c(f64::INFINITY)));
    Terms {
        value: level + quadratic,
        grad: [near * s1 * s2 * s3 * factor.pmax(one), half - quadratic],
        hess: [(m * s0 * s1 * s2 * s3).poison(d.is_nan()), quadratic],
    }
}

/// ½ ln 2π
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_7;
