//! ln cosh: quadratic near zero, linear in the tails, smooth everywhere.

use crate::loops::element::{Pointwise, Terms};
use crate::math::{decay_of_parts, decay_parts, difference_lost, log_cosh_of, sech2_of, tanh_of};
use crate::simd::Vector;

/// ln cosh e, e = pred − target.
///
/// Gradient with respect to pred: tanh e. Hessian: h = 1/cosh² e, which a relative error of e reaches 2e tanh(e)-fold: what
/// rounding e lost is put back, h(e + d) ≈ h(e)·(1 − 2d tanh e).
pub struct LogCosh;

impl Pointwise<2, 1> for LogCosh {
    const STEPS: &'static [usize] = &[2, 1];

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [pred, target]: [V; 2], staged: [V; 2]) -> [V; 2] {
        let e = pred - target;
        match step {
            0 => decay_parts(e),
            _ => [decay_of_parts(e, staged), V::zero()],
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], [decay, _]: [V; 2]) -> Terms<V, 1> {
        let e = pred - target;
        let (slope, curve) = (tanh_of(e, decay), sech2_of(e, decay));
        let lost = difference_lost(pred, target, e);
        let change = (curve * slope * (lost + lost)).drop(curve.eq(V::zero()));
        Terms { value: log_cosh_of(e, decay), grad: [slope], hess: [curve - change] }
    }
}
