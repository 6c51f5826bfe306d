//! Focal loss of a binary classifier, from a logit.

use super::binary_cross_entropy_with_logits::variance;
use super::domain::binary;
use crate::drivers::pointwise::{Pointwise, Strip, Terms, Usually, run_usual};
use crate::math::{exp_minus_abs, exp_nonpositive, log1p_unit, pow_unit};
use crate::simd::Vector;

/// −α_t (1−p_t)^γ ln p_t, with p_t = σ(z) and z = x for y = 1, −x for y = 0.
///
/// With p = σ(z), q = σ(−z), s = −ln p, none of which is one minus another: α q^γ s.
/// Gradient with respect to z: −α q^γ (γ p s + q); with respect to x the sign of z/x. Hessian:
/// α q^γ p [q(1 + 2γ) + γ s (γ p − q)].
pub struct BinaryFocalWithLogits {
    /// γ ≥ 0
    pub gamma: f64,
    /// α of y = 1
    pub alpha1: f64,
    /// α of y = 0
    pub alpha0: f64,
}

impl Pointwise<2, 1> for BinaryFocalWithLogits {
    const STAGED: bool = true;
    const CHECKED: bool = true;

    #[inline(always)]
    fn stage<V: Vector>(&self, [x, _]: [V; 2]) -> V {
        exp_minus_abs(x)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [x, y]: [V; 2], e: V) -> Terms<V, 1> {
        let (zero, one, gamma) = (V::zero(), V::c(1.0), V::c(self.gamma));
        let positive = y.eq(one);
        let alpha = alpha(y, self.alpha1, self.alpha0);
        let z = x.flip(!positive);

        let negative = z.lt(zero);
        let r = one / (one + e);
        let (p, q) = V::swap(negative, r, e * r);
        let l = log1p_unit(e);
        let (s, minus_ln_q) = ((zero - z).pmax(zero) + l, z.pmax(zero) + l);
        // p s → 0 as z → −∞.
        let ps = (p * s).drop(p.eq(zero));
        let power = alpha * pow_unit(q, zero - minus_ln_q, self.gamma);
        let slope = power * (gamma * ps + q);
        // p may be too small for the element type where its product with s isn't: there p = (e^(−|x|/2))².
        let bend = q * V::c(1.0 + 2.0 * self.gamma) + gamma * s * (gamma * p - q);
        let root = exp_nonpositive(x.abs() * V::c(-0.5));
        let tiny = negative & V::c(if V::DOUBLE { 600.0 } else { 70.0 }).lt(s);
        let p_bend = if self.gamma == 0.0 {
            variance(e)
        } else {
            V::select(tiny, (bend * root).drop(root.eq(zero)) * root, (p * bend).drop(p.eq(zero)))
        };
        Terms { value: power * s, grad: [slope.flip(positive) + zero], hess: [power * p_bend] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        binary(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 2, 1>(self.usual(), self, strip) }
    }
}

/// γ = 2 and no α.
impl Usually for BinaryFocalWithLogits {
    const USUAL: Self = BinaryFocalWithLogits { gamma: 2.0, alpha1: 1.0, alpha0: 1.0 };

    fn is_usual(&self) -> bool {
        self.gamma == 2.0 && self.alpha1 == 1.0 && self.alpha0 == 1.0
    }
}

/// α of the target's class; a NaN target gives NaN.
#[inline(always)]
pub fn alpha<V: Vector>(y: V, alpha1: f64, alpha0: f64) -> V {
    V::swap(y.eq(V::c(1.0)), V::c(alpha0), V::c(alpha1)).0.poison(y.is_nan())
}
