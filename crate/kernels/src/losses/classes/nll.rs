//! Negative log-likelihood of a row of log-probabilities.

use super::at_label;
use crate::loops::element::{Kernel, Pointwise, Terms};
use crate::loops::row::terms;
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::dense_weight;
use crate::losses::domain::unit;
use crate::losses::target::Target;
use crate::simd::{Float, Mask, Vector};

/// −cw_y·logp_y at the label y. No other element is read.
///
/// Gradient with respect to logp: −cw_y at the label, 0 elsewhere. Hessian: 0.
pub struct Nll<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
}

impl<T: Float> Rowwise<T, 1, 1> for Nll<T> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantees.
        unsafe { at_label::rows(true, self.class_weight, call, total) }
    }
}

/// −Σ t_k logp_k with t_k = y_k·cw_k, y_k in [0, 1] a second input.
///
/// Gradient with respect to logp: −t_k. Hessian: 0. A class with t_k = 0 contributes 0 even at logp_k = −∞.
pub struct NllDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
}

impl<T: Float> Rowwise<T, 2, 1> for NllDense<T> {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        let is_plain = self.class_weight.is_null();
        // SAFETY: the caller's guarantees.
        unsafe {
            if is_plain { terms::run(Term { is_unit: true }, call, total) } else { one_by_one(self, call, total) }
        }
    }
}

impl<T: Float> OneRow<T, 2, 1> for NllDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let y = row.inputs[1];
        // SAFETY: inputs, class weights and outputs have the row's width.
        unsafe {
            if dense_weight(y, self.class_weight, row.width)? == 0.0 {
                return Ok(row.fill(0.0));
            }
            let term = Kernel(Term { is_unit: false });
            let t = Target::smoothed(y, self.class_weight, 0.0, row.width);
            t.sum(&term, &term.facts(), &row.first())
        }
    }
}

/// −t·logp, of a log-probability and its weight. Where t = 0, logp isn't used.
pub struct Term {
    /// Whether t must be in [0, 1].
    pub is_unit: bool,
}

impl Pointwise<2, 1> for Term {
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [logp, t]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (zero, none) = (V::zero(), t.eq(V::zero()));
        let nan = logp.is_nan() & !none;
        Terms { value: (zero - t * logp).drop(none), grad: [(zero - t).poison(nan)], hess: [zero.poison(nan)] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, t]: [V; 2]) -> V::Mask {
        if self.is_unit { unit(t) } else { !V::Mask::none() }
    }
}
