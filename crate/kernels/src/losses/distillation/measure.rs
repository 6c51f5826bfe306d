//! How far two shares of a class are apart, and its derivatives in the model's.

use crate::loops::cells::Wide;
use crate::losses::divergence::jensen_shannon::{JensenShannon, Parts};
use crate::losses::domain::positive;
use crate::simd::Vector;

/// A divergence, as the sum of a term a class.
#[derive(Clone, Copy)]
pub enum Measure {
    /// p (ln p − ln q). A class with p = 0 contributes 0, and its q isn't used.
    KullbackLeibler,
    /// β p ln(p/m) + (1−β) q ln(q/m), m = βp + (1−β)q: β in (0, 1)
    JensenShannon(f64),
}

impl Measure {
    /// Whether q isn't used where p = 0, and so not checked.
    pub fn skips_absent(self) -> bool {
        matches!(self, Measure::KullbackLeibler)
    }

    /// The term of a class from (q, ln q) and (p, ln p), and its first two derivatives: in q where `in_share`, else in ln q.
    #[inline(always)]
    pub fn terms(self, [q, log_q]: [Wide; 2], [p, log_p]: [Wide; 2], in_share: bool) -> [Wide; 3] {
        let zero = Wide::zero();
        match self {
            Measure::KullbackLeibler => {
                let loss = p * (log_p - log_q);
                let (first, second) = if in_share {
                    let ratio = p / positive(q);
                    (zero - ratio, ratio / positive(q))
                } else {
                    ((zero - p).poison(log_q.is_nan()), zero.poison(log_q.is_nan()))
                };
                [loss, first, second].map(|x| x.drop(p.eq(zero)))
            }
            Measure::JensenShannon(beta) => {
                let (p, q, divergence) = (positive(p), positive(q), JensenShannon { beta });
                let Parts { loss_p, loss_q, slope, bend } =
                    divergence.parts([q, p], divergence.logarithms(divergence.apart(q, p)));
                // Of a target that is infinite as its logarithm says, no ratio is left to take a logarithm of.
                let falls = p.eq(Wide::c(f64::INFINITY)) & !q.eq(zero);
                let first = Wide::select(falls, Wide::c(f64::NEG_INFINITY), if in_share { slope } else { loss_q });
                let second = if in_share { (bend / q).drop(p.eq(zero)) } else { loss_q + q * bend };
                [loss_p + loss_q, first, second]
            }
        }
    }
}
