//! Hinge loss of a binary margin classifier.

use crate::loops::element::{Constants, INPUTS, Pointwise, Terms, held};
use crate::losses::domain::plus_or_minus_one;
use crate::simd::Vector;

/// max(0, m − y f), y in {−1, +1}.
///
/// Gradient with respect to f: −y where m − y f > 0, else 0. Hessian: 0.
pub struct Hinge {
    /// m ≥ 0
    pub margin: f64,
}

impl Pointwise<2, 1> for Hinge {
    const LIGHT: bool = true;
    const NEUTRAL: [f64; INPUTS] = [f64::INFINITY, 1.0, 1.0];
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let slack = V::c(self.margin) - y * f;
        let nan = slack.is_nan();
        Terms {
            value: slack.pmax(V::zero()),
            grad: [(-y).keep(V::zero().lt(slack)).poison(nan)],
            hess: [V::zero().poison(nan)],
        }
    }
    /// a: the margin, b: 0, c: 1
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(self.margin), b: held(0.0), c: held(1.0), ..Constants::scale(-scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [f, y]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let slack = k.a - y * f;
        Terms { value: slack.pmax(k.b), grad: [(y * k.scale).keep(k.b.lt(slack))], hess: [k.b] }
    }
    #[inline(always)]
    fn invalid_bits<V: Vector>(&self, [_, y]: [V; 2], k: &Constants<V>) -> V {
        y.xor(k.c)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        plus_or_minus_one(y)
    }
}
