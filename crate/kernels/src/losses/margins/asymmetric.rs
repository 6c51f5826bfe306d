//! Asymmetric loss of many labels: focal losses whose exponents differ, with what is surely absent left out.

use crate::loops::element::{Pointwise, Strip, Terms, Usually, run_usual};
use crate::losses::binary::binary_cross_entropy_with_logits::{EXP_STEPS, to_exp};
use crate::losses::domain::binary;
use crate::math::{exp_nonpositive, expm1_small, ln, ln_finite, log1p_positive, needs_ln, pow_unit};
use crate::simd::{Float, Mask, Vector};

/// y = 1: −(1−p)^γ₊ ln p; y = 0: −q^γ₋ ln(1−q), q = max(0, p − s); p = σ(z).
///
/// Both are −u^γ ln(1 − u): with P = σ(ζ) the probability of what didn't happen and C = 1 − P = σ(−ζ), ζ = −z and μ = 0 for y = 1, ζ = z
/// and μ = s for y = 0, u is P − μ, or 0, and w = 1 − u = C + μ. Nothing is one minus another but u, which near 0 is
/// computed from ζ's distance to where it is 0. With l = −ln w = ln(1 + u/w):
///
/// Gradient with respect to ζ: u^γ (γ l A + B), A = P C/u, B = P C/w; to z its sign changes for y = 1; 0 where u = 0. Hessian:
/// u^γ [γ l A (γ A − P − C μ/u) + 2 γ A B + B (C² + μ(C − P))/w].
pub struct Asymmetric {
    /// γ₊ ≥ 0
    pub gamma_positive: f64,
    /// γ₋ ≥ 0
    pub gamma_negative: f64,
    /// s in [0, 1)
    pub shift: f64,
    /// ln(s/(1 − s)): the logit where p is s, and so q becomes 0.
    pub edge: f64,
}

/// What value and derivatives have in common.
struct Side<V: Vector> {
    /// P, C, u and w
    wrong: V,
    right: V,
    u: V,
    w: V,
    /// Where μ is 0.
    plain: V::Mask,
}

