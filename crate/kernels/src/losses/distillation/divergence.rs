//! Divergences of two distributions over the classes of a row, however each is given.

use super::distribution::{Distribution, LOGARITHMS};
use super::measure::Measure;
use crate::loops::STRIP;
use crate::loops::cells::{Cells, Strip, Wide, map, register, set_register, sum};
use crate::loops::row::{Invalid, OneRow, Row, RowCall, Rowwise, one_by_one};
use crate::loops::softmax::bent::{Bend, BentSoftmax, Logits};
use crate::loops::{Outcome, Total};
use crate::losses::unit::check_unit;
use crate::simd::{Float, Mask, Vector};

/// Σ d(q_k, p_k): a divergence of a target p and a model q, in which it is differentiated. Where one is given as logits, it is the softmax
/// of them over T.
///
/// With w_k and s_k the first two derivatives of d in ln q_k, gradient with respect to logits: [w_k (1−q_k) − q_k Σ_{j≠k} w_j]/T. Hessian:
/// [s_k (1−q_k)² − q_k (1−q_k) Σ w + q_k² Σ_{j≠k} s_j]/T². With respect to probabilities or their logarithms, they are d's own.
pub struct Divergence {
    /// d
    pub measure: Measure,
    /// How q is given: 0 as probabilities, 1 as logarithms, 2 as logits
    pub input: f64,
    /// How p is given, likewise
    pub target: f64,
    /// T > 0
    pub temperature: f64,
}

impl<T: Float> Rowwise<T, 2, 1> for Divergence {
    unsafe fn rows(&self, call: &RowCall<T, 2, 1>, total: Total) -> Outcome {
        // SAFETY: the caller's guarantee.
        unsafe { one_by_one(self, call, total) }
    }
}

impl<T: Float> OneRow<T, 2, 1> for Divergence {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let ([q, p], width) = (row.inputs, row.width);
        let bend = Bend { softcap: f64::NAN, temperature: self.temperature };
        let logits = |z| Logits { z: Cells::of(z), width, bend };
        // SAFETY: the caller's guarantees.
        unsafe {
            if self.target < LOGARITHMS {
                check_unit(p, width)?;
            }
            if self.input < LOGARITHMS && !self.measure.skips_absent() {
                check_unit(q, width)?;
            }
            let (Some(q), Some(p)) =
                (Distribution::new(self.input, logits(q)), Distribution::new(self.target, logits(p)))
            else {
                return Ok(row.fill(f64::NAN));
            };
            let both = Both { q, p, width, measure: self.measure };
            let mut terms = Terms { q: [0.0; STRIP], loss: [0.0; STRIP], first: [0.0; STRIP], second: [0.0; STRIP] };
            let sums = both.sums(&mut terms)?;
            if !row.grads[0].is_null() || !row.hess[0].is_null() {
                both.write(&sums, &mut terms, row.scale, [row.grads[0], row.hess[0]].map(Cells::to));
            }
            Ok(sums.loss)
        }
    }
}

/// A row's two distributions.
struct Both {
    q: Distribution,
    p: Distribution,
    width: usize,
    measure: Measure,
}

/// Sums over a row.
#[derive(Default)]
struct Sums {
    loss: f64,
    /// Σ w_k and Σ s_k
    all: [f64; 2],
    /// The place of the class whose share exceeds ½, if there is one, and the sums of the others.
    top: Option<(usize, [f64; 2])>,
}

/// A strip of a row: shares of q, the terms, and their derivatives.
struct Terms {
    q: Strip,
    loss: Strip,
    first: Strip,
    second: Strip,
}

