//! Kullback-Leibler divergence of two rows of probabilities, or of their logarithms.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::{positive, unit};
use crate::math::{exp, ln_finite, ln_of_quotient, ln_unit, over_square, quotient_parts};
use crate::simd::{Mask, Vector};

/// Σ p_k (ln p_k − ln q_k): D(P‖Q) of the target P and the model Q, each given as probabilities or as their logarithms. A model given as
/// logits is [`distillation::kl_divergence_logits`](crate::losses::distillation::kl_divergence_logits).
///
/// Gradient with respect to q: −p_k/q_k, or −p_k of logarithms. Hessian: p_k/q_k², or 0. Where p_k = 0, q_k isn't used, and all three are 0.
/// Probabilities must be in [0, 1]. Of two of them, ln p − ln q is computed as one logarithm, so that nothing cancels where they are close.
#[derive(Clone, Copy)]
pub struct KlDivergence {
    /// Whether q is given as its logarithm.
    pub log_model: bool,
    /// Whether p is given as its logarithm.
    pub log_target: bool,
}

impl KlDivergence {
    /// p and ln p, of which one is given and the other is what the step made.
    #[inline(always)]
    fn target<V: Vector>(&self, given: V, made: V) -> (V, V) {
        if self.log_target { (made, given) } else { (given, made) }
    }
    /// Both derivatives times the scale: a quotient may overflow where its product with the scale doesn't.
    #[inline(always)]
    fn derivatives<V: Vector>(&self, p: V, q: V, scale: V) -> (V, V) {
        let (zero, none) = (V::zero(), p.eq(V::zero()));
        let (slope, curvature) = match self.log_model {
            // NaN stays.
            true => ((scale * p).poison(q.is_nan()), zero.poison(q.is_nan() | p.is_nan())),
            false => (scale * p / positive(q), over_square(scale.lane(0), p, q)),
        };
        (zero - slope.drop(none), curvature.drop(none))
    }
}

impl Pointwise<2, 1> for KlDivergence {
    const STEPS: &'static [usize] = &[2, 2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [q, given]: [V; 2], staged: [V; 2]) -> [V; 2] {
        match (step, self.log_model || self.log_target) {
            (0, false) => quotient_parts(given, q),
            (_, false) => [V::zero(), ln_of_quotient(staged)],
            (0, true) => [if self.log_target { exp(given) } else { ln_finite(given) }, V::zero()],
            (_, true) => {
                let [made, _] = staged;
                let ln_q = if self.log_model { q } else { ln_unit(q) };
                [made, self.target(given, made).1 - ln_q]
            }
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [q, given]: [V; 2], [made, difference]: [V; 2]) -> Terms<V, 1> {
        let p = self.target(given, made).0;
        let (grad, hess) = self.derivatives(p, q, V::c(1.0));
        Terms { value: (p * difference).drop(p.eq(V::zero())), grad: [grad], hess: [hess] }
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, [q, given]: [V; 2], [made, _]: [V; 2], terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        let (grad, hess) = self.derivatives(self.target(given, made).0, q, scale);
        Terms { grad: [grad], hess: [hess], ..terms }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [q, given]: [V; 2]) -> V::Mask {
        let in_unit = |is_log: bool, x: V| if is_log { !V::Mask::none() } else { unit(x) };
        let none = given.eq(V::c(if self.log_target { f64::NEG_INFINITY } else { 0.0 }));
        (in_unit(self.log_model, q) | none) & in_unit(self.log_target, given)
    }
}
