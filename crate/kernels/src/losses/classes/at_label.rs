//! −cw_y ln p_y of the label y alone, which is all that negative log-likelihood and categorical cross-entropy use of a row with a
//! label and no smoothing.
//!
//! **Order of work.** A block of rows at a time: all their elements are read, then all derivatives are cleared in one go, then
//! those at the labels are written. So a gradient may take its input's place, and memory is cleared as fast as it can be.

use crate::loops::row::{RowCall, write_losses};
use crate::loops::walk::fill;
use crate::loops::{Chunks, Outcome, Total, chunk_rows};
use crate::math::ln_unit;
use crate::simd::{Float, Vector};

/// The rows of a block.
const ROWS: usize = 64;

/// What is known of a block of rows.
struct Block<T> {
    /// Sample weight times class weight; 0 for a row that doesn't count.
    weights: [f64; ROWS],
    /// What is given at the label: p or ln p. That of a row that doesn't count is another's.
    given: [T; ROWS],
    losses: [f64; ROWS],
}

/// Adds the call's losses to `total` and writes what has a pointer. `is_log` says that rows are ln p; `class_weight` may be null.
///
/// # Safety
/// As [`Rowwise::rows`](crate::loops::row::Rowwise::rows); there is a class weight for each class, if any.
#[inline(never)]
pub unsafe fn rows<T: Float>(is_log: bool, class_weight: *const T, call: &RowCall<T, 1, 1>, total: Total) -> Outcome {
    let is_plain = call.weight.is_null() && class_weight.is_null() && call.ignore_index.is_nan();
    let mut block = Block { weights: [1.0; ROWS], given: [T::from_f64(1.0); ROWS], losses: [0.0; ROWS] };
    let mut chunks = Chunks::new(total, chunk_rows(call.width));
    for first in (0..call.rows).step_by(ROWS) {
        let part = call.part(first, ROWS.min(call.rows - first));
        // SAFETY: the rows from `first` on. What is written comes after all that is read.
        unsafe {
            if !is_plain {
                block.weigh(class_weight, &part);
            }
            block.read(is_log, &part).map_err(|r| first + r)?;
            for to in [part.grads[0], part.hess[0]] {
                fill(to, part.rows * part.width, 0.0);
            }
            block.differentiate(is_log, &part);
            block.multiply(is_log, part.rows);
            let losses = block.losses.get(..part.rows).unwrap_or_default();
            write_losses(losses, part.values);
            chunks.add_all(losses, |r| block.factors(r));
        }
    }
    Ok(chunks.total())
}

impl<T: Float> Block<T> {
    /// Works out the weights.
    ///
    /// # Safety
    /// As [`rows`]; there are [`ROWS`] rows at most.
    #[inline(never)]
    unsafe fn weigh(&mut self, class_weight: *const T, call: &RowCall<T, 1, 1>) {
        for (r, to) in self.weights.iter_mut().enumerate().take(call.rows) {
            // SAFETY: r < rows, and a label that is less than the width has a class weight.
            unsafe {
                let label = *call.labels.add(r);
                let weight = if call.weight.is_null() { 1.0 } else { (*call.weight.add(r)).to_f64() };
                *to = if weight == 0.0 || f64::from(label) == call.ignore_index {
                    0.0
                } else if class_weight.is_null() || label as u32 as usize >= call.width {
                    weight
                } else {
                    weight * (*class_weight.add(label as usize)).to_f64()
                };
            }
        }
    }

    /// Reads what is at the labels. Fails with the first row whose label or element is out of its domain.
    ///
    /// # Safety
    /// As [`Block::weigh`].
    #[inline(always)]
    unsafe fn read(&mut self, is_log: bool, call: &RowCall<T, 1, 1>) -> Result<(), usize> {
        for (r, (given, &weight)) in self.given.iter_mut().zip(&self.weights).enumerate().take(call.rows) {
            if weight == 0.0 {
                continue;
            }
            // SAFETY: r < rows, and the label is less than the width where an element is read.
            unsafe {
                // A negative label is more than any width.
                let label = *call.labels.add(r) as u32 as usize;
                if label >= call.width {
                    return Err(r);
                }
                *given = *call.inputs[0].add(r * call.width + label);
            }
            let p = given.to_f64();
            if !(is_log || p.is_nan() || (0.0..=1.0).contains(&p)) {
                return Err(r);
            }
        }
        Ok(())
    }

    /// Writes the derivatives at the labels: −cw/p and cw/p² in p, −cw and 0 in ln p.
    ///
    /// # Safety
    /// As [`Block::weigh`]; the rows are read.
    #[inline(always)]
    unsafe fn differentiate(&self, is_log: bool, call: &RowCall<T, 1, 1>) {
        // Read once: for all the compiler knows, what is written below may change them.
        let RowCall { rows, width, scale, labels, grads: [grad], hess: [hess], .. } = *call;
        for (r, (given, &weight)) in self.given.iter().zip(&self.weights).enumerate().take(rows) {
            if weight == 0.0 {
                continue;
            }
            let x = given.to_f64();
            // NaN stays. −0 is 0.
            let slope = match is_log {
                true if x.is_nan() => x,
                true => scale * weight,
                false => scale * weight / (x + 0.0),
            };
            // SAFETY: r < rows, and the label is less than the width.
            unsafe {
                let place = r * width + *labels.add(r) as usize;
                if !grad.is_null() {
                    *grad.add(place) = T::from_f64(-slope);
                }
                if !hess.is_null() {
                    let curvature = if is_log { 0.0 * slope } else { slope / (x + 0.0) };
                    *hess.add(place) = T::from_f64(curvature);
                }
            }
        }
    }

    /// Computes the weighted losses of `rows` rows, which are read. What was given becomes ln p.
    #[inline(always)]
    fn multiply(&mut self, is_log: bool, rows: usize) {
        if !is_log {
            for registers in self.given.chunks_exact_mut(T::Vec::LANES) {
                // SAFETY: a chunk is a register.
                unsafe { ln_unit(T::Vec::load(registers.as_ptr())).store(registers.as_mut_ptr()) };
            }
        }
        for (loss, (ln_p, &weight)) in self.losses.iter_mut().zip(self.given.iter().zip(&self.weights)).take(rows) {
            *loss = if weight == 0.0 { 0.0 } else { 0.0 - weight * ln_p.to_f64() };
        }
    }

    /// The loss of a row and its weight, once they are multiplied.
    #[cold]
    fn factors(&self, r: usize) -> [f64; 2] {
        match (self.given.get(r), self.weights.get(r)) {
            (Some(ln_p), Some(&weight)) if weight != 0.0 => [0.0 - ln_p.to_f64(), weight],
            _ => [0.0; 2],
        }
    }
}
