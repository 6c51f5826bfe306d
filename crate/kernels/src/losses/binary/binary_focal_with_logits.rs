//! Focal loss of a binary classifier, from a logit.

use super::binary_cross_entropy_with_logits::{EXP_STEPS, to_exp, variance};
use crate::loops::element::{Pointwise, Strip, Terms, Usually, run_usual};
use crate::losses::domain::binary;
use crate::math::{exp_nonpositive, log1p_unit, pow_unit};
use crate::simd::{Mask, Vector};

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
    const STEPS: &'static [usize] = &[2, 1, 2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [x, _]: [V; 2], staged: [V; 2]) -> [V; 2] {
        if step < EXP_STEPS.len() { to_exp(step, x, staged) } else { [staged[0], log1p_unit(staged[0])] }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        self.terms::<V, false>(x, staged)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        binary(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 2, 1, HESS>(self.usual(), self, strip) }
    }
}

impl BinaryFocalWithLogits {
    /// The loss and its derivatives; α is 1 if it is `PLAIN`.
    #[inline(always)]
    fn terms<V: Vector, const PLAIN: bool>(&self, [x, y]: [V; 2], [e, l]: [V; 2]) -> Terms<V, 1> {
        let (zero, one, gamma) = (V::zero(), V::c(1.0), V::c(self.gamma));
        // −1 for y = 1, 1 for y = 0; NaN stays.
        let side = one - (y + y);
        let minus_z = x * side;

        let negative = zero.lt(minus_z);
        let r = one / (one + e);
        let (p, q) = V::swap(negative, r, e * r);
        let (s, minus_ln_q) = (minus_z.pmax(zero) + l, (zero - minus_z).pmax(zero) + l);
        // p s → 0 as z → −∞.
        let ps = p * s.pmin(V::c(if V::DOUBLE { f64::MAX } else { f64::from(f32::MAX) }));
        let power = pow_unit(q, zero - minus_ln_q, self.gamma);
        let power = if PLAIN { power } else { alpha(y, self.alpha1, self.alpha0) * power };
        let slope = power * (gamma * ps + q);
        let bend = q * V::c(1.0 + 2.0 * self.gamma) + gamma * s * (gamma * p - q);
        let mut p_bend = if self.gamma == 0.0 { variance(e) } else { (p * bend).drop(p.eq(zero)) };
        let tiny = negative & V::c(if V::DOUBLE { 600.0 } else { 70.0 }).lt(s);
        if self.gamma != 0.0 && tiny.any() {
            // p may be too small for the element type where its product with s isn't: there p = (e^(−|x|/2))².
            let root = exp_nonpositive(x.abs() * V::c(-0.5));
            p_bend = V::select(tiny, (bend * root).drop(root.eq(zero)) * root, p_bend);
        }
        // α = 0 removes even what is infinite, though not NaN, and so does a power that vanishes. The usual
        // form, without α and of γ = 2, needs no mask: its other factors are finite where q² is 0.
        let vanishing = if PLAIN { V::Mask::none() } else { power.eq(zero) };
        let on = |x: V| if PLAIN { x } else { x.drop(vanishing) };
        Terms { value: on(power * s), grad: [on(slope) * side + zero], hess: [on(power * p_bend)] }
    }
}

/// γ = 2 and no α.
impl Usually<2, 1> for BinaryFocalWithLogits {
    const USUAL: Self = BinaryFocalWithLogits { gamma: 2.0, alpha1: 1.0, alpha0: 1.0 };

    #[inline(always)]
    fn eval_usual<V: Vector>(x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        Self::USUAL.terms::<V, true>(x, staged)
    }
    fn is_usual(&self) -> bool {
        self.gamma == 2.0 && self.alpha1 == 1.0 && self.alpha0 == 1.0
    }
}

/// α of the target's class; a NaN target gives NaN.
#[inline(always)]
pub fn alpha<V: Vector>(y: V, alpha1: f64, alpha0: f64) -> V {
    V::swap(y.eq(V::c(1.0)), V::c(alpha0), V::c(alpha1)).0.poison(y.is_nan())
}
