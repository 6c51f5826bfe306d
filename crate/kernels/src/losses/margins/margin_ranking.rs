//! Hinge loss of the order of two scores.

use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::losses::domain::plus_or_minus_one;
use crate::losses::regression::mse::is_finite;
use crate::math::difference_lost;
use crate::simd::Vector;

/// max(0, h), h = m − y(a − b), y in {−1, +1}.
///
/// Gradient with respect to a: −y where h > 0, else 0; to b: y there. What rounding a − b lost is put back, so that h keeps its digits,
/// and its sign, where m and y(a − b) are close.
pub struct MarginRanking {
    /// m ≥ 0
    pub margin: f64,
}

impl Pointwise<3, 2> for MarginRanking {
    const LIGHT: bool = true;
    const CHECKED: bool = true;
    const CURVED: bool = false;

    #[inline(always)]
    fn eval<V: Vector>(&self, [a, b, y]: [V; 3], _: [V; 2]) -> Terms<V, 2> {
        let (zero, gap) = (V::zero(), a - b);
        let slack = (V::c(self.margin) - y * gap) - y * difference_lost(a, b, gap).keep(is_finite(gap));
        let slope = y.keep(zero.lt(slack)).poison(slack.is_nan());
        Terms { value: slack.pmax(zero), grad: [zero - slope, slope], hess: [zero; 2] }
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, _: [V; 3], _: [V; 2], terms: Terms<V, 2>, scale: V) -> Terms<V, 2> {
        let slope = terms.grad[1] * scale;
        Terms { grad: [V::zero() - slope, slope], ..terms }
    }
    /// No margin: the sign of a rounded difference is that of the difference.
    #[inline(always)]
    fn is_light(&self) -> bool {
        self.margin == 0.0
    }
    /// a: 0, b: 1
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        Constants { a: held(0.0), b: held(1.0), ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [a, b, y]: [V; 3], k: &Constants<V>) -> Terms<V, 2> {
        let slack = y * (b - a);
        let slope = (y * k.scale).keep(k.a.lt(slack));
        Terms { value: slack.pmax(k.a), grad: [k.a - slope, slope], hess: [k.a; 2] }
    }
    #[inline(always)]
    fn invalid_bits<V: Vector>(&self, [_, _, y]: [V; 3], k: &Constants<V>) -> V {
        y.xor(k.b)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, _, y]: [V; 3]) -> V::Mask {
        plus_or_minus_one(y)
    }
}
