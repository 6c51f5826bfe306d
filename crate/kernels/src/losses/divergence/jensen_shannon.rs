//! Jensen-Shannon divergence of two rows of probabilities.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::{both_unit, positive};
use crate::math::ln_ratio;
use crate::simd::Vector;

/// Σ β p_k ln(p_k/m_k) + (1−β) q_k ln(q_k/m_k), m = βP + (1−β)Q: of the target P and the model Q. Those given as logarithms or logits are
/// [`distillation::divergence`](crate::losses::distillation::divergence)'s.
///
/// Gradient with respect to q: (1−β) ln(q_k/m_k). Hessian: (1−β) β p_k/(m_k q_k). A share of 0 contributes 0. Probabilities must be in
/// [0, 1].
#[derive(Clone, Copy)]
pub struct JensenShannon {
    /// β in (0, 1)
    pub beta: f64,
}

impl Pointwise<2, 1> for JensenShannon {
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[0, 1];

    #[inline(always)]
    fn eval<V: Vector>(&self, [q, p]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        // −0 is 0.
        let (p, q) = (positive(p), positive(q));
        let Parts { loss_p, loss_q, slope, bend } = self.parts(q, p);
        Terms { value: loss_p + loss_q, grad: [slope], hess: [(bend / q).drop(p.eq(V::zero()))] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [q, p]: [V; 2]) -> V::Mask {
        both_unit(q, p)
    }
}

/// What the terms of a class and their derivatives are made of.
pub struct Parts<V> {
    /// β p ln(p/m)
    pub loss_p: V,
    /// (1−β) q ln(q/m) = q u
    pub loss_q: V,
    /// u = (1−β) ln(q/m)
    pub slope: V,
    /// (1−β) β p/m
    pub bend: V,
}

impl JensenShannon {
    /// The parts of a class, from its shares, neither of which is −0.
    #[inline(always)]
    pub fn parts<V: Vector>(&self, q: V, p: V) -> Parts<V> {
        let [zero, beta, other] = [0.0, self.beta, 1.0 - self.beta].map(V::c);
        let mixture = beta * p + other * q;
        let apart = (p - q) / mixture;
        let ln = |share: V, less_one: V| ln_ratio(share / mixture, less_one).drop(mixture.eq(zero));
        let slope = other * ln(q, zero - beta * apart);
        Parts {
            loss_p: (beta * p * ln(p, other * apart)).drop(p.eq(zero)),
            loss_q: (q * slope).drop(q.eq(zero)),
            slope,
            bend: (other * beta * (p / mixture)).drop(p.eq(zero)),
        }
    }
}
