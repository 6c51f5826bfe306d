//! Negative log-likelihood of Poisson's distribution, from its rate or the rate's logarithm.

use crate::loops::element::{Pointwise, Strip, Terms, run_usual};
use crate::losses::domain::not_negative;
use crate::math::{exp_of_wide_parts, exp_split, exp_wide_parts, ln_factorial, ln_of_parts, positive_parts, powers};
use crate::simd::{Mask, Vector};

/// eᶠ − y f, f = ln of the rate; or r − y ln r of the rate r itself, 0·ln 0 = 0. `full` adds ln y!, that is ln Γ(y + 1).
///
/// Gradient with respect to f: eᶠ − y; to r: 1 − y/r. Hessian: eᶠ; y/r². The target and a rate must not be negative.
pub struct PoissonNll {
    /// Whether the prediction is the rate, not its logarithm.
    pub rate: bool,
    /// Whether the part that doesn't hang on the prediction is there.
    pub full: bool,
}

impl Pointwise<2, 1> for PoissonNll {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, x: [V; 2], staged: [V; 2]) -> [V; 2] {
        if self.rate { Rate.step(step, x, staged) } else { Log.step(step, x, staged) }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        let mut terms = if self.rate { Rate.eval(x, staged) } else { Log.eval(x, staged) };
        if self.full {
            terms.value = terms.value + ln_factorial(x[1]);
        }
        terms
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, x: [V; 2]) -> V::Mask {
        if self.rate { Rate.valid(x) } else { Log.valid(x) }
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe {
            if self.full {
                run_usual::<V, Log, _, 2, 1, HESS>(None, self, strip)
            } else if self.rate {
                Rate.run::<V, HESS>(strip)
            } else {
                Log.run::<V, HESS>(strip)
            }
        }
    }
}

/// From the logarithm of the rate, without the constant.
struct Log;

impl Pointwise<2, 1> for Log {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [f, _]: [V; 2], staged: [V; 2]) -> [V; 2] {
        match step {
            0 => exp_wide_parts(f),
            _ => [exp_of_wide_parts(staged), V::zero()],
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], [rate, _]: [V; 2]) -> Terms<V, 1> {
        let infinite = V::c(f64::INFINITY);
        // y = 0 removes even what is infinite.
        let linear = (y * f).drop(y.eq(V::zero()));
        let terms = Terms { value: rate - linear, grad: [rate - y], hess: [rate.poison(y.is_nan())] };
        let extreme = !(rate.pmax(linear.abs()).lt(infinite));
        if extreme.any() { overflowed([f, y], extreme, terms) } else { terms }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        not_negative(y)
    }
}

/// The loss where eᶠ or y f overflows, though the differences may not: from numbers 2⁶⁴ times smaller.
///
/// Rarely taken, but no call: its result would come through memory, and so would that of the usual way.
#[inline(always)]
fn overflowed<V: Vector>([f, y]: [V; 2], extreme: V::Mask, terms: Terms<V, 1>) -> Terms<V, 1> {
    // 2⁶⁴
    let unit = 18_446_744_073_709_551_616.0;
    let (up, down) = (V::c(unit), V::c(1.0 / unit));
    let (m, n) = exp_split(f);
    let [s0, s1, s2, s3] = powers(n - V::c(64.0));
    let (rate, y) = (m * s0 * s1 * s2 * s3, y * down);
    let fine = rate.lt(V::c(f64::INFINITY));
    // An infinite rate outgrows all else.
    let less = |x: V| V::select(fine, (rate - x) * up, rate);
    let linear = (y * f).drop(y.eq(V::zero()));
    Terms {
        value: V::select(extreme, less(linear), terms.value),
        grad: [V::select(extreme, less(y), terms.grad[0])],
        hess: terms.hess,
    }
}

/// From the rate, without the constant.
struct Rate;

impl Pointwise<2, 1> for Rate {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [r, _]: [V; 2], staged: [V; 2]) -> [V; 2] {
        match step {
            0 => positive_parts(r),
            _ => [ln_of_parts(staged), V::zero()],
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [r, y]: [V; 2], [ln, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, one, infinite) = (V::zero(), V::c(1.0), V::c(f64::INFINITY));
        // +0 for −0, whose quotients would have the wrong sign.
        let r = r + zero;
        let none = y.eq(zero);
        let ln = V::select(r.eq(zero), zero - infinite, ln);
        let linear = (y * ln).drop(none | r.eq(infinite));
        let over = (y / r).drop(none);
        Terms { value: r - linear, grad: [(one - over).poison(r.is_nan())], hess: [(over / r).drop(none)] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [r, y]: [V; 2]) -> V::Mask {
        not_negative(r) & not_negative(y)
    }
}
