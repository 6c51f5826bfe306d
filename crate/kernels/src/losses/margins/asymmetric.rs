//! Asymmetric loss of many labels: focal losses whose exponents differ, with what is surely absent left out.

mod by_edge;
mod by_logit;

use crate::loops::element::{Pointwise, Strip, Terms, Usually, run_all_usual};
use crate::losses::domain::binary;
use crate::math::{Edge, HUGE_GAMMA, SCALE, exp_nonpositive, ln, ln_finite, needs_ln, pow_unit, two_sum};
use crate::simd::{Float, Mask, Vector};

/// y = 1: −(1−p)^γ₊ ln p; y = 0: −q^γ₋ ln(1−q), q = max(0, p − s); p = σ(z).
///
/// Both are −u^γ ln(1 − u): with P = σ(ζ) the probability of what didn't happen and C = 1 − P = σ(−ζ), ζ = −z and μ = 0 for y = 1, ζ = z
/// and μ = s for y = 0, u is P − μ, or 0, and w = 1 − u = C + μ. With t = u/w, l = −ln w = ln(1 + t). Nothing is one minus another but u,
/// which near 0 is computed from ζ's distance to where it is 0.
///
/// Gradient with respect to ζ: u^(γ−1) P C (γ l + t); to z its sign changes for y = 1; 0 where u = 0. Hessian, with A = P C/u, B = A t:
/// u^γ [γ l A (γ A − P − C μ/u) + 2 γ A B + B (C² + μ(C − P))/w].
pub struct Asymmetric {
    /// γ₊ ≥ 0
    pub gamma_positive: f64,
    /// γ₋ ≥ 0
    pub gamma_negative: f64,
    /// s in [0, 1); below 2⁻¹²⁵ it counts as 0 for floats.
    pub shift: f64,
    /// ln(s/(1 − s)): the logit where p is s, and so q becomes 0.
    pub edge: f64,
    /// The same as floats take it.
    pub float_edge: Edge,
}

/// What value and derivatives have in common.
struct Side<V: Vector> {
    /// P, C, u, w and t
    wrong: V,
    right: V,
    u: V,
    w: V,
    t: V,
    /// l, and l as the derivatives take it: finite where C is 0.
    l: V,
    finite: V,
    /// Where C may be below the normal range, and there √C.
    tiny: V::Mask,
    root: V,
}

impl<V: Vector> Side<V> {
    /// C x, also where C is below the normal range and the product isn't.
    #[inline(always)]
    fn times_right(&self, x: V) -> V {
        let product = (self.right * x).drop(self.right.eq(V::zero()));
        if !self.tiny.any() {
            return product;
        }
        V::select(self.tiny, (x * self.root).drop(self.root.eq(V::zero())) * self.root, product)
    }
    /// `tiny` and `root` of ζ.
    #[inline(always)]
    fn deep(zeta: V) -> (V::Mask, V) {
        let tiny = V::c(if V::DOUBLE { 600.0 } else { 70.0 }).lt(zeta);
        (tiny, if tiny.any() { exp_nonpositive(zeta.abs() * V::c(-0.5)) } else { V::zero() })
    }
}

impl Pointwise<2, 1> for Asymmetric {
    const STEPS: &'static [usize] = &[2, 2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, x: [V; 2], staged: [V; 2]) -> [V; 2] {
        if V::DOUBLE { self.logit_step(step, x, staged) } else { self.edge_step::<V, false>(step, x, staged) }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [z, y]: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        if V::DOUBLE {
            // u is 0 where y is NaN.
            let Terms { value, grad, hess } = self.terms(y, self.side_by_logit([z, y], staged));
            let shown = |x: V| x.poison(y.is_nan());
            return Terms { value: shown(value), grad: grad.map(shown), hess: hess.map(shown) };
        }
        self.terms(y, self.side_by_edge::<V, false>([z, y], staged))
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        binary(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { run_all_usual::<V, _, 2, 1, HESS>(self, strip) }
    }
}

