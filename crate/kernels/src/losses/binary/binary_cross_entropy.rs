//! Binary cross-entropy from a probability.

use super::binary_cross_entropy_with_logits::sides;
use crate::loops::element::{Pointwise, Strip, Terms, run_usual};
use crate::losses::domain::{both_unit, positive};
use crate::math::{finite_parts, ln_of_parts};
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
    const STEPS: &'static [usize] = &[2, 1];
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [p, y, c]: [V; 3], staged: [V; 2]) -> [V; 2] {
        let (a, _) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        let (x, other) = first(self.clamped(p), a);
        // Near 1, p is clamped, and 1 − p by itself.
        to_ln(step, x, lost(other, x).drop(V::c(0.5).le(other)), staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p, y, c]: [V; 3], [ln, _]: [V; 2]) -> Terms<V, 1> {
        let (a, b) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        terms::<V, false>(self.clamped(p), [a, b], ln)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, y, _]: [V; 3]) -> V::Mask {
        both_unit(p, y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        let plain =
            self.pos_weight == 1.0 && self.label_smoothing == 0.0 && self.eps == 0.0 && strip.inputs[2].is_null();
        // SAFETY: the caller's guarantee.
        unsafe {
            // Without clamps its steps are shorter as well.
            if plain && !V::DOUBLE && !HESS {
                Plain.run::<V, false>(strip)
            } else {
                run_usual::<V, Plain, _, 3, 1, HESS>(None, self, strip)
            }
        }
    }
}

impl BinaryCrossEntropy {
    /// p and 1 − p. Each is clamped by itself: 1 − (1 − ε) has lost the digits of ε.
    #[inline(always)]
    fn clamped<V: Vector>(&self, p: V) -> [V; 2] {
        let (low, high) = (V::c(self.eps), V::c(1.0 - self.eps));
        [positive(p), V::c(1.0) - p].map(|x| x.pmax(low).pmin(high))
    }
}

/// The loss without weights, smoothing and ε.
struct Plain;

impl Pointwise<3, 1> for Plain {
    const STEPS: &'static [usize] = &[2, 1];
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;
    const CURVED: bool = false;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [p, y, _]: [V; 3], staged: [V; 2]) -> [V; 2] {
        let (x, other) = first([p, V::c(1.0) - p], y);
        to_ln(step, x, lost(other, x), staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p, y, _]: [V; 3], [ln, _]: [V; 2]) -> Terms<V, 1> {
        let one = V::c(1.0);
        terms::<V, true>([positive(p), one - p], [y, one - y], ln)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, y, _]: [V; 3]) -> V::Mask {
        both_unit(p, y)
    }
}

/// p and 1 − p, the one whose logarithm counts first: p, unless its weight is 0.
#[inline(always)]
fn first<V: Vector>([p, q]: [V; 2], a: V) -> (V, V) {
    V::swap(a.eq(V::zero()), p, q)
}

/// The loss with the weights a and b of ln p and of ln(1 − p), of which the first that counts is `ln`. They are y and 1 − y if it is
/// `PLAIN`.
#[inline(always)]
fn terms<V: Vector, const PLAIN: bool>([p, q]: [V; 2], [a, b]: [V; 2], ln: V) -> Terms<V, 1> {
    let (no_a, no_b) = (a.eq(V::zero()), b.eq(V::zero()));
    if !(!(no_a | no_b)).any() {
        // With one side alone, as hard labels have it, one logarithm and one division are enough. A plain weight is then 1.
        let weight = if PLAIN { V::c(1.0) } else { V::swap(no_a, a, b).0 };
        let (x, _) = V::swap(no_a, p, q);
        let over = weight / x;
        let times_weight = |x: V| if PLAIN { x } else { weight * x };
        let kept = |x: V| if PLAIN { x } else { x.drop(no_a & no_b) };
        return Terms {
            value: kept(times_weight(V::zero() - ln)),
            grad: [kept(over.flip(!no_a))],
            hess: [kept(over / x)],
        };
    }
    let term = |weight: V, x: V| x.drop(weight.eq(V::zero()));
    let (over_p, over_q) = (term(a, a / p), term(b, b / q));
    Terms {
        value: term(a, a * (V::zero() - ln)) + term(b, b * (V::zero() - ln_of(q, lost(p, q).drop(V::c(0.5).le(p))))),
        grad: [over_q - over_p],
        hess: [term(a, over_p / p) + term(b, over_q / q)],
    }
}

/// What rounding 1 − p to q lost: (1 − p) − q.
#[inline(always)]
pub fn lost<V: Vector>(p: V, q: V) -> V {
    (V::c(1.0) - q) - p
}

/// The steps to ln(q + d) for 0 ≤ q ≤ 1 and the d that q lost. Where there is one, q is above ½: so e is 0 or −1, and f takes it exactly.
#[inline(always)]
pub fn to_ln<V: Vector>(step: usize, q: V, d: V, staged: [V; 2]) -> [V; 2] {
    if step > 0 {
        return [ln_of_parts(staged), V::zero()];
    }
    let [f, e] = finite_parts(q);
    // −∞ at 0; NaN is in d.
    let infinite = V::c(f64::INFINITY).keep(q.eq(V::zero()));
    [f + d * (V::c(1.0) - e), e - infinite]
}

/// As the steps of [`to_ln`]; of doubles, a call, which keeps the module small.
#[inline(always)]
pub fn ln_of<V: Vector>(q: V, d: V) -> V {
    #[inline(never)]
    fn shared<V: Vector>(q: V, d: V) -> V {
        in_steps(q, d)
    }
    #[inline(always)]
    fn in_steps<V: Vector>(q: V, d: V) -> V {
        to_ln(1, q, d, to_ln(0, q, d, [V::zero(); 2]))[0]
    }
    if V::DOUBLE { shared(q, d) } else { in_steps(q, d) }
}
