//! Squared hinge loss.

use crate::loops::element::{Constants, INPUTS, Pointwise, Terms, held};
use crate::losses::domain::plus_or_minus_one;
use crate::simd::Vector;

/// max(0, m − y f)², y in {−1, +1}.
///
/// Gradient with respect to f: −2y max(0, m − y f). Hessian: 2 where m − y f > 0, else 0.
pub struct SquaredHinge {
    /// m ≥ 0
    pub margin: f64,
}

impl Pointwise<2, 1> for SquaredHinge {
    const LIGHT: bool = true;
    const NEUTRAL: [f64; INPUTS] = [f64::INFINITY, 1.0, 1.0];
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let slack = (V::c(self.margin) - y * f).pmax(V::zero());
        let active = V::zero().lt(slack);
        Terms { value: slack * slack, grad: [-(y * slack)], hess: [V::c(1.0).keep(active).poison(slack.is_nan())] }
    }
    /// a: the margin, b: 0, c: 1, d: the Hessian where it isn't 0
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let scale = scale * self.factor();
        Constants { scale: held(-scale), a: held(self.margin), b: held(0.0), c: held(1.0), d: held(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [f, y]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let slack = (k.a - y * f).pmax(k.b);
        Terms { value: slack * slack, grad: [y * slack * k.scale], hess: [k.d.keep(k.b.lt(slack))] }
    }
    #[inline(always)]
    fn invalid_bits<V: Vector>(&self, [_, y]: [V; 2], k: &Constants<V>) -> V {
        y.xor(k.c)
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        plus_or_minus_one(y)
    }
    #[inline(always)]
    fn factor(&self) -> f64 {
        2.0
    }
}
