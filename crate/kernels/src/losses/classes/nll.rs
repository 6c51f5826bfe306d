//! Negative log-likelihood of a row of log-probabilities.

use crate::loops::element::{Kernel, Pointwise, Terms};
use crate::loops::row::many::{self, Sparse};
use crate::loops::row::terms;
use crate::loops::row::{Call, Invalid, Row, Rowwise};
use crate::loops::{Outcome, Total};
use crate::losses::domain::unit;
use crate::losses::target::{Target, dense_weight, label_weight};
use crate::simd::{Float, Mask, Vector};

/// −cw_y·logp_y at the label y.
///
/// Gradient with respect to logp: −cw_y at the label, 0 elsewhere. Hessian: 0. NaN anywhere in the row makes its loss NaN.
pub struct Nll<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
}

impl<T: Float> Rowwise<T, 1, 1> for Nll<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: class weights, if any, and outputs have the row's width, and the label is less; logp is read first.
        unsafe {
            let weight = label_weight(self.class_weight, row.label);
            let logp = (*row.inputs[0].add(row.label)).to_f64();
            if weight == 0.0 {
                return Ok(row.fill(0.0));
            }
            let rest = row.clear();
            if !row.grads[0].is_null() {
                // NaN stays.
                *row.grads[0].add(row.label) = T::from_f64(if logp.is_nan() { logp } else { -weight * row.scale });
            }
            Ok(rest - weight * logp)
        }
    }

    unsafe fn at_once(&self, call: &Call<T, 1, 1>) -> Option<Outcome> {
        // SAFETY: the caller's guarantees.
        unsafe { many::run(self, call) }
    }
}

impl<T: Float> Sparse<T> for Nll<T> {
    unsafe fn rows(&self, call: &Call<T, 1, 1>, losses: *mut f64) {
        // Read once: for all the compiler knows, what is written below may change them.
        let Call { rows, width, scale, labels, inputs: [logp], grads: [grad], .. } = *call;
        let cw = self.class_weight;
        for r in 0..rows {
            // SAFETY: r < rows, and the label is less than the width.
            unsafe {
                let label = *labels.add(r) as usize;
                let (weight, place) = (label_weight(cw, label), r * width + label);
                // A label of weight 0 may be −∞.
                let logp = if weight == 0.0 { 0.0 } else { (*logp.add(place)).to_f64() };
                *losses.add(r) = 0.0 - weight * logp;
                if !grad.is_null() {
                    *grad.add(place) = T::from_f64(0.0 - weight * scale);
                }
            }
        }
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
    unsafe fn at_once(&self, call: &Call<T, 2, 1>) -> Option<Outcome> {
        // SAFETY: the caller's guarantees.
        self.class_weight.is_null().then(|| unsafe { terms::run(Term { is_unit: true }, call, Total::default()) })
    }
}

/// −t·logp, of a log-probability and its weight.
pub struct Term {
    /// Whether t must be in [0, 1].
    pub is_unit: bool,
}

impl Pointwise<2, 1> for Term {
    const CHECKED: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [logp, t]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let (zero, nan) = (V::zero(), logp.is_nan());
        Terms {
            value: (zero - t * logp).drop(t.eq(zero)).poison(nan),
            grad: [(zero - t).poison(nan)],
            hess: [zero.poison(nan)],
        }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [_, t]: [V; 2]) -> V::Mask {
        if self.is_unit { unit(t) } else { !V::Mask::none() }
    }
}
