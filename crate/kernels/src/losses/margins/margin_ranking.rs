//! Hinge loss of the order of two scores.

use crate::loops::element::{Pointwise, Terms};
use crate::losses::domain::plus_or_minus_one;
use crate::losses::regression::mse::{is_finite, lost};
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
    const CHECKED: bool = true;
    const CURVED: bool = false;

    #[inline(always)]
    fn eval<V: Vector>(&self, [a, b, y]: [V; 3], _: [V; 2]) -> Terms<V, 2> {
        let (zero, gap) = (V::zero(), a - b);
        let slack = (V::c(self.margin) - y * gap) - y * lost(a, b, gap).keep(is_finite(gap));
        let slope = y.keep(zero.lt(slack)).poison(slack.is_nan());
        Terms { value: slack.pmax(zero), grad: [zero - slope, slope], hess: [zero; 2] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, _, y]: [V; 3]) -> V::Mask {
        plus_or_minus_one(y)
    }
}
