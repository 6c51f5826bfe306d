//! Smooth L1: Huber's loss divided by its threshold.

use super::huber::{is_within, times_rest};
use super::mae::Mae;
use crate::loops::element::{Constants, Pointwise, Terms, held};
use crate::simd::{Mask, Vector};

/// ½e²/β for |e| ≤ β, else |e| − ½β, e = pred − target; β = 0 is the absolute error. With c = e clamped to [−β, β] and q = c/β
/// both branches are q(e − ½c).
///
/// Gradient with respect to pred: q. Hessian: 1/β for |e| ≤ β, else 0.
pub struct SmoothL1 {
    /// β ≥ 0
    pub beta: f64,
}

impl Pointwise<2, 1> for SmoothL1 {
    const LIGHT: bool = true;
    const LIGHT_HESS: bool = false;

    #[inline(always)]
    fn eval<V: Vector>(&self, x: [V; 2], staged: [V; 2]) -> Terms<V, 1> {
        let limit = V::c(self.beta);
        if limit.eq(V::zero()).any() {
            return Mae.eval(x, staged);
        }
        let e = x[0] - x[1];
        let c = e.pmax(V::zero() - limit).pmin(limit);
        let q = c / limit;
        Terms {
            value: times_rest(q, x, c),
            grad: [q],
            hess: [(V::c(1.0) / limit).keep(is_within(x, e, limit)).poison(e.is_nan())],
        }
    }
    #[inline(always)]
    fn is_light(&self) -> bool {
        (f32::MIN_POSITIVE.into()..=f32::MAX.into()).contains(&self.beta)
    }
    /// a: β, b: −β, c: ½, d: 1/β
    #[inline(always)]
    fn constants<V: Vector>(&self, scale: f64) -> Constants<V> {
        let [a, b, c, d] = [self.beta, -self.beta, 0.5, 1.0 / self.beta].map(held);
        Constants { a, b, c, d, ..Constants::scale(scale) }
    }
    #[inline(always)]
    fn light<V: Vector>(&self, [pred, target]: [V; 2], k: &Constants<V>) -> Terms<V, 1> {
        let e = pred - target;
        let c = e.pmax(k.b).pmin(k.a);
        // The same bits: dividing by a power of two is multiplying by another.
        let q = if !V::DOUBLE && is_power_of_two(self.beta) { c * k.d } else { c / k.a };
        Terms { value: q * (e - k.c * c), grad: [q * k.scale], hess: [k.b] }
    }
}

/// Whether a normal x > 0 is a power of two.
#[inline(always)]
fn is_power_of_two(x: f64) -> bool {
    x.to_bits() << 12 == 0
}
