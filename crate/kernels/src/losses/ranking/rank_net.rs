//! RankNet, the logistic loss of a list's pairs.

use super::arrays;
use crate::loops::lattice::far::{D, LANES};
use crate::loops::list::near::{FACTORS, Logs, NEAR, exponentials};
use crate::loops::list::order::by_falling;
use crate::loops::row::{Invalid, OneRow, Row};
use crate::loops::walk::is_clean;
use crate::math::{exp_nonpositive, log1p_unit};
use crate::simd::{Float, Vector};

/// The mean of ln(1 + e^−(s_i − s_j)) over the pairs with y_i > y_j; 0 for a list without a pair.
///
/// Gradient with respect to s: Σ of σ(s_j − s_i) over the pairs in which an element should be the lower one, less that over those in which it
/// should be the upper one, over the number of pairs. Once a list is sorted by relevance, the elements that are to be below one are those
/// behind its equals: no pair is written down.
///
/// In double precision. Of floats that lie near to each other, with r = e^s_j/e^s_i: ln(1 + r) and σ = r/(1 + r), so that an exponential is
/// taken once for each element, not for each pair.
///
/// Burges et al. (2005), <https://doi.org/10.1145/1102351.1102363>.
pub struct RankNet {
    /// Memory of [`super::work_size`] bytes.
    pub work: *mut f64,
}

impl<T: Float> OneRow<T, 2, 1> for RankNet {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (n, [scores, relevance]) = (row.width, row.inputs);
        // SAFETY: the caller's guarantees; places are less than n, and whole registers are within the padding.
        unsafe {
            if !is_clean::<T::Vec>(relevance, n) {
                return Ok(row.first().fill(f64::NAN));
            }
            let [s, above, below, places, ..] = arrays(self.work, n);
            let order = by_falling(relevance, n, places.cast());
            let place = |k: usize| *order.add(k) as usize;
            for k in 0..n + LANES {
                (*above.add(k), *below.add(k)) = (0.0, 0.0);
                *s.add(k) = if k < n { (*scores.add(place(k))).to_f64() } else { 0.0 };
            }
            // Ratios of doubles' exponentials would be less exact than results are to be.
            let is_near = !T::Vec::DOUBLE && exponentials(s, n, NEAR, 0.0);
            let (mut loss, mut pairs, mut end) = (0.0, 0.0, 0);
            for k in 0..n {
                // Behind the equals of element k.
                while end < n && (end <= k || *relevance.add(place(end)) == *relevance.add(place(k))) {
                    end += 1;
                }
                if end == n {
                    break;
                }
                pairs += (n - end) as f64;
                let one_above = if is_near { near_one_above } else { one_above };
                let [lost, pulled] = one_above(*s.add(k), s.add(end), n - end, above.add(end));
                loss += lost;
                *below.add(k) = pulled;
            }
            if pairs == 0.0 {
                return Ok(row.first().fill(0.0));
            }
            let loss = loss / pairs;
            let [grad] = row.grads;
            if loss.is_nan() {
                row.first().fill(loss);
            } else if !grad.is_null() {
                let scale = row.scale / pairs;
                for k in 0..n {
                    *grad.add(place(k)) = T::from_f64((*above.add(k) - *below.add(k)) * scale);
                }
            }
            Ok(loss)
        }
    }
}

/// One element against `n` that should be below it: Σ ln(1 + e^(s_j − s)) and Σ σ(s_j − s), each term of which is added to `above` as well.
///
/// # Safety
/// - `others` is valid for reads, and `above` for writes, of n elements and a register.
#[inline(never)]
unsafe fn one_above(s: f64, others: *const f64, n: usize, above: *mut f64) -> [f64; 2] {
    let (s, one) = (D::c(s), D::c(1.0));
    let mut sums = [D::zero(); 2];
    for j in (0..n).step_by(LANES) {
        // SAFETY: j < n, and there is a register's width beyond.
        unsafe {
            let d = D::load(others.add(j)) - s;
            let there = D::first(n - j);
            let u = exp_nonpositive(-d.abs());
            let loss = d.pmax(D::zero()) + log1p_unit(u);
            // σ(d) = u/(1 + u) below 0, 1/(1 + u) above.
            let share = D::select(d.lt(D::zero()), u, one) / (one + u);
            let share = share.keep(there);
            (D::load(above.add(j)) + share).store(above.add(j));
            sums = [sums[0] + loss.keep(there), sums[1] + share];
        }
    }
    sums.map(|sum| sum.total())
}

/// The same of exponentials of scores, of which those beyond the end are 0.
///
/// # Safety
/// - As [`one_above`].
#[inline(never)]
unsafe fn near_one_above(e: f64, others: *const f64, n: usize, above: *mut f64) -> [f64; 2] {
    let (one, over) = (D::c(1.0), D::c(1.0 / e));
    let (mut logs, mut sum) = (Logs::none(), D::zero());
    for start in (0..n).step_by(FACTORS * LANES) {
        for j in (start..n.min(start + FACTORS * LANES)).step_by(LANES) {
            // SAFETY: j < n, and there is a register's width beyond.
            unsafe {
                let ratio = D::load(others.add(j)) * over;
                let share = ratio / (one + ratio);
                (D::load(above.add(j)) + share).store(above.add(j));
                logs.add(ratio);
                sum = sum + share;
            }
        }
        logs.take();
    }
    [logs.total(), sum.total()]
}