impl Asymmetric {
    /// The loss with these exponents and this shift.
    pub fn new(gamma_positive: f64, gamma_negative: f64, shift: f64) -> Self {
        let ln = |x: f64| ln(<f64 as Float>::Vec::c(x)).lane(0);
        let edge = ln(shift) - ln(1.0 - shift);
        // A shift that has been rounded to 1 has no odds.
        let float_shift = shift.min(MOST);
        let float_edge = if shift < least::<<f32 as Float>::Vec>() {
            Edge::new(0.0, 1.0)
        } else {
            Edge::new(ln(float_shift) - ln(1.0 - float_shift), float_shift / (1.0 - float_shift))
        };
        Asymmetric { gamma_positive, gamma_negative, shift, edge, float_edge }
    }
    /// Where μ is 0.
    #[inline(always)]
    fn plain<V: Vector>(&self, y: V) -> V::Mask {
        if self.shift < least::<V>() { !V::Mask::none() } else { y.eq(V::c(1.0)) }
    }
    /// Value, gradient and Hessian of what an element's side says.
    #[inline(always)]
    fn terms<V: Vector>(&self, y: V, side: Side<V>) -> Terms<V, 1> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let (plain, present) = (self.plain(y), y.eq(one));
        let Side { wrong, right, u, w, t, l, finite, .. } = side;
        let gamma = V::select(present, V::c(self.gamma_positive), V::c(self.gamma_negative));
        let power = self.power(u, present);
        let none = u.eq(zero) & !plain;
        // u^(γ−1) P, which is u^γ where μ is 0. There C t is P, even where t overflows.
        let factor = V::select(plain, power, power / u * wrong).drop(none);
        let slope = factor * V::select(plain, gamma * (finite * right) + wrong, side.times_right(gamma * finite + t));
        let mu = V::c(self.shift).drop(plain);
        // A, less the factor C, which only second derivatives have.
        let a = (wrong / u).drop(none);
        let b = a * t;
        let shifted = gamma * a * right - wrong - ((right / u) * mu).drop(none);
        let gamma_l = gamma * l.pmin(V::c(if V::DOUBLE { f64::MAX } else { f64::from(f32::MAX) }));
        let bend = gamma_l * a * shifted
            + (gamma + gamma) * (a * right) * b
            + b * ((right * right + mu * (right - wrong)) / w);
        let plain_bend = wrong * (one + (gamma + gamma)) + gamma_l * (gamma * right - wrong);
        let hess = side.times_right(V::select(plain, plain_bend, bend)) * power;
        // P + C should be 1: what it is off by is the relative error that both share, and the product P·C has it twice.
        let [both, rest] = two_sum(wrong, right);
        let off = ((one - both) - rest).keep(plain);
        let hess = hess + hess * (off + off);
        // A NaN may have got lost in the logarithms.
        let nan = u.is_nan();
        // γ² overflows for the largest γ, and then ∞·0 is NaN: for so large a one, a power that vanishes decides.
        let none = if self.gamma_positive.max(self.gamma_negative) > HUGE_GAMMA { none | power.eq(zero) } else { none };
        let [value, slope] = [power * l, slope * sign(y)].map(|x| x.drop(none));
        Terms { value: value.poison(nan), grad: [slope.poison(nan)], hess: [hess.drop(none).poison(nan)] }
    }
    /// u^γ of the element's side.
    #[inline(always)]
    fn power<V: Vector>(&self, u: V, present: V::Mask) -> V {
        let (positive, negative) = (self.gamma_positive, self.gamma_negative);
        let ln = if needs_ln(positive) || needs_ln(negative) { ln_finite(u) } else { u };
        V::select(present, pow_unit(u, ln, positive), pow_unit(u, ln, negative))
    }
}

/// The largest float below 1.
const MOST: f64 = 1.0 - 1.0 / (1 << 24) as f64;

/// The least shift that counts.
#[inline(always)]
fn least<V: Vector>() -> f64 {
    // 2⁻¹²⁵ for floats
    if V::DOUBLE { f64::MIN_POSITIVE } else { 2.350988701644575e-38 }
}

/// −1 for y = 1, 1 for y = 0; NaN stays.
#[inline(always)]
fn sign<V: Vector>(y: V) -> V {
    V::c(1.0) - (y + y)
}

/// The exponents and the shift of the paper. u^(γ−1) is 1 or u³.
impl Usually<2, 1> for Asymmetric {
    const USUAL: Self = Asymmetric {
        gamma_positive: 1.0,
        gamma_negative: 4.0,
        shift: 0.05,
        edge: EDGE,
        float_edge: Edge::new(EDGE, 0.05 / 0.95),
    };

    #[inline(always)]
    fn step_usual<V: Vector>(step: usize, x: [V; 2], staged: [V; 2]) -> [V; 2] {
        Self::USUAL.edge_step::<V, true>(step, x, staged)
    }
    #[inline(always)]
    fn eval_usual<V: Vector>([z, y]: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        let (one, c, mu) = (V::c(1.0), V::c, V::c(0.05) * (V::c(1.0) - y));
        let side = Self::USUAL.side_by_edge::<V, true>([z, y], staged);
        let Side { wrong, right, u, t, l, finite, .. } = side;
        let lower = y + (one - y) * (u * u * u);
        let slope = (lower * wrong * staged[1]) * ((c(4.0) - c(3.0) * y) * finite + t);
        // [`SCALE`] is in C, where μ is s.
        let scale = sign(y) * (one - c(1.0 - 1.0 / SCALE) * (one - y));
        let both = wrong * right;
        let bend = (u * u)
            * (c(4.0) * l * (c(4.0) * both - (wrong * u + right * mu))
                + t * (c(8.0) * both + t * (right * right + mu * (right - wrong))));
        let plain_bend = l.pmin(c(f64::from(f32::MAX))) * (right - wrong) + c(3.0) * wrong;
        let hess = side.times_right(V::select(y.eq(one), plain_bend, bend)) * wrong;
        Terms { value: lower * u * finite.pmax(V::zero() - z * y), grad: [slope * scale], hess: [hess] }
    }
    fn is_usual(&self) -> bool {
        // Not 0.05 as a float has it: near the edge, where u is 0, that is another number.
        self.gamma_positive == 1.0 && self.gamma_negative == 4.0 && self.shift == 0.05
    }
}

/// The edge of the usual shift, with the bits of [`Asymmetric::new`].
const EDGE: f64 = -2.9444389791664403;
