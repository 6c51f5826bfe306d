//! Pseudo-Huber loss: quadratic near zero, linear in the tails, smooth everywhere.

use crate::loops::element::{Constants, INPUTS, Pointwise, Terms, held};
use crate::losses::regression::mse::{half_difference, is_finite};
use crate::math::{difference_lost, square_lost};
use crate::simd::{Float, Mask, Vector};

/// δ²(√(1 + (e/δ)²) − 1), e = pred − target. With k = √(δ² + e²) it is e² δ/(δ + k), which subtracts nothing.
///
/// Gradient with respect to pred: e δ/k. Hessian: (δ/k)³, which a relative error of e reaches up to threefold: what rounding e lost is
/// put back, h(e + d) ≈ h(e)·(1 − 3e d/k²). All of δ/(δ + k), δ/k and e d/k² stay what they are when δ, e and d are scaled.
pub struct PseudoHuber {
    /// δ > 0
    pub delta: f64,
}

impl Pointwise<2, 1> for PseudoHuber {
    const LIGHT: bool = true;
    const NEUTRAL: [f64; INPUTS] = [0.0; INPUTS];

    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        let lost = difference_lost(pred, target, e);
        let [mut delta, mut x, mut rest] = [V::c(self.delta), e, lost];
        let [_, most] = squares_fit::<V>();
        let is_extreme = !self.is_light();
        let extreme = if is_extreme { !V::Mask::none() } else { V::c(most).lt(e.abs()) };
        if extreme.any() {
            let by = V::select(extreme, near_reciprocal(e.abs().pmax(delta)), V::c(1.0));
            [delta, x, rest] = [delta, x, rest].map(|x| x * by);
        }
        let terms = terms([e, lost], [delta, delta * delta], [x, rest]);
        if extreme.any() { self.far([pred, target], terms) } else { terms }
    }
    #[inline(always)]
    fn is_light(&self) -> bool {
        let [least, most] = squares_fit::<<f32 as Float>::Vec>();
        (least..=most).contains(&self.delta)
    }
    /// a: δ, b: δ², c: the sign bit, d: the most |e|
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let delta = V::c(self.delta);
        let [_, most] = squares_fit::<V>();
        let [a, b, c, d] = [delta.lane(0), (delta * delta).lane(0), -0.0, most].map(held);
        Constants { a, b, c, d, ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let both = [e, difference_lost(pred, target, e)];
        let terms = terms(both, [k.a, k.b], both);
        let Terms { value, grad: [grad], hess: [hess] } = terms;
        // NaN where squares overflow: the strip is then done again, with care.
        let value = value.poison(k.d.lt(e.and_not(k.c)));
        Terms { value, grad: [grad * k.scale], hess: [hess * k.scale] }
    }
}

/// The loss of e, and of δ, x and its rest, which are δ, e and what rounding e lost, all times a power of two by which squares fit.
#[inline(always)]
fn terms<V: Vector>([e, lost]: [V; 2], [delta, square]: [V; 2], [x, rest]: [V; 2]) -> Terms<V, 1> {
    let squared = x * x;
    let squares = square + squared;
    let k = squares.sqrt();
    let share = delta / k;
    let hess = share * (square / squares);
    // What δ², x² and their sum lost: with s the sum of squares, δ³ s^(−3/2) is changed by the share 3/2 (2/3·∆δ²/δ² − ∆s/s).
    let more = square_lost([delta, V::zero()], square);
    let all = difference_lost(square, -squared, squares) + (more + square_lost([x, rest], squared));
    let change = more / square - (all * (share * share)) * (V::c(1.5) / square);
    // The square of e has what rounding e lost twice.
    let half_slope = e * (delta / (delta + k)) + lost * share;
    Terms { value: e * half_slope, grad: [e * share], hess: [hess + hess * change] }
}

impl PseudoHuber {
    /// The loss in the lanes where |e| is so far beyond δ that it is δ |e|, and its second derivative 0; and in those where e overflows, and 2
    /// times a half of it doesn't.
    ///
    /// Rarely taken, but no call: its result would come through memory, and so would that of the usual way.
    #[inline(always)]
    fn far<V: Vector>(&self, [pred, target]: [V; 2], terms: Terms<V, 1>) -> Terms<V, 1> {
        let (e, delta) = (pred - target, V::c(self.delta));
        let half = half_difference(pred, target).abs();
        let fine = is_finite(e);
        let far = delta.lt(half * V::c(negligible::<V>()));
        let linear = V::select(fine, delta * e.abs(), (delta * half) * V::c(2.0));
        let ratio = (V::c(0.5) * delta) / half;
        let root = (V::c(1.0) + ratio * ratio).sqrt();
        let share = ratio / root;
        let near = V::select(fine, terms.grad[0].abs(), delta / root);
        let hess = V::select(fine, terms.hess[0], share * share * share);
        Terms {
            value: V::select(far, linear, terms.value),
            grad: [V::select(far, delta, near).with_sign_of(e).poison(e.is_nan())],
            hess: [hess.drop(far)],
        }
    }
}

/// δ/|e| whose cube is below the normal range.
#[inline(always)]
fn negligible<V: Vector>() -> f64 {
    // 2⁻³⁴⁰, 2⁻⁴²
    if V::DOUBLE { 4.464794497196387e-103 } else { 2.2737367544323206e-13 }
}

/// A power of two that brings x > 0 near to 1.
#[inline(always)]
fn near_reciprocal<V: Vector>(x: V) -> V {
    let (smallest, most) = if V::DOUBLE { (f64::MIN_POSITIVE, 1022.0) } else { (f32::MIN_POSITIVE.into(), 126.0) };
    let (_, exponent) = x.pmax(V::c(smallest)).split();
    (-exponent).pmax(V::c(-most)).pmin(V::c(most)).pow2()
}

/// Bounds of δ, and the upper one of |e|, between which δ² + e² is computed without loss.
#[inline(always)]
fn squares_fit<V: Vector>() -> [f64; 2] {
    // 2^±400, 2^±40
    if V::DOUBLE {
        [3.8725919148493183e-121, 2.5822498780869086e120]
    } else {
        [9.094947017729282e-13, 1_099_511_627_776.0]
    }
}
