//! Negative log-likelihood of Tweedie's distributions between Poisson's and the gamma, from the logarithm of the mean.

use crate::loops::element::{Pointwise, Strip, Terms, run_usual};
use crate::losses::domain::not_negative;
use crate::math::{exp_split, exp_split_of_product, powers};
use crate::simd::{Mask, Vector};

/// y e^−af/a + e^bf/b, f = ln of the mean, with a = p − 1 and b = 2 − p for the power p: that is −y e^((1−p)f)/(1−p) + e^((2−p)f)/(2−p).
///
/// Gradient with respect to f: e^bf − y e^−af. Hessian: a y e^−af + b e^bf. The target must not be negative.
pub struct Tweedie {
    /// p in (1, 2)
    pub power: f64,
}

impl Pointwise<2, 1> for Tweedie {
    const STEPS: &'static [usize] = &[2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [f, _]: [V; 2], _: [V; 2]) -> [V; 2] {
        exp_split_of_product(f, 2.0 - self.power).into()
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], [m, n]: [V; 2]) -> Terms<V, 1> {
        terms(y, exp_split_of_product(f, 1.0 - self.power), (m, n), self.power - 1.0)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        not_negative(y)
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        // SAFETY: the caller's guarantee.
        unsafe {
            if self.power == 1.5 {
                Middle.run::<V, HESS>(strip)
            } else {
                run_usual::<V, Middle, _, 2, 1, HESS>(None, self, strip)
            }
        }
    }
}

/// The power 1.5: e^−f/2 is the reciprocal of e^f/2, and f/2 is exact.
struct Middle;

impl Pointwise<2, 1> for Middle {
    const STEPS: &'static [usize] = &[2];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [f, _]: [V; 2], _: [V; 2]) -> [V; 2] {
        exp_split(f * V::c(0.5)).into()
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [_, y]: [V; 2], [m, n]: [V; 2]) -> Terms<V, 1> {
        // 2/m is in (1, 2].
        terms(y, (V::c(2.0) / m, -n - V::c(1.0)), (m, n), 0.5)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        not_negative(y)
    }
}

/// The loss of both powers of the mean, e^−af and e^bf, each as m·2ⁿ.
#[inline(always)]
fn terms<V: Vector>(y: V, down: (V, V), up: (V, V), a: f64) -> Terms<V, 1> {
    let b = 1.0 - a;
    let (past, mean) = ((y * down.1.pow2()) * down.0, up.1.pow2() * up.0);
    let terms = Terms {
        value: past * V::c(1.0 / a) + mean * V::c(1.0 / b),
        grad: [mean - past],
        hess: [past * V::c(a) + mean * V::c(b)],
    };
    let [least, most, far] = plain_range::<V>();
    let extreme =
        (y.lt(V::c(least)) & !y.eq(V::zero())) | V::c(most).lt(y) | V::c(far).lt(down.1.abs().pmax(up.1.abs()));
    if !extreme.any() {
        return terms;
    }
    let (times, of_mean) = (|factor: f64| product(y, down, factor), |factor: f64| product(V::c(1.0), up, factor));
    Terms {
        value: V::select(extreme, times(1.0 / a) + of_mean(1.0 / b), terms.value),
        grad: [V::select(extreme, of_mean(1.0) - times(1.0), terms.grad[0])],
        hess: [V::select(extreme, times(a) + of_mean(b), terms.hess[0])],
    }
}

/// The least and the most target, and the most exponent, with which no product leaves the range of the element type on its way, whatever the
/// power: a may be as small as the distance of 1 to its neighbour.
#[inline(always)]
fn plain_range<V: Vector>() -> [f64; 3] {
    // 2^±400, 2^±40
    if V::DOUBLE {
        [3.8725919148493183e-121, 2.5822498780869086e120, 500.0]
    } else {
        [9.094947017729282e-13, 1_099_511_627_776.0, 60.0]
    }
}

/// factor·y·m·2ⁿ where products on the way may leave the range of the element type: the factor too is taken apart.
#[inline(always)]
fn product<V: Vector>(y: V, (m, n): (V, V), factor: f64) -> V {
    let bits = factor.to_bits();
    let exponent = (bits >> 52) as i32 - 1023;
    let mantissa = f64::from_bits(bits & (u64::MAX >> 12) | 1.0f64.to_bits());
    let [s0, s1, s2, s3] = powers(n + V::c(exponent.into()));
    (y * s0) * (m * V::c(mantissa)) * s1 * s2 * s3
}
