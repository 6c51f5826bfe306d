//! ListMLE of scores whose exponentials are doubles.

use super::NEAR_DOUBLES;
use crate::loops::lattice::far::{D, LANES};
use crate::loops::list::near::{FACTORS, Logs, NEAR, exponentials};
use crate::loops::row::Row;
use crate::losses::ranking::PADDING;
use crate::simd::{Float, Vector};

/// Writes e^(s − max s) in the order of a list, and 1 beyond its end. False, with anything written, where scores aren't near.
///
/// # Safety
/// - `order` has the places of the `n` scores, and `e` is valid for writes of n and a register.
pub unsafe fn gather<T: Float>(scores: *const T, order: *const u32, n: usize, e: *mut f64) -> bool {
    // SAFETY: k < n, and places are.
    unsafe {
        (0..n).for_each(|k| *e.add(k) = (*scores.add(*order.add(k) as usize)).to_f64());
        exponentials(e, n, if T::Vec::DOUBLE { NEAR_DOUBLES } else { NEAR }, 1.0)
    }
}

/// The loss of a list, and its gradient where there is one, from the exponentials; `sums` becomes those of what is left to be drawn.
///
/// # Safety
/// - `order` has the places of the scores by falling relevance, `e` is gathered, and `sums` valid for writes of as many and two registers.
#[inline(never)]
pub unsafe fn row<T: Float>(row: &Row<T, 2, 1>, order: *const u32, e: *const f64, sums: *mut f64) -> f64 {
    let (n, [grad]) = (row.width, row.grads);
    // SAFETY: k < n, and whole registers are within the padding.
    unsafe {
        let mut sum = 0.0;
        (n..n + PADDING).for_each(|k| *sums.add(k) = 0.0);
        for k in (0..n).rev() {
            sum += *e.add(k);
            *sums.add(k) = sum;
        }
        let mut logs = Logs::none();
        for start in (0..n).step_by(FACTORS * LANES) {
            for k in (start..n.min(start + FACTORS * LANES)).step_by(LANES) {
                logs.add(D::load(sums.add(k + 1)) / D::load(e.add(k)));
            }
            logs.take();
        }
        if !grad.is_null() {
            let mut inverses = 0.0;
            for k in 0..n {
                let inverse = 1.0 / *sums.add(k);
                let slope = *e.add(k) * inverses - *sums.add(k + 1) * inverse;
                inverses += inverse;
                *grad.add(*order.add(k) as usize) = T::from_f64(slope * row.scale);
            }
        }
        logs.total()
    }
}
