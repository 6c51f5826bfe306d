//! Cross-entropy of a row of probabilities.

use super::at_label;
use crate::loops::element::{Kernel, Pointwise, Terms};
use crate::loops::row::terms;
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::{Outcome, Total};
use crate::losses::class_weight::{dense_weight, label_weight};
use crate::losses::domain::{positive, unit};
use crate::losses::target::Target;
use crate::losses::unit::check_unit;
use crate::math::{ln_of_parts, ln_unit, over_square, unit_parts};
use crate::simd::{Float, Vector};

/// −Σ t_k ln p_k with t_k = ((1−ε) y_k + ε/K)·cw_k, y = 1 at the label. p isn't renormalised.
///
/// Gradient with respect to p: −t_k/p_k. Hessian: t_k/p_k². A class with t_k = 0 contributes 0, whatever its p; one with
/// p_k = 0 and weight makes the loss +∞. All of p must be in [0, 1].
pub struct CategoricalCrossEntropy<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 1, 1> for CategoricalCrossEntropy<T> {
    unsafe fn rows(&self, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantees.
        unsafe {
            if self.label_smoothing == 0.0 {
                at_label::rows(false, self.class_weight, call, total)
            } else {
                one_by_one(self, call, total)
            }
        }
    }
}

/// With smoothing.
impl<T: Float> OneRow<T, 1, 1> for CategoricalCrossEntropy<T> {
    unsafe fn row(&self, row: &Row<T, 1, 1>) -> Result<f64, Invalid> {
        // SAFETY: class weights, if any, and outputs have the row's width, and the label is less. p_y is read before it is
        // written over.
        unsafe {
            let weight = label_weight(self.class_weight, row.label);
            if weight == 0.0 {
                return Ok(row.fill(0.0));
            }
            let p_y = *row.inputs[0].add(row.label);
            check_unit(row.inputs[0].add(row.label), 1)?;
            let share = Target::smoothed(core::ptr::null(), self.class_weight, self.label_smoothing, row.width);
            let (rest, peak) = (others(row, &share)?, share.keep * weight);
            Ok(rest + if peak == 0.0 { 0.0 } else { at_label(row, p_y, peak, &share) })
        }
    }
}

/// As [`CategoricalCrossEntropy`], with y_k in [0, 1] as a second input.
pub struct CategoricalCrossEntropyDense<T> {
    /// cw: a weight for each class, or null
    pub class_weight: *const T,
    /// ε in [0, 1]
    pub label_smoothing: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for CategoricalCrossEntropyDense<T> {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        let is_plain = self.class_weight.is_null() && self.label_smoothing == 0.0;
        // SAFETY: the caller's guarantees.
        unsafe {
            if is_plain { terms::run(Term { is_unit: true }, call, total) } else { one_by_one(self, call, total) }
        }
    }
}

impl<T: Float> OneRow<T, 2, 1> for CategoricalCrossEntropyDense<T> {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        // SAFETY: inputs, class weights and outputs have the row's width.
        unsafe {
            if dense_weight(row.inputs[1], self.class_weight, row.width)? == 0.0 {
                return Ok(row.fill(0.0));
            }
            others(&row.first(), &Target::smoothed(row.inputs[1], self.class_weight, self.label_smoothing, row.width))
        }
    }
}

/// The label's share of the loss, which weighs `peak` there on top of `t`; writes its derivatives.
///
/// # Safety
/// - The outputs, and what `t` reads, have the row's width, and the label is less.
#[inline(always)]
unsafe fn at_label<T: Float>(row: &Row<T, 1, 1>, p_y: T, peak: f64, t: &Target<T>) -> f64 {
    // SAFETY: the caller's guarantee.
    unsafe {
        // −0 is 0.
        let p = p_y.to_f64() + 0.0;
        let slope = row.scale * (peak + t.at(row.label)) / p;
        row.set(row.label, -slope, slope / p);
    }
    // The same bits whatever the lane.
    -peak * ln_unit(T::Vec::c(p_y.to_f64())).lane(0)
}

/// −Σ t_k ln p_k of the row's first input; writes the derivatives.
///
/// # Safety
/// - The row's first input and its outputs, and what `t` reads, have the row's width.
unsafe fn others<T: Float>(row: &Row<T, 1, 1>, t: &Target<T>) -> Result<f64, Invalid> {
    let term = Kernel(Term { is_unit: false });
    // SAFETY: the caller's guarantee.
    unsafe { t.sum(&term, &term.facts(), row) }
}

/// −t ln p, of a probability and its weight. Where t = 0, p isn't used.
pub struct Term {
    /// Whether t must be in [0, 1].
    pub is_unit: bool,
}

impl Term {
    /// Both derivatives times the scale: a quotient may overflow where its product with the scale doesn't.
    #[inline(always)]
    fn derivatives<V: Vector>([p, t]: [V; 2], scale: V) -> (V, V) {
        let [slope, curvature] = [scale * t / positive(p), over_square(scale.lane(0), t, p)]
            .map(|x| x.poison(p.is_nan()).drop(t.eq(V::zero())));
        (V::zero() - slope, curvature)
    }
}

impl Pointwise<2, 1> for Term {
    const STEPS: &'static [usize] = &[2, 1];
    const CHECKED: bool = true;

    #[inline(always)]
    fn step<V: Vector>(&self, step: usize, [p, _]: [V; 2], staged: [V; 2]) -> [V; 2] {
        match step {
            0 => unit_parts(p),
            _ => [ln_of_parts(staged), V::zero()],
        }
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p, t]: [V; 2], [ln, _]: [V; 2]) -> Terms<V, 1> {
        let (zero, (grad, hess)) = (V::zero(), Self::derivatives([p, t], V::c(1.0)));
        let value = (t * (zero - ln)).drop(t.eq(zero));
        Terms { value, grad: [grad], hess: [hess] }
    }
    #[inline(always)]
    fn scaled<V: Vector>(&self, x: [V; 2], _: [V; 2], terms: Terms<V, 1>, scale: V) -> Terms<V, 1> {
        let (grad, hess) = Self::derivatives(x, scale);
        Terms { grad: [grad], hess: [hess], ..terms }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p, t]: [V; 2]) -> V::Mask {
        let p_fits = unit(p) | t.eq(V::zero());
        if self.is_unit { p_fits & unit(t) } else { p_fits }
    }
}