impl Pointwise<2, 1> for Asymmetric {
    const STEPS: &'static [usize] = &[2, 1, 2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [z, y]: [V; 2], staged: [V; 2]) -> [V; 2] {
        if step < EXP_STEPS.len() { to_exp(step, z, staged) } else { [staged[0], self.minus_ln(z, y, staged[0])] }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        self.terms(x, staged)
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

impl Asymmetric {
    /// The loss with these exponents and this shift.
    pub fn new(gamma_positive: f64, gamma_negative: f64, shift: f64) -> Self {
        let ln = |x: f64| ln(<f64 as Float>::Vec::c(x)).lane(0);
        Asymmetric { gamma_positive, gamma_negative, shift, edge: ln(shift) - ln(1.0 - shift) }
    }
    /// The probabilities of an element, of t = e^−|z|.
    #[inline(always)]
    fn side<V: Vector>(&self, z: V, y: V, t: V) -> Side<V> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let present = y.eq(one);
        let zeta = z.flip(present);
        let up = zero.lt(zeta);
        let sum = one + t;
        let over = one / sum;
        let (wrong, right) = V::swap(up, t * over, over);
        if self.shift == 0.0 {
            return Side { wrong, right, u: wrong, w: right, plain: !V::Mask::none() };
        }
        let (mu, rest) = (V::c(self.shift), V::c(1.0 - self.shift));
        // (1 − μ) − μ t, or t (1 − μ) − μ; near their zero, at ζ = ln(μ/(1 − μ)), from the distance to it.
        let plainly = V::select(up, rest - mu * t, t * rest - mu);
        let edge = V::c(self.edge);
        let distance = (zeta - edge) - V::c(self.edge - edge.lane(0));
        let from_edge = V::select(up, zero - rest * expm1_small(zero - distance), mu * expm1_small(distance));
        let near = distance.abs().lt(V::c(0.5));
        let u = (V::select(near, from_edge, plainly) * over).pmax(zero);
        Side { wrong, right, u: V::select(present, wrong, u), w: V::select(present, right, right + mu), plain: present }
    }
    /// −ln w = ln(1 + u/w). Of a plain ratio that may overflow it is ζ.
    #[inline(always)]
    fn minus_ln<V: Vector>(&self, z: V, y: V, t: V) -> V {
        let Side { u, w, plain, .. } = self.side(z, y, t);
        let deep = V::c(if V::DOUBLE { 40.0 } else { 20.0 }).lt(z.flip(y.eq(V::c(1.0)))) & plain;
        V::select(deep, z.abs(), log1p_positive(u / w))
    }
    #[inline(always)]
    fn terms<V: Vector>(&self, [z, y]: [V; 2], [t, l]: [V; 2]) -> Terms<V, 1> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let Side { wrong, right, u, w, plain } = self.side(z, y, t);
        let present = y.eq(one);
        let gamma = V::select(present, V::c(self.gamma_positive), V::c(self.gamma_negative));
        let power = self.power(u, present);
        let value = power * l;
        // l may be infinite where C is 0.
        let l = l.pmin(V::c(if V::DOUBLE { f64::MAX } else { f64::from(f32::MAX) }));
        let none = u.eq(zero) & !plain;
        let mu = V::c(self.shift).drop(plain);
        // A and B, less the factor C: where μ = 0, and so u = P and w = C, both are C and P, and only second derivatives have the factor.
        let (a, b) = ((wrong / u).drop(none), wrong / w);
        let slope = gamma * (l * a) + b;
        let shifted = gamma * a * right - wrong - ((right / u) * mu).drop(none);
        let bend = gamma * (l * a) * shifted
            + (gamma + gamma) * (a * right) * b
            + b * ((right * right + mu * (right - wrong)) / w);
        let plain_slope = gamma * (l * right) + wrong;
        let plain_bend = wrong * (one + (gamma + gamma)) + gamma * l * (gamma * right - wrong);
        let times_right = self.times_right(z.flip(present), right);
        // A power that vanishes, of an exponent whose square is infinite.
        let none = if self.gamma_positive.max(self.gamma_negative) > 1e9 { none | power.eq(zero) } else { none };
        let slope = V::select(plain, plain_slope, times_right(slope)) * power;
        let hess = (times_right(V::select(plain, plain_bend, bend)) * power).drop(none);
        Terms {
            value: value.drop(none).poison(y.is_nan()),
            grad: [slope.drop(none).flip(present).poison(y.is_nan())],
            hess: [hess.poison(y.is_nan())],
        }
    }
    /// What multiplies by C = σ(−ζ), also where C is below the normal range and the product isn't: there C = (e^−ζ/2)².
    #[inline(always)]
    fn times_right<V: Vector>(&self, zeta: V, right: V) -> impl Fn(V) -> V {
        let tiny = V::c(if V::DOUBLE { 600.0 } else { 70.0 }).lt(zeta);
        let root = if tiny.any() { exp_nonpositive(zeta.abs() * V::c(-0.5)) } else { V::zero() };
        move |x: V| {
            let product = (right * x).drop(right.eq(V::zero()));
            if tiny.any() { V::select(tiny, (x * root).drop(root.eq(V::zero())) * root, product) } else { product }
        }
    }
    /// u^γ of the element's side.
    #[inline(always)]
    fn power<V: Vector>(&self, u: V, present: V::Mask) -> V {
        let (positive, negative) = (self.gamma_positive, self.gamma_negative);
        let ln = if needs_ln(positive) || needs_ln(negative) { ln_finite(u) } else { u };
        V::select(present, pow_unit(u, ln, positive), pow_unit(u, ln, negative))
    }
}

/// The exponents of the paper, whose powers are products.
impl Usually<2, 1> for Asymmetric {
    const USUAL: Self = Asymmetric { gamma_positive: 1.0, gamma_negative: 4.0, shift: 0.05, edge: EDGE };

    fn is_usual(&self) -> bool {
        self.gamma_positive == 1.0 && self.gamma_negative == 4.0 && self.shift == 0.05
    }
}

/// The edge of the usual shift, with the bits of [`Asymmetric::new`].
const EDGE: f64 = -2.9444389791664403;
