//! ListMLE, the likelihood of a list's order.

mod far;
mod near;

use super::arrays;
use crate::loops::lattice::far::{D, LANES};
use crate::loops::list::order::by_falling;
use crate::loops::row::{Invalid, OneRow, Row};
use crate::loops::walk::is_clean;
use crate::math::{NOTHING, exp_far, ln, log1p_positive};
use crate::simd::{Float, Vector};
use core::f64::consts::LN_2;

/// How far apart doubles may be: farther ones would lose too much by being subtracted from the largest.
const NEAR_DOUBLES: f64 = 32.0;

/// Σ_i ln Σ_{j≥i} e^(s_(j) − s_(i)): −ln of the probability that a list is drawn in the order (1), (2) … of falling relevance, ties by index,
/// each element in proportion to e^s among those that are left (Plackett and Luce).
///
/// With S_i = Σ_{j≥i} e^s_(j), element i adds ln(1 + S_{i+1}/e^s_(i)), which subtracts nothing. Gradient with respect to s_(k):
/// e^s_(k) Σ_{i<k} 1/S_i − S_{k+1}/S_k. Where scores lie far apart, exponentials, S and the sums of 1/S are mantissas and powers, so that any
/// scores are in range.
///
/// Xia, Liu, Wang, Zhang, Li (2008), <https://doi.org/10.1145/1390156.1390306>.
pub struct ListMle {
    /// Memory of [`super::work_size`] bytes.
    pub work: *mut f64,
}

/// A number as mantissa and power.
type Pair = (f64, f64);

/// 2ᵈ for d ≤ 0; 0 below 2⁻¹⁰²².
fn power(d: f64) -> f64 {
    D::c(d.max(-1023.0)).pow2().lane(0)
}

/// The sum of two.
fn plus((m, e): Pair, (n, f): Pair) -> Pair {
    let most = e.max(f);
    (m * power(e - most) + n * power(f - most), most)
}

/// The power of e^∞: larger than any sum of others.
const ALL: f64 = -NOTHING;

impl<T: Float> OneRow<T, 2, 1> for ListMle {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (n, [scores, relevance]) = (row.width, row.inputs);
        // SAFETY: the caller's guarantees; places are less than n.
        unsafe {
            if !is_clean::<T::Vec>(scores, n) || !is_clean::<T::Vec>(relevance, n) {
                return Ok(row.first().fill(f64::NAN));
            }
            let [m, e, sum_m, sum_e, places, _] = arrays(self.work, n);
            let order = by_falling(relevance, n, places.cast());
            if near::gather(scores, order, n, m) {
                return Ok(near::row(row, order, m, sum_m));
            }
            if far::is_far(scores, n) {
                return Ok(far::row(row, order, m, e));
            }
            if !exponentials(scores, order, n, m, e) {
                return Ok(row.first().fill(f64::NAN));
            }
            let mut sum = (0.0, NOTHING);
            (*sum_m.add(n), *sum_e.add(n)) = sum;
            for k in (0..n).rev() {
                sum = plus(sum, (*m.add(k), *e.add(k)));
                (*sum_m.add(k), *sum_e.add(k)) = sum;
            }
            let loss = losses(n - 1, [m, e, sum_m, sum_e]);
            let [grad] = row.grads;
            if loss.is_nan() {
                row.first().fill(loss);
            } else if !grad.is_null() {
                let mut inverses = (0.0, NOTHING);
                for k in 0..n {
                    let drawn = *m.add(k) * inverses.0 * power((*e.add(k) + inverses.1).min(0.0));
                    let at = |k: usize| (*sum_m.add(k), *sum_e.add(k));
                    let ((m, e), (next, f)) = (at(k), at(k + 1));
                    let left = if k == n - 1 { 0.0 } else { next / m * power(f - e) };
                    *grad.add(*order.add(k) as usize) = T::from_f64((drawn - left) * row.scale);
                    if k < n - 1 {
                        inverses = plus(inverses, (1.0 / m, -e));
                    }
                }
            }
            Ok(loss)
        }
    }
}

/// Writes e^(s − max s) in the order of a list, and 0 beyond its end; false for two +∞.
///
/// # Safety
/// - `order` has the `n` places of the scores, `m` and `e` are valid for writes of n and a register.
#[inline(never)]
unsafe fn exponentials<T: Float>(scores: *const T, order: *const u32, n: usize, m: *mut f64, e: *mut f64) -> bool {
    // SAFETY: k < n, and whole registers are within the padding.
    unsafe {
        let at = |k: usize| (*scores.add(*order.add(k) as usize)).to_f64();
        let finite = (0..n).map(at).filter(|x| x.is_finite()).fold(f64::NEG_INFINITY, f64::max);
        let top = if finite.is_finite() { finite } else { 0.0 };
        (0..n).for_each(|k| *m.add(k) = at(k) - top);
        (n..n + LANES).for_each(|k| *m.add(k) = f64::NEG_INFINITY);
        let mut infinite = 0;
        for k in (0..n).step_by(LANES) {
            let (x, y) = exp_far(D::load(m.add(k)));
            x.store(m.add(k));
            y.store(e.add(k));
        }
        for k in (0..n).filter(|&k| at(k) == f64::INFINITY) {
            (*m.add(k), *e.add(k)) = (1.0, ALL);
            infinite += 1;
        }
        infinite < 2
    }
}

/// Σ ln(1 + S_{k+1}/e_k) of the first `n` elements of a list, of which there is one more.
///
/// # Safety
/// - The arrays are those of the list.
#[inline(never)]
unsafe fn losses(n: usize, [m, e, sum_m, sum_e]: [*mut f64; 4]) -> f64 {
    let (far, mut total) = (D::c(60.0), 0.0);
    for k in (0..n).step_by(LANES) {
        // SAFETY: k < n, and there is a register's width beyond.
        unsafe {
            let ratio = D::load(sum_m.add(k + 1)) / D::load(m.add(k));
            let d = D::load(sum_e.add(k + 1)) - D::load(e.add(k));
            // A ratio too large for 1 to count has its logarithm; that of an element of probability 0, or before one of +∞, is infinite.
            let near = log1p_positive(ratio * d.pmin(far).pmax(D::c(-1023.0)).pow2());
            let log = ln(ratio) + d * D::c(LN_2);
            let infinite = D::c(-NOTHING / 2.0).lt(d);
            let loss = D::select(infinite, D::c(f64::INFINITY), D::select(far.lt(d), log, near));
            total += loss.poison(ratio.is_nan()).keep(D::first(n - k)).total();
        }
    }
    total
}
