//! Negative log-likelihood of the gamma distribution of a known shape, from the logarithm of its mean.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::not_negative;
use crate::math::{exp_split, most_power, powers};
use crate::simd::{Mask, Vector};

/// f + y e^−f, f = ln of the mean.
///
/// Gradient with respect to f: 1 − y e^−f. Hessian: y e^−f. The target must not be negative.
pub struct GammaNll;

impl Pointwise<2, 1> for GammaNll {
    const STEPS: &'static [usize] = &[2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [f, _]: [V; 2], _: [V; 2]) -> [V; 2] {
        exp_split(-f).into()
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], [m, n]: [V; 2]) -> Terms<V, 1> {
        let mut ratio = (y * n.pow2()) * m;
        let extreme = !n.abs().le(most_power());
        if extreme.any() {
            let [s0, s1, s2, s3] = powers(n);
            ratio = V::select(extreme, (y * s0) * m * s1 * s2 * s3, ratio);
        }
        // Where f = −∞, y e^−f outgrows it.
        let level = f.drop(ratio.eq(V::c(f64::INFINITY)));
        Terms { value: level + ratio, grad: [V::c(1.0) - ratio], hess: [ratio] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        not_negative(y)
    }
}
