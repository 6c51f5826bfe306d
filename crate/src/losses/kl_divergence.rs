//! Kullback-Leibler divergence of two rows.

use super::distribution::{Distribution, LogProbabilities, Probabilities};
use super::domain::unit;
use super::softmax_target::Plan;
use super::target::Range;
use crate::drivers::Outcome;
use crate::drivers::lanes::{Wide, read};
use crate::drivers::pointwise::{Pointwise, Terms};
use crate::drivers::rowwise::{Call, Invalid, Row, Rowwise};
use crate::drivers::softmax::Softmax;
use crate::drivers::softmax_lanes::{Rows, ShortRows, Weights};
use crate::drivers::softmax_loss::{self, SoftmaxLoss};
use crate::drivers::terms;
use crate::math::{exp, ln_finite, ln_unit, over_square};
use crate::simd::{Float, Mask, Vector};

/// Σ p_k (ln p_k − ln q_k): D(P‖Q) of the target P and the model Q.
///
/// Gradient with respect to q: −p_k/q_k (q probabilities), −p_k (log-probabilities), or cross-entropy's (logits). Hessian:
/// p_k/q_k², 0, or cross-entropy's. A term with p_k = 0 contributes exactly 0 to all three. Probabilities must be in [0, 1].
pub struct KlDivergence {
    /// What q is. 0: probabilities, 1: log-probabilities, 2: logits
    pub input: f64,
    /// Whether p is given as log-probabilities
    pub log_target: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for KlDivergence {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: the caller's guarantees.
        unsafe {
            match (self.input == 2.0, self.log_target != 0.0) {
                (true, false) => softmax_loss::row(&FromLogits(Probabilities), row),
                (true, true) => softmax_loss::row(&FromLogits(LogProbabilities), row),
                (false, _) => terms::row(self.term(), row),
            }
        }
    }
    unsafe fn at_once(&self, call: &Call<T, 2, 1>, sum: f64) -> Option<Outcome> {
        // SAFETY: the caller's guarantees.
        unsafe {
            match self.input == 2.0 {
                true => softmax_loss::at_once(self, call, sum),
                false => Some(terms::run(self.term(), call, sum)),
            }
        }
    }
}

impl KlDivergence {
    /// What each class adds, where q isn't logits.
    fn term(&self) -> Term {
        Term { log_model: self.input == 1.0, log_target: self.log_target != 0.0 }
    }
}

/// p (ln p − ln q), of probabilities or their logarithms.
pub struct Term {
    /// Whether q is given as its logarithm.
    pub log_model: bool,
    /// Whether p is given as its logarithm.
    pub log_target: bool,
}

impl Term {
    /// p and ln p, of which one is given and the other is the first link.
    #[inline(always)]
    fn target<V: Vector>(&self, given: V, staged: V) -> (V, V) {
        if self.log_target { (staged, given) } else { (given, staged) }
    }
}

impl Pointwise<2, 1> for Term {
    const STAGED: bool = true;
    const CHECKED: bool = true;

    #[inline(always)]
    fn stage<V: Vector>(&self, [_, given]: [V; 2]) -> V {
        if self.log_target { exp(given) } else { ln_finite(given) }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [q, given]: [V; 2], staged: V) -> Terms<V, 1> {
        let (zero, (p, ln_p)) = (V::zero(), self.target(given, staged));
        let none = p.eq(zero);
        // NaN stays.
        let [ln_q, slope, curvature] = match self.log_model {
            true => [q, p.poison(q.is_nan()), zero.poison(q.is_nan())],
            false => [ln_unit(q), p / q, over_square(1.0, p, q)],
        };
        Terms { value: (p * (ln_p - ln_q)).drop(none), grad: [zero - slope.drop(none)], hess: [curvature.drop(none)] }
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, [q, given]: [V; 2], staged: V, terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        let (zero, (p, _)) = (V::zero(), self.target(given, staged));
        let none = p.eq(zero);
        // A quotient may overflow where its product with the scale doesn't.
        let [slope, curvature] = match self.log_model {
            true => [(scale * p).poison(q.is_nan()), zero.poison(q.is_nan())],
            false => [scale * p / q, over_square(scale.lane(0), p, q)],
        };
        Terms { grad: [zero - slope.drop(none)], hess: [curvature.drop(none)], ..terms }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [q, given]: [V; 2]) -> V::Mask {
        let in_unit = |is_log: bool, x: V| if is_log { !V::Mask::none() } else { unit(x) };
        in_unit(self.log_model, q) & in_unit(self.log_target, given)
    }
}

/// The loss where q is logits.
impl<T: Float> ShortRows<T> for KlDivergence {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: the caller's guarantees.
        unsafe {
            read(&rows.targets, rows.width, weights.t);
            if self.log_target == 0.0 {
                distribute::<T, Probabilities<T>>(weights);
            } else {
                distribute::<T, LogProbabilities<T>>(weights);
            }
        }
    }
}

/// Makes weights of a target that was read, and its entropy a part of the loss.
fn distribute<T: Float, P: Distribution<T>>(weights: &mut Weights<T>) {
    let (mut range, mut minus_entropy) = (Range::<T::Vec>::default(), [Wide::<T>::zero(); 2]);
    for t in weights.t.iter_mut() {
        range.add(*t);
        let (p, ln_p) = P::split(*t);
        (p * ln_p).accumulate(&mut minus_entropy);
        *t = p;
    }
    weights.offset = minus_entropy;
    weights.alone = if P::UNIT { range.leaves_unit().bits() } else { 0 };
}

/// The loss where q is logits: cross-entropy less the target's entropy.
struct FromLogits<F>(F);

impl<T: Float, P: Distribution<T>, F: Fn(*const T) -> P> SoftmaxLoss<T, 2> for FromLogits<F> {
    /// The target, and Σ p_k ln p_k.
    type Plan = (Plan<P>, f64);

    unsafe fn plan(&self, row: &Row<T, 2, 1>) -> Result<Option<Self::Plan>, Invalid> {
        let p = (self.0)(row.inputs[1]);
        // SAFETY: the target has the row's width.
        unsafe { Ok(Some((Plan::new(p, 0.0), p.minus_entropy(row.width)?))) }
    }
    unsafe fn read(&self, row: &Row<T, 2, 1>, plan: &mut Self::Plan, max: T) {
        // SAFETY: the caller's guarantee.
        unsafe { plan.0.read(row, max) }
    }
    unsafe fn finish(&self, row: &Row<T, 1, 1>, plan: &Self::Plan, softmax: &Softmax<T>, e: *const T) -> f64 {
        // SAFETY: the caller's guarantee.
        plan.1 + unsafe { plan.0.finish(row, softmax, e) }
    }
}
