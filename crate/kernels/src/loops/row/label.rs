//! Losses of labelled rows that depend on the label's element alone: nothing else of a row is read, and its derivatives are 0
//! everywhere else.
//!
//! **Order of work.** A block of rows at a time: all their elements are read, then all derivatives are cleared in one go, then
//! those at the labels are written. So a gradient may take its input's place, and memory is cleared as fast as it can be.

use crate::loops::row::{Call, write_losses};
use crate::loops::walk::fill;
use crate::loops::{Chunks, Outcome, Total, chunk_rows};
use crate::simd::{Float, Vector};

/// The rows of a block.
const ROWS: usize = 64;

/// A loss of the label's element.
pub trait OfLabel<T: Float> {
    /// A weight for each class, which multiplies the loss of a row with that label; or null.
    fn class_weight(&self) -> *const T;
    /// Whether an element is in its domain. NaN is in all.
    fn is_valid(_x: T) -> bool {
        true
    }
    /// The losses of elements.
    fn losses(x: T::Vec) -> T::Vec;
    /// The derivative in an element, times `scale`.
    fn slope(x: f64, scale: f64) -> f64;
    /// The second derivative, times `scale`.
    fn curvature(x: f64, scale: f64) -> f64;
}

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// # Safety
/// As [`Rowwise::rows`](crate::loops::row::Rowwise::rows).
pub unsafe fn run<T: Float, L: OfLabel<T>>(loss: &L, call: &Call<T, 1, 1>, total: Total) -> Outcome {
    let class_weight = loss.class_weight();
    let is_plain = call.weight.is_null() && class_weight.is_null() && call.ignore_index.is_nan();
    // SAFETY: the caller's guarantee.
    unsafe {
        match is_plain {
            true => blocks::<T, L>(call, |_, _| 1.0, total),
            false => blocks::<T, L>(call, |part, r| weight_of(part, class_weight, r), total),
        }
    }
}

/// The sample's weight times its label's; 0 for a row that doesn't count.
///
/// # Safety
/// As [`run`]; `r` is less than the number of rows.
#[inline(always)]
unsafe fn weight_of<T: Float>(call: &Call<T, 1, 1>, class_weight: *const T, r: usize) -> f64 {
    // SAFETY: r < rows, and a label that is less than the width has a class weight.
    unsafe {
        let label = *call.labels.add(r);
        let weight = if call.weight.is_null() { 1.0 } else { (*call.weight.add(r)).to_f64() };
        if weight == 0.0 || f64::from(label) == call.ignore_index {
            0.0
        } else if class_weight.is_null() || label as u32 as usize >= call.width {
            weight
        } else {
            weight * (*class_weight.add(label as usize)).to_f64()
        }
    }
}

/// Runs over the rows, whose weights `weight` knows, a block at a time.
///
/// # Safety
/// As [`run`].
#[inline(always)]
unsafe fn blocks<T: Float, L: OfLabel<T>>(
    call: &Call<T, 1, 1>,
    weight: impl Fn(&Call<T, 1, 1>, usize) -> f64,
    total: Total,
) -> Outcome {
    let mut chunks = Chunks::new(total, chunk_rows(call.width));
    // What a row that doesn't count leaves from another block is an element in the domain.
    let (mut elements, mut losses) = ([T::from_f64(1.0); ROWS], [0.0; ROWS]);
    for first in (0..call.rows).step_by(ROWS) {
        let part = call.part(first, ROWS.min(call.rows - first));
        // Read once: for all the compiler knows, what is written below may change them.
        let Call { rows, width, scale, labels, inputs: [input], grads: [grad], hess: [hess], .. } = part;
        let weight = |r: usize| weight(&part, r);
        // SAFETY: r < rows, and a label that counts is less than the width.
        unsafe {
            let place = |r: usize| r * width + *labels.add(r) as usize;
            for r in (0..rows).filter(|&r| weight(r) != 0.0) {
                // A negative label is more than any width.
                if *labels.add(r) as u32 as usize >= width {
                    return Err(first + r);
                }
                elements[r] = *input.add(place(r));
                if !L::is_valid(elements[r]) {
                    return Err(first + r);
                }
            }
            fill(grad, rows * width, 0.0);
            fill(hess, rows * width, 0.0);
            for r in (0..rows).filter(|&r| !grad.is_null() && weight(r) != 0.0) {
                *grad.add(place(r)) = T::from_f64(L::slope(elements[r].to_f64(), scale * weight(r)));
            }
            for r in (0..rows).filter(|&r| !hess.is_null() && weight(r) != 0.0) {
                *hess.add(place(r)) = T::from_f64(L::curvature(elements[r].to_f64(), scale * weight(r)));
            }
            for at in (0..rows).step_by(T::Vec::LANES) {
                let x = elements.as_mut_ptr().add(at);
                L::losses(T::Vec::load(x)).store(x);
            }
            for (r, (loss, x)) in losses.iter_mut().zip(elements).enumerate().take(rows) {
                *loss = if weight(r) == 0.0 { 0.0 } else { weight(r) * x.to_f64() };
            }
            write_losses(losses.get_unchecked(..rows), part.values);
            chunks.add_all(losses.get_unchecked(..rows));
        }
    }
    Ok(chunks.total())
}
