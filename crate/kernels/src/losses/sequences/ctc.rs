//! Connectionist temporal classification: labels in order, nobody knows in which steps.

use crate::abi::Arguments;
use crate::loops::lattice::Sequence;
use crate::loops::lattice::work::{Shape, Work};
use crate::loops::walk::fill;
use crate::loops::{Outcome, Total};
use crate::simd::Float;

/// −ln Σ_π Π_t p_t(π_t), the sum over all paths π of one class a step that spell the labels: with equal neighbours taken as one and blanks
/// left out. p_t is the softmax of the logits of step t.
///
/// Gradient: p_t(k) less the occupancy of k in step t, which is the share of that sum whose paths have π_t = k.
///
/// Without a path, for lack of steps or as all of them have probability 0: ∞ and no gradient, or 0.
///
/// Graves, Fernández, Gomez, Schmidhuber (2006), <https://doi.org/10.1145/1143844.1143891>.
pub struct Ctc {
    /// The class that stands for no label.
    pub blank: f64,
    /// Whether a sequence without a path has loss 0.
    pub drops_infeasible: bool,
}

/// Where sequences lie. Null pointers are absent.
pub struct CtcCall<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// Sequences.
    pub rows: usize,
    /// Steps T that each has room for.
    pub steps: usize,
    /// Classes.
    pub width: usize,
    /// Labels L that each has room for.
    pub count: usize,
    /// Output: a loss a sequence.
    pub values: *mut T,
    /// A weight a sequence.
    pub weight: *const T,
    /// Logits, [rows, steps, width].
    pub logits: *const T,
    /// Labels, [rows, count].
    pub labels: *const i32,
    /// Steps of each sequence; all of them where null.
    pub input_lengths: *const i32,
    /// Labels of each sequence; all of them where null.
    pub label_lengths: *const i32,
    /// Output: the gradient, which may be in the logits' place.
    pub grad: *mut T,
    /// Memory of [`Self::work_size`] bytes.
    pub work: *mut f64,
}

impl<T> CtcCall<T> {
    /// Bytes that a sequence works in.
    pub fn work_size(steps: usize, width: usize, count: usize, grad: bool) -> usize {
        Shape { steps, width, count, keeps: grad }.bytes()
    }
    /// Reads the arguments that follow the running sum.
    ///
    /// # Safety
    /// - They are those that the registry says.
    pub(crate) unsafe fn read(mut list: Arguments) -> Self {
        // SAFETY: the caller's guarantee.
        unsafe {
            CtcCall {
                scale: list.next(),
                rows: list.next(),
                steps: list.next(),
                width: list.next(),
                count: list.next(),
                values: list.next(),
                weight: list.next(),
                logits: list.next(),
                labels: list.next(),
                input_lengths: list.next(),
                label_lengths: list.next(),
                grad: list.next(),
                work: list.next(),
            }
        }
    }
}

impl Ctc {
    /// Adds the sequences' losses to `total`; writes what has a pointer.
    ///
    /// # Safety
    /// - Arrays are as long as the call says, lengths within what there is room for, and `work` is aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that the gradient may be the logits.
    pub unsafe fn run<T: Float>(&self, call: &CtcCall<T>, mut total: Total) -> Outcome {
        let CtcCall { steps, width, count, .. } = *call;
        let (room, blank) = (steps * width, self.blank as usize);
        let length = |lengths: *const i32, r: usize, all: usize| {
            // SAFETY: r is a sequence.
            if lengths.is_null() { all } else { unsafe { *lengths.add(r) as usize } }
        };
        // SAFETY: the caller's guarantees; r is a sequence.
        unsafe {
            let work = Work::new(Shape { steps, width, count, keeps: !call.grad.is_null() }, call.work);
            for r in 0..call.rows {
                let weight = if call.weight.is_null() { 1.0 } else { (*call.weight.add(r)).to_f64() };
                let grad = if call.grad.is_null() { call.grad } else { call.grad.add(r * room) };
                if weight == 0.0 {
                    fill(grad, room, 0.0);
                    if !call.values.is_null() {
                        *call.values.add(r) = T::from_f64(0.0);
                    }
                    continue;
                }
                let sequence = Sequence {
                    logits: call.logits.add(r * room),
                    labels: call.labels.wrapping_add(r * count),
                    grad,
                    steps: length(call.input_lengths, r, steps),
                    width,
                    count: length(call.label_lengths, r, count),
                    blank,
                    factor: weight * call.scale,
                };
                let is_label = |label: i32| (0..width as i64).contains(&label.into()) && label as usize != blank;
                if (0..sequence.count).any(|j| !is_label(*sequence.labels.add(j))) {
                    return Err(r);
                }
                let loss = sequence.loss(&work);
                if !grad.is_null() {
                    fill(grad.add(sequence.steps * width), room - sequence.steps * width, 0.0);
                }
                let loss = if loss == f64::INFINITY && self.drops_infeasible { 0.0 } else { loss };
                total.add_weighted(loss, weight);
                if !call.values.is_null() {
                    *call.values.add(r) = T::from_f64(weight * loss);
                }
            }
        }
        Ok(total)
    }
}
