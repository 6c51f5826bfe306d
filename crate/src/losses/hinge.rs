//! Hinge loss of a binary margin classifier.

use super::domain::sign;
use crate::drivers::pointwise::{Pointwise, Terms};
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
    const GUARDED: bool = true;
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [f, y]: [V; 2], _: V) -> Terms<V, 1> {
        let slack = V::c(self.margin) - y * f;
        let nan = slack.is_nan();
        Terms {
            value: slack.pmax(V::zero()),
            grad: [(-y).keep(V::zero().lt(slack)).poison(nan)],
            hess: [V::zero().poison(nan)],
        }
    }
    #[inline(always)]
    fn eval_finite<V: Vector>(&self, [f, y]: [V; 2]) -> Terms<V, 1> {
        let slack = V::c(self.margin) - y * f;
        let active = V::zero().lt(slack);
        Terms { value: slack.pmax(V::zero()), grad: [(V::zero() - y).keep(active)], hess: [V::zero()] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, y]: [V; 2]) -> V::Mask {
        sign(y)
    }
}
