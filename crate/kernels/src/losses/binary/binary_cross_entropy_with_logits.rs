//! Binary cross-entropy from a logit.

use crate::loops::element::{Pointwise, Strip, Terms, run_usual};
use crate::losses::domain::unit;
use crate::math::{exp_of_parts, exp_split, log1p_unit, minus_abs_parts, powers};
use crate::simd::{Mask, Vector};

/// −[c ỹ ln σ(x) + (1−ỹ) ln(1−σ(x))] with ỹ = y(1−s) + s/2.
///
/// With a = c ỹ, b = 1 − ỹ and e = exp(−|x|): (a + b) ln(1+e) + |x|·(a if x < 0, else b), a sum of nothing negative.
/// Gradient with respect to x: b σ(x) − a σ(−x), two sigmoids that share e and 1+e. Hessian: (a + b) σ(x) σ(−x).
pub struct BinaryCrossEntropyWithLogits {
    /// c ≥ 0, where no stream of weights is given
    pub pos_weight: f64,
    /// s in [0, 1]
    pub label_smoothing: f64,
}

impl Pointwise<3, 1> for BinaryCrossEntropyWithLogits {
    const STEPS: &'static [usize] = EXP_STEPS;
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[1];

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [x, _, _]: [V; 3], staged: [V; 2]) -> [V; 2] {
        to_exp(step, x, staged)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [x, y, c]: [V; 3], [e, _]: [V; 2]) -> Terms<V, 1> {
        let (a, b) = sides(y, c * V::c(self.pos_weight), self.label_smoothing);
        terms(x, [a, b], e, self.pos_weight > 1.0)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y, _]: [V; 3]) -> V::Mask {
        unit(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        let plain = self.pos_weight == 1.0 && self.label_smoothing == 0.0 && strip.inputs[2].is_null();
        // SAFETY: the caller's guarantee.
        unsafe { run_usual::<V, _, _, 3, 1, HESS>(plain.then_some(Plain), self, strip) }
    }
}

/// How many numbers the steps of `to_exp` compute.
pub const EXP_STEPS: &[usize] = &[2, 1];

/// The steps to e^−|x|.
#[inline(always)]
pub fn to_exp<V: Vector>(step: usize, x: V, staged: [V; 2]) -> [V; 2] {
    match step {
        0 => minus_abs_parts(x),
        _ => [exp_of_parts(staged), V::zero()],
    }
}

/// The loss without weights and smoothing.
struct Plain;

impl Pointwise<3, 1> for Plain {
    const STEPS: &'static [usize] = EXP_STEPS;
    const REQUIRED: usize = 2;
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[1];

    #[inline(always)]
    fn eval<V: Vector>(&self, [x, y, _]: [V; 3], [e, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let signed = |v: V| v.flip_sign_of(x);
        // 1 − y where x ≥ 0, −y elsewhere: σ(x) − y is this less ±σ(−|x|), the smaller of both sides, which keeps its digits.
        let side = signed(one).pmax(zero) - y;
        let near = signed(side);
        let linear = (signed(x) * near).drop(near.eq(zero));
        Terms {
            value: log1p_unit(e) + linear,
            grad: [side - signed(e / (one + e))],
            hess: [variance(e).poison(y.is_nan())],
        }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y, _]: [V; 3]) -> V::Mask {
        unit(y)
    }
}

/// The loss with the weights a and b. `heavy` says that a may be above 1.
#[inline(always)]
fn terms<V: Vector>(x: V, [a, b]: [V; 2], e: V, heavy: bool) -> Terms<V, 1> {
    // +0 makes −0 positive: the sign bit then says x < 0.
    let x = x + V::zero();
    let negative = x.lt(V::zero());
    let (near, far) = V::swap(negative, b, a);
    let linear = (x.abs() * near).drop(near.eq(V::zero()));
    let (s, product) = (V::c(1.0) + e, far * e);
    let mut slope = near - product;
    // A weight that makes the far side the larger one brings its own rounding: what rounding 1 + e loses is put back then, on
    // the near side, which loses nothing by it.
    if heavy {
        slope = (near - slope * ((V::c(1.0) - s) + e)) - product;
    }
    let both = a + b;
    let terms =
        Terms { value: both * log1p_unit(e) + linear, grad: [(slope / s).flip_sign_of(x)], hess: [both * variance(e)] };
    // Only a weight above 1 can bring what e makes too small for the element type back into its range: the other lanes, whatever their
    // neighbours are, keep what they have.
    let deep = V::c(if V::DOUBLE { 700.0 } else { 80.0 }).lt(x.abs()) & V::c(1.0).lt(both);
    if deep.any() { tail(x, [near, far, linear], deep, terms) } else { terms }
}

/// σ(x) σ(−x) = e/(1+e)² for e = e^−|x|. Of 1 + 2e + e² what rounding 1 + 2e lost is put back.
#[inline(always)]
pub fn variance<V: Vector>(e: V) -> V {
    let twice = e + e;
    let most = V::c(1.0) + twice;
    let lost = (V::c(1.0) - most) + twice;
    e / (most + (lost + e * e))
}

/// The loss where |x| is so large that 1 + e is 1: each e is a product in factors.
///
/// Rarely taken, but no call: its result would come through memory, and so would that of the usual way.
#[inline(always)]
fn tail<V: Vector>(x: V, [near, far, linear]: [V; 3], deep: V::Mask, terms: Terms<V, 1>) -> Terms<V, 1> {
    let (m, n) = exp_split(x.abs().with_sign_of(V::c(-1.0)));
    let [s0, s1, s2, _] = powers(n);
    let times_e = |w: V| (w * s0) * m * s1 * s2;
    let all = times_e(near + far);
    Terms {
        value: V::select(deep, all + linear, terms.value),
        grad: [V::select(deep, (near - times_e(far)).flip_sign_of(x), terms.grad[0])],
        hess: [V::select(deep, all, terms.hess[0])],
    }
}

/// The weights of ln p and ln(1−p): (c ỹ, 1 − ỹ) for the smoothed target ỹ = y(1−s) + s/2.
#[inline(always)]
pub fn sides<V: Vector>(y: V, c: V, smoothing: f64) -> (V, V) {
    let (keep, half) = (V::c(1.0 - smoothing), V::c(0.5 * smoothing));
    (c * (y * keep + half), (V::c(1.0) - y) * keep + half)
}
