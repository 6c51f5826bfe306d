//! Focal loss of a binary classifier, from a probability.

use super::binary_cross_entropy::{ln_of, lost, to_ln};
use super::binary_focal_with_logits::alpha;
use crate::loops::element::{Pointwise, Strip, Terms, Usually, run_usual};
use crate::losses::domain::{self, binary, unit};
use crate::math::{HUGE_GAMMA, needs_ln, pow_unit, pow_unit_parts};
use crate::simd::{Mask, Vector};

/// −α_t (1−p_t)^γ ln p_t, with p_t = p for y = 1, 1−p for y = 0.
///
/// With q = 1 − p_t and ρ = −ln p_t / q (→ 1 as q → 0): gradient with respect to p_t: −α q^γ (γρ + 1/p_t); with respect
/// to p the sign of p_t/p. Hessian: α [γ q^(γ−1) ((γ−1)ρ + 2/p_t) + q^γ/p_t²].
pub struct BinaryFocal {
    /// γ ≥ 0
    pub gamma: f64,
    /// α of y = 1
    pub alpha1: f64,
    /// α of y = 0
    pub alpha0: f64,
}

impl Pointwise<2, 1> for BinaryFocal {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    /// To ln p_t.
    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [p, y]: [V; 2], staged: [V; 2]) -> [V; 2] {
        let (q, pt) = V::swap(y.eq(V::c(1.0)), p, V::c(1.0) - p);
        to_ln(step, pt, lost(q, pt), staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        self.terms::<V, false>(x, staged)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, y]: [V; 2]) -> V::Mask {
        unit(p) & binary(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 2, 1, HESS>(self.usual(), self, strip) }
    }
}

impl BinaryFocal {
    /// The loss and its derivatives; α is 1 if it is `PLAIN`.
    #[inline(always)]
    fn terms<V: Vector, const PLAIN: bool>(&self, [p, y]: [V; 2], [ln_pt, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, one, gamma) = (V::zero(), V::c(1.0), V::c(self.gamma));
        let is_one = y.eq(one);
        let alpha = if PLAIN { one } else { alpha(y, self.alpha1, self.alpha0) };
        let by_alpha = |x: V| if PLAIN { x } else { alpha * x };
        let (q, pt) = V::swap(is_one, domain::positive(p), one - p);
        // Without α, it is by q that NaN of the target comes.
        let q = if PLAIN { q.poison(y.is_nan()) } else { q };
        // Most powers do without this logarithm, as costly as the other one.
        let needed = needs_ln(self.gamma) || (self.gamma != 0.0 && needs_ln(self.gamma - 1.0));
        let ln_q = if needed { ln_of(q, lost(pt, q)) } else { zero };

        // Derivatives may be in the normal range where q^γ is not.
        let power = pow_unit(q, ln_q, self.gamma);
        let [some, rest] = pow_unit_parts(q, ln_q, self.gamma);
        // α = 0 removes even what is infinite, though not NaN. So does a power that vanishes, where γ is so large that γ² may be infinite.
        let none = alpha.eq(zero) | if self.gamma > HUGE_GAMMA { some.eq(zero) & y.eq(y) } else { V::Mask::none() };
        let on = |x: V| if PLAIN { x } else { x.drop(none & p.eq(p)) };
        let inverse = one / pt;
        let rho = V::select(q.eq(zero), one, (zero - ln_pt) / q);
        // For γ = 0 the terms with γ are 0 even where ρ or q⁻¹ is infinite.
        let (bend, curl) = if self.gamma == 0.0 {
            (zero, zero)
        } else {
            // Where p_t = 0 both ρ and 1/p_t are infinite, and 1/p_t wins.
            let finite = V::c(if V::DOUBLE { f64::MAX } else { f64::from(f32::MAX) });
            let [below, more] = pow_unit_parts(q, ln_q, self.gamma - 1.0);
            (gamma * rho, gamma * below * (V::c(self.gamma - 1.0) * rho.pmin(finite) + inverse + inverse) * more)
        };
        // α/p_t may be in range where 1/p_t is not.
        let over_pt = if PLAIN { inverse } else { alpha / pt };
        let slope = on(some * (by_alpha(bend) + over_pt) * rest);
        let value = power * (zero - ln_pt);
        let value = if PLAIN { value } else { value.drop(ln_pt.eq(zero)) };
        Terms {
            value: on(by_alpha(value)),
            grad: [slope.flip(is_one)],
            hess: [on(by_alpha(curl) + some * (by_alpha(inverse) * inverse) * rest)],
        }
    }
}

/// γ = 2 and no α.
impl Usually<2, 1> for BinaryFocal {
    const USUAL: Self = BinaryFocal { gamma: 2.0, alpha1: 1.0, alpha0: 1.0 };

    #[inline(always)]
    fn eval_usual<V: Vector>(x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        Self::USUAL.terms::<V, true>(x, staged)
    }
    fn is_usual(&self) -> bool {
        self.gamma == 2.0 && self.alpha1 == 1.0 && self.alpha0 == 1.0
    }
}
