//! Binary cross-entropy from a probability.

use super::binary_cross_entropy_with_logits::sides;
use super::domain::unit;
use crate::drivers::pointwise::{Pointwise, Strip, Terms, run_usual};
use crate::math::ln_unit;
use crate::simd::{Mask, Vector};

/// −[c ỹ ln p + (1−ỹ) ln(1−p)] with ỹ = y(1−s) + s/2 and p clamped to [ε, 1−ε]; 0·ln 0 = 0.
///
/// Gradient with respect to p: (1−ỹ)/(1−p) − c ỹ/p. Hessian: c ỹ/p² + (1−ỹ)/(1−p)². Both are those of the clamped p.
pub struct BinaryCrossEntropy {
    /// c ≥ 0, where no stream of weights is given
    pub pos_weight: f64,
    /// s in [0, 1]
    pub label_smoothing: f64,
    /// ε in [0, ½)
    pub eps: f64,
}

impl Pointwise<3, 1> for BinaryCrossEntropy {
    const STAGED: bool = true;
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;

    #[inline(always)]
    fn stage<V: Vector>(&self, [p, y, c]: [V; 3]) -> V {
        let (a, _) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        first_ln(self.clamped(p), a)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p, y, c]: [V; 3], ln: V) -> Terms<V, 1> {
        let (a, b) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        terms(self.clamped(p), [a, b], ln)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, y, _]: [V; 3]) -> V::Mask {
        unit(p) & unit(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector>(&self, strip: &Strip<V::Elem>) -> bool {
        let plain =
            self.pos_weight == 1.0 && self.label_smoothing == 0.0 && self.eps == 0.0 && strip.inputs[2].is_null();
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 3, 1>(plain.then_some(Plain), self, strip) }
    }
}

impl BinaryCrossEntropy {
    /// p and 1 − p. Each is clamped by itself: 1 − (1 − ε) has lost the digits of ε.
    #[inline(always)]
    fn clamped<V: Vector>(&self, p: V) -> [V; 2] {
        let (low, high) = (V::c(self.eps), V::c(1.0 - self.eps));
        [p, V::c(1.0) - p].map(|x| x.pmax(low).pmin(high))
    }
}

/// The loss without weights, smoothing and ε.
struct Plain;

impl Pointwise<3, 1> for Plain {
    const STAGED: bool = true;
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;

    #[inline(always)]
    fn stage<V: Vector>(&self, [p, y, _]: [V; 3]) -> V {
        first_ln([p, V::c(1.0) - p], y)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p, y, _]: [V; 3], ln: V) -> Terms<V, 1> {
        let one = V::c(1.0);
        terms([p, one - p], [y, one - y], ln)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, y, _]: [V; 3]) -> V::Mask {
        unit(p) & unit(y)
    }
}

/// ln p, or ln(1 − p) where the weight of ln p is 0.
#[inline(always)]
fn first_ln<V: Vector>([p, q]: [V; 2], a: V) -> V {
    let (x, other) = V::swap(a.eq(V::zero()), p, q);
    ln_complement(other, x)
}

/// The loss with the weights a and b of ln p and of ln(1 − p), of which the first that counts is `ln`.
#[inline(always)]
fn terms<V: Vector>([p, q]: [V; 2], [a, b]: [V; 2], ln: V) -> Terms<V, 1> {
    let (no_a, no_b) = (a.eq(V::zero()), b.eq(V::zero()));
    if !(!(no_a | no_b)).any() {
        // With one side alone, as hard labels have it, one logarithm and one division are enough.
        let (weight, _) = V::swap(no_a, a, b);
        let (x, _) = V::swap(no_a, p, q);
        let over = weight / x;
        let none = no_a & no_b;
        return Terms {
            value: (weight * (V::zero() - ln)).drop(none),
            grad: [over.flip(!no_a).drop(none)],
            hess: [(over / x).drop(none)],
        };
    }
    let term = |weight: V, x: V| x.drop(weight.eq(V::zero()));
    let (over_p, over_q) = (term(a, a / p), term(b, b / q));
    Terms {
        value: term(a, a * (V::zero() - ln)) + term(b, b * (V::zero() - ln_complement(p, q))),
        grad: [over_q - over_p],
        hess: [term(a, over_p / p) + term(b, over_q / q)],
    }
}

/// ln(1 − p), given q = 1 − p rounded. For p < ½ what the rounding lost is put back: ln(q + d) ≈ ln q + d/q, and 1/q is
/// near enough to 1 + p.
#[inline(always)]
pub fn ln_complement<V: Vector>(p: V, q: V) -> V {
    let lost = (V::c(1.0) - q) - p;
    ln_unit(q) + (lost + lost * p).keep(p.lt(V::c(0.5)))
}
