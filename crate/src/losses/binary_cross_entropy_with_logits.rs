//! Binary cross-entropy from a logit.

use super::domain::unit;
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::math::{exp_minus_abs, log1p_unit};
use crate::simd::Vector;

/// −[c ỹ ln σ(x) + (1−ỹ) ln(1−σ(x))] with ỹ = y(1−s) + s/2.
///
/// With a = c ỹ, b = 1 − ỹ and e = exp(−|x|): (a + b) ln(1+e) + |x|·(a if x < 0, else b), a sum of nothing negative.
/// Gradient with respect to x: b σ(x) − a σ(−x), two sigmoids that share e and 1/(1+e). Hessian: (a + b) σ(x) σ(−x).
pub struct BinaryCrossEntropyWithLogits {
    /// c ≥ 0, where no stream of weights is given
    pub pos_weight: f64,
    /// s in [0, 1]
    pub label_smoothing: f64,
}

impl Pointwise<3, 1> for BinaryCrossEntropyWithLogits {
    const STAGED: bool = true;
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;

    #[inline(always)]
    fn stage<V: Vector>(&self, [x, _, _]: [V; 3]) -> V {
        exp_minus_abs(x)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [x, y, c]: [V; 3], e: V) -> Terms<V, 1> {
        let (a, b) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        // +0 makes −0 positive: the sign bit then says x < 0.
        let x = x + V::zero();
        let negative = x.lt(V::zero());
        let (near, far) = (V::select(negative, a, b), V::select(negative, b, a));
        let s = V::c(1.0) + e;
        let r = V::c(1.0) / s;
        // e/(1+e)², less what rounding 1 + e adds to it.
        let lost = (V::c(1.0) - s) + e;
        let curve = (a + b) * e / (s * s);
        let linear = (x.abs() * near).drop(near.eq(V::zero()));
        Terms {
            value: (a + b) * log1p_unit(e) + linear,
            grad: [((near - far * e) * r).flip_sign_of(x)],
            hess: [curve - curve * (lost + lost) * r],
        }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y, _]: [V; 3]) -> V::Mask {
        unit(y)
    }
}

/// The weights of ln p and ln(1−p): (c ỹ, 1 − ỹ) for the smoothed target ỹ = y(1−s) + s/2.
#[inline(always)]
pub fn sides<V: Vector>(y: V, c: V, smoothing: f64) -> (V, V) {
    let (keep, half) = (V::c(1.0 - smoothing), V::c(0.5 * smoothing));
    (c * (y * keep + half), (V::c(1.0) - y) * keep + half)
}
