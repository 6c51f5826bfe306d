//! Hinge loss of a distance between two things that are alike, or aren't.

use crate::loops::element::{Constants, INPUTS, Pointwise, Terms, held};
use crate::losses::domain::plus_or_minus_one;
use crate::simd::Vector;

/// x for y = 1, max(0, m − x) for y = −1.
///
/// Gradient with respect to x: 1; −1 where m − x > 0, else 0. Hessian: 0.
pub struct HingeEmbedding {
    /// m ≥ 0
    pub margin: f64,
}

impl Pointwise<2, 1> for HingeEmbedding {
    const LIGHT: bool = true;
    const NEUTRAL: [f64; INPUTS] = [0.0, 1.0, 1.0];
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [x, y]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (zero, slack) = (V::zero(), V::c(self.margin) - x);
        let (alike, nan) = (zero.lt(y), (y * x).is_nan());
        Terms {
            value: V::select(alike, x, slack.pmax(zero)).poison(nan),
            grad: [y.keep(alike | zero.lt(slack)).poison(nan)],
            hess: [zero.poison(nan)],
        }
    }
    /// a: the margin, b: 0, c: 1
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(self.margin), b: held(0.0), c: held(1.0), ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [x, y]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let (alike, slack) = (k.b.lt(y), k.a - x);
        let value = V::select(alike, x, slack.pmax(k.b));
        Terms { value, grad: [(y * k.scale).keep(alike | k.b.lt(slack))], hess: [k.b] }
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
