//! ListMLE of scores that lie so far apart that less of them is left after the largest is subtracted than a result needs.

use super::NEAR_DOUBLES;
use crate::loops::lattice::far::D;
use crate::loops::row::Row;
use crate::math::{exp, exp_nonpositive, ln, log1p_positive};
use crate::simd::{Float, Vector};

/// How far apart floats may be that are all subtracted from the largest: as doubles, differences lose little.
const NEAR_FLOATS: f64 = 67_108_864.0;

/// Whether scores, all of them finite, lie farther apart.
///
/// # Safety
/// - `scores` is valid for reads of `n` elements.
pub unsafe fn is_far<T: Float>(scores: *const T, n: usize) -> bool {
    // SAFETY: k < n.
    let all = || (0..n).map(|k| unsafe { *scores.add(k) }.to_f64());
    let (least, most) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| (x.min(least), x.max(most)));
    let near = if T::Vec::DOUBLE { NEAR_DOUBLES } else { NEAR_FLOATS };
    // In halves, as the difference may overflow.
    0.5 * most - 0.5 * least > 0.5 * near && all().all(f64::is_finite)
}

/// The loss of a list, and its gradient where there is one. S_k is r_k·e^(M_k) with M_k the largest score from k on: what is left to be
/// drawn is compared with its own largest.
///
/// # Safety
/// - `order` has the places of the scores by falling relevance, and `m` and `r` are valid for writes of as many.
pub unsafe fn row<T: Float>(row: &Row<T, 2, 1>, order: *const u32, m: *mut f64, r: *mut f64) -> f64 {
    let (n, [scores, _], [grad]) = (row.width, row.inputs, row.grads);
    // SAFETY: k < n, and places are.
    unsafe {
        let place = |k: usize| *order.add(k) as usize;
        let at = |k: usize| (*scores.add(place(k))).to_f64();
        let (mut loss, mut top, mut sum) = (0.0, f64::NEG_INFINITY, 0.0);
        for k in (0..n).rev() {
            let s = at(k);
            loss += log1p_of(sum, top - s);
            (top, sum) = if top < s { (s, sum * power(top - s) + 1.0) } else { (top, sum + power(s - top)) };
            (*m.add(k), *r.add(k)) = (top, sum);
        }
        if grad.is_null() {
            return loss;
        }
        // Σ 1/S up to an element, over e^−M of the last of them.
        let (mut inverses, mut last) = (0.0, *m);
        for k in 0..n {
            let (top, sum) = (*m.add(k), *r.add(k));
            let drawn = inverses * power(at(k) - last);
            let left = if k == n - 1 { 0.0 } else { *r.add(k + 1) / sum * power(*m.add(k + 1) - top) };
            inverses = inverses * power(top - last) + 1.0 / sum;
            last = top;
            *grad.add(place(k)) = T::from_f64((drawn - left) * row.scale);
        }
        loss
    }
}

/// e^x for x ≤ 0
fn power(x: f64) -> f64 {
    exp_nonpositive(D::c(x)).lane(0)
}

/// ln(1 + r·e^d)
fn log1p_of(r: f64, d: f64) -> f64 {
    let r = D::c(r);
    if d > 60.0 { ln(r).lane(0) + d } else { log1p_positive(r * exp(D::c(d))).lane(0) }
}
