//! ln cosh: quadratic near zero, linear in the tails, smooth everywhere.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::math::{log_cosh, sech2, tanh};
use crate::simd::Vector;

/// ln cosh e, e = pred − target.
///
/// Gradient with respect to pred: tanh e. Hessian: h = 1/cosh² e, which a relative error of e reaches 2e tanh(e)-fold: what
/// rounding e lost is put back, h(e + d) ≈ h(e)·(1 − 2d tanh e).
pub struct LogCosh;

impl Pointwise<2, 1> for LogCosh {
    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let e = pred - target;
        let (slope, curve) = (tanh(e), sech2(e));
        // Knuth's exact sum of pred and −target, less its rounded value.
        let t = e - pred;
        let lost = (pred - (e - t)) - (target + t);
        let change = (curve * slope * (lost + lost)).drop(curve.eq(V::zero()));
        Terms { value: log_cosh(e), grad: [slope], hess: [curve - change] }
    }
}
