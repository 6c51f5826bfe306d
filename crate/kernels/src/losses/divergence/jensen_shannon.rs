//! Jensen-Shannon divergence of two rows of probabilities.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::{both_unit, positive};
use crate::math::{ln_ratio, raised};
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
    const STEPS: &'static [usize] = &[2, 2];
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[0, 1];

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [q, p]: [V; 2], staged: [V; 2]) -> [V; 2] {
        if step == 0 { self.apart(q, p) } else { self.logarithms(staged) }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [q, p]: [V; 2], logarithms: [V; 2]) -> Terms<V, 1> {
        let Parts { loss_p, loss_q, slope, bend } = self.parts([q, p], logarithms);
        // −0 is 0.
        Terms { value: loss_p + loss_q, grad: [slope], hess: [(bend / positive(q)).drop(p.eq(V::zero()))] }
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

/// Shares of which the smallest may be subnormal, and so would be what is made of them, times 2¹⁰⁰. What is more than 1, as logarithms may
/// say, stays as it is.
#[inline(always)]
fn enlarged<V: Vector>(q: V, p: V) -> [V; 2] {
    let (one, up) = (V::c(1.0), V::c(1.2676506002282294e30));
    let by = V::select(one.lt(p.pmax(q)), one, up);
    [q * by, p * by]
}

impl JensenShannon {
    /// β, 1 − β
    #[inline(always)]
    fn weights<V: Vector>(&self) -> [V; 2] {
        [self.beta, 1.0 - self.beta].map(V::c)
    }
    /// (p − q)/m, and the smaller share over m as [`ln_ratio`] takes it.
    #[inline(always)]
    pub fn apart<V: Vector>(&self, q: V, p: V) -> [V; 2] {
        let [beta, other] = self.weights::<V>();
        let [q, p] = enlarged(q, p);
        let mixture = beta * p + other * q;
        [(p - q) / mixture, raised(p.pmin(q)) / mixture].map(|x| x.drop(mixture.eq(V::zero())))
    }
    /// ln(p/m) and ln(q/m): p/m − 1 = (1−β)(p − q)/m and q/m − 1 = −β (p − q)/m. Of the two only the smaller share's is small.
    #[inline(always)]
    pub fn logarithms<V: Vector>(&self, [apart, raised]: [V; 2]) -> [V; 2] {
        let [beta, other] = self.weights::<V>();
        [other * apart, V::zero() - beta * apart].map(|less_one| ln_ratio(less_one, raised))
    }
    /// The parts of a class, from its shares and their logarithms.
    #[inline(always)]
    pub fn parts<V: Vector>(&self, [q, p]: [V; 2], [ln_p, ln_q]: [V; 2]) -> Parts<V> {
        let ([beta, other], zero) = (self.weights::<V>(), V::zero());
        let (no_p, no_q) = (p.eq(zero), q.eq(zero));
        let slope = V::select(no_q, (V::c(f64::NEG_INFINITY) - p).drop(no_p), other * ln_q);
        let [q_up, p_up] = enlarged(q, p);
        Parts {
            loss_p: (beta * p * ln_p).drop(no_p),
            loss_q: (q * slope).drop(no_q),
            slope,
            bend: (other * beta * (p_up / (beta * p_up + other * q_up))).drop(no_p),
        }
    }
}