impl Both {
    /// Reads the terms from `start` on, and says how many there are.
    ///
    /// # Safety
    /// - The rows are valid for reads.
    #[inline(never)]
    unsafe fn read(&self, start: usize, terms: &mut Terms) -> Result<usize, Invalid> {
        let [mut log_q, mut p, mut log_p] = [[0.0; STRIP]; 3];
        // SAFETY: the caller's guarantee.
        let n = unsafe {
            self.q.read(start, self.width, &mut terms.q, &mut log_q);
            self.p.read(start, self.width, &mut p, &mut log_p)
        };
        let in_share = matches!(self.q, Distribution::Probabilities(_));
        let mut outside = <Wide as Vector>::Mask::none();
        for k in 0..n.div_ceil(Wide::LANES) {
            let [q, log_q, p, log_p] = [&terms.q, &log_q, &p, &log_p].map(|strip| register(strip, k));
            let there = Wide::first((n - k * Wide::LANES).min(Wide::LANES));
            outside = outside | ((q.lt(Wide::zero()) | Wide::c(1.0).lt(q)) & !p.eq(Wide::zero()) & there);
            let [loss, first, second] = self.measure.terms([q, log_q], [p, log_p], in_share);
            set_register(&mut terms.loss, k, loss);
            set_register(&mut terms.first, k, first);
            set_register(&mut terms.second, k, second);
        }
        if in_share && outside.any() { Err(Invalid) } else { Ok(n) }
    }

    /// The sums over the row.
    ///
    /// # Safety
    /// - The rows are valid for reads.
    unsafe fn sums(&self, terms: &mut Terms) -> Result<Sums, Invalid> {
        let (mut sums, mut others, mut at_top) = (Sums::default(), [0.0; 2], [0.0; 2]);
        let largest = if let Distribution::Logits(_, softmax) = &self.q { 1.0 / softmax.sum } else { 0.0 };
        let mut place = None;
        for start in (0..self.width).step_by(STRIP) {
            // SAFETY: the caller's guarantee.
            let n = unsafe { self.read(start, terms)? };
            sums.loss += sum(&terms.loss, n);
            if largest > 0.5
                && let Some(k) = terms.q.iter().take(n).position(|&q| q == largest)
            {
                place = Some(start + k);
                at_top = [&mut terms.first, &mut terms.second].map(|strip| core::mem::take(&mut strip[k]));
            }
            others = [others[0] + sum(&terms.first, n), others[1] + sum(&terms.second, n)];
        }
        sums.all = [others[0] + at_top[0], others[1] + at_top[1]];
        sums.top = place.map(|k| (k, others));
        Ok(sums)
    }

    /// Writes the derivatives.
    ///
    /// # Safety
    /// As [`OneRow::row`]; outputs are absent or the row's.
    unsafe fn write(&self, sums: &Sums, terms: &mut Terms, scale: f64, [grad, hess]: [Cells; 2]) {
        for start in (0..self.width).step_by(STRIP) {
            // SAFETY: the caller's guarantees; a strip is read before its derivatives are written.
            unsafe {
                let Ok(n) = self.read(start, terms) else { return };
                if let Distribution::Logits(logits, softmax) = &self.q {
                    sums.of_logits(start, n, terms, softmax);
                    logits.through(start, &mut terms.first);
                    logits.through(start, &mut terms.second);
                    logits.through(start, &mut terms.second);
                }
                for (output, strip) in [(grad, &mut terms.first), (hess, &mut terms.second)] {
                    map(strip, n, |x| x * Wide::c(scale));
                    output.write(start, n, strip);
                }
            }
        }
    }
}

impl Sums {
    /// Makes derivatives in ln q those in what q is the softmax of.
    fn of_logits(&self, start: usize, n: usize, terms: &mut Terms, softmax: &BentSoftmax) {
        let both = terms.first.iter_mut().zip(&mut terms.second);
        for ((k, &q), (w, s)) in terms.q.iter().enumerate().take(n).zip(both) {
            // Where q exceeds ½, 1 − q and the sums over the other classes aren't differences.
            let (rest, others) = match self.top {
                Some((place, others)) if place == start + k => (softmax.rest / softmax.sum, others),
                _ => (1.0 - q, [self.all[0] - *w, self.all[1] - *s]),
            };
            (*w, *s) = (*w * rest - q * others[0], *s * rest * rest - q * rest * self.all[0] + q * q * others[1]);
        }
    }
}
