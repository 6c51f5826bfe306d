//! ln cosh: quadratic near zero, linear in the tails, smooth everywhere.

use crate::drivers::pointwise::{Pointwise, Terms};
use crate::math::{log_cosh, sech2, tanh};
use crate::simd::Vector;

/// ln cosh e, e = pred − target.
///
/// Gradient with respect to pred: tanh e. Hessian: 1/cosh² e.
pub struct LogCosh;

impl Pointwise<2, 1> for LogCosh {
    #[inline(always)]
    fn eval<V: Vector>(&self, [pred, target]: [V; 2], _: V) -> Terms<V, 1> {
        let e = pred - target;
        Terms { value: log_cosh(e), grad: [tanh(e)], hess: [sech2(e)] }
    }
}
