//! Kullback-Leibler divergence of two rows.

mod term;

use crate::loops::element::{Kernel, Pointwise, Terms};
use crate::loops::row::terms;
use crate::loops::row::{Call, Invalid, OneRow, Row, Rowwise};
use crate::loops::softmax;
use crate::loops::softmax::short::lanes::{SHORT_WEIGHED, Wide, read};
use crate::loops::softmax::short::{Rows, ShortRows, Weights};
use crate::loops::{Outcome, Total};
use crate::losses::domain::unit;
use crate::losses::softmax::softmax_target::TargetPlan;
use crate::losses::target::{Range, Target, exp_of};
use crate::math::{finite_parts, ln_of_parts};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
pub use term::Term;

/// Σ p_k (ln p_k − ln q_k): D(P‖Q) of the target P and the model Q.
///
/// Gradient with respect to q: −p_k/q_k (q probabilities), −p_k (log-probabilities), or cross-entropy's (logits). Hessian:
/// p_k/q_k², 0, or cross-entropy's. A term with p_k = 0 contributes exactly 0 to all three. Probabilities must be in [0, 1].
pub struct KlDivergence {
    /// What q is. 0: probabilities, 1: log-probabilities, 2: logits
    pub input: f64,
    /// Whether p is given as log-probabilities
    pub log_target: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for KlDivergence {
    unsafe fn rows(&self, call: &Call<T, 2, 1>, total: Total) -> Outcome {
        let term = Term { log_model: self.input == 1.0, log_target: self.log_target != 0.0 };
        // SAFETY: the caller's guarantees.
        unsafe { if self.input == 2.0 { softmax::run(self, call, total) } else { terms::run(term, call, total) } }
    }
}

/// The loss where q is logits: cross-entropy less the target's entropy.
impl<T: Float> OneRow<T, 2, 1> for KlDivergence {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (p, width, is_log) = (row.inputs[1], row.width, self.log_target != 0.0);
        // SAFETY: the caller's guarantees.
        unsafe {
            let offset = if is_log { minus_entropy_of_logs(p, width) } else { minus_entropy(p, width) }?;
            Ok(softmax::row(row, Some(TargetPlan::new(Target::given(p, is_log), 0.0, offset))))
        }
    }
}

/// The same of several short rows.
impl<T: Float> ShortRows<T> for KlDivergence {
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>) {
        // SAFETY: the caller's guarantees.
        unsafe { read(&rows.targets, rows.width, weights.t) };
        // The target becomes weights, and its entropy a part of the loss.
        let mut minus_entropy = [Wide::<T>::zero(); 2];
        if self.log_target != 0.0 {
            for t in weights.t.iter_mut() {
                let p = exp_of(*t);
                (p * log_of(p, *t)).accumulate(&mut minus_entropy);
                *t = p;
            }
        } else {
            let mut range = Range::<T::Four>::default();
            let mut parts = [const { MaybeUninit::<[T::Four; 2]>::uninit() }; SHORT_WEIGHED];
            for (&p, parts) in weights.t.iter().zip(&mut parts) {
                range.add(p);
                parts.write(finite_parts(p));
            }
            for (&p, parts) in weights.t.iter().zip(&parts) {
                // SAFETY: written above, for as many.
                let ln = ln_of_parts(unsafe { parts.assume_init_read() });
                (p * ln).accumulate(&mut minus_entropy);
            }
            weights.alone = range.leaves_unit().bits();
        }
        weights.offset = minus_entropy;
    }
}

/// Σ p_k ln p_k, of probabilities; invalid if one isn't in [0, 1].
///
/// # Safety
/// - `p` is valid for reads of `width` elements.
unsafe fn minus_entropy<T: Float>(p: *const T, width: usize) -> Result<f64, Invalid> {
    let row = Row { width, scale: 1.0, label: 0, inputs: [p], grads: [], hess: [] };
    // SAFETY: the caller's guarantee; there is no output.
    unsafe { terms::row(MinusEntropy, &row) }
}

/// p ln p, without derivatives.
struct MinusEntropy;

impl Pointwise<1, 0> for MinusEntropy {
    const STEPS: &'static [usize] = &[2];
    const CHECKED: bool = true;
    const UNITS: &'static [usize] = &[0];

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [p]: [V; 1], _: [V; 2]) -> [V; 2] {
        finite_parts(p)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [p]: [V; 1], left: [V; 2]) -> Terms<V, 0> {
        Terms { value: p * ln_of_parts(left), grad: [], hess: [] }
    }
    #[inline(always)]
    fn valid<V: Vector>(&self, [p]: [V; 1]) -> V::Mask {
        unit(p)
    }
}

/// Σ p_k ln p_k, of log-probabilities.
///
/// # Safety
/// - `l` is valid for reads of `width` elements.
unsafe fn minus_entropy_of_logs<T: Float>(l: *const T, width: usize) -> Result<f64, Invalid> {
    let term = Kernel::<_, 2, 0>(Product);
    let none = [null_mut()];
    let row = Row { width, scale: 1.0, label: 0, inputs: [l], grads: none, hess: none };
    // SAFETY: the caller's guarantee; there is no output.
    unsafe { Target::given(l, true).sum(&term, &term.facts(), &row) }
}

/// p ln p of ln p and p, without derivatives.
struct Product;

impl Pointwise<2, 0> for Product {
    #[inline(always)]
    fn eval<V: Vector>(&self, [l, p]: [V; 2], _: [V; 2]) -> Terms<V, 0> {
        Terms { value: p * log_of(p, l), grad: [], hess: [] }
    }
}

/// The logarithm l of p, but finite where p is 0.
#[inline(always)]
fn log_of<V: Vector>(p: V, l: V) -> V {
    l.drop(p.eq(V::zero()))
}
