//! Distributions over the classes of a row, however they are given.

use crate::loops::cells::{Cells, Strip, Wide, map, map_with};
use crate::loops::softmax::bent::{BentSoftmax, Logits};
use crate::math::{exp, exp_short, ln};
use crate::simd::Vector;

/// A row's distribution.
#[derive(Clone, Copy)]
pub enum Distribution {
    /// As probabilities.
    Probabilities(Cells),
    /// As their logarithms.
    Logarithms(Cells),
    /// As logits, whose softmax it is.
    Logits(Logits, BentSoftmax),
}

/// What an input may be given as, in the order of the facade's words.
pub const LOGITS: f64 = 2.0;
/// See [`LOGITS`].
pub const LOGARITHMS: f64 = 1.0;

impl Distribution {
    /// A row of `logits.z`, given as `form` says; None for logits without a softmax.
    ///
    /// # Safety
    /// - The row is valid for reads.
    pub unsafe fn new(form: f64, logits: Logits) -> Option<Self> {
        if form == LOGITS {
            // SAFETY: the caller's guarantee.
            return unsafe { logits.softmax() }.map(|softmax| Distribution::Logits(logits, softmax));
        }
        Some(if form == LOGARITHMS {
            Distribution::Logarithms(logits.z)
        } else {
            Distribution::Probabilities(logits.z)
        })
    }

    /// Reads what there is of `width` classes from `start` on, a strip at most: shares and their logarithms. Says how many these are.
    ///
    /// # Safety
    /// - The row is valid for reads of `width` elements.
    #[inline(never)]
    pub unsafe fn read(&self, start: usize, width: usize, share: &mut Strip, log: &mut Strip) -> usize {
        // SAFETY: the caller's guarantee.
        unsafe {
            match self {
                Distribution::Probabilities(cells) => {
                    let n = cells.read(start, width, share);
                    map_with(log, share, n, |_, share| ln(share));
                    n
                }
                Distribution::Logarithms(cells) => {
                    let n = cells.read(start, width, log);
                    map_with(share, log, n, |_, log| exp(log));
                    n
                }
                Distribution::Logits(logits, softmax) => {
                    let n = logits.gaps(softmax.max, start, log);
                    let [sum, log_sum] = [softmax.sum, softmax.log_sum].map(Wide::c);
                    map_with(share, log, n, |_, gap| exp_short(gap) / sum);
                    map(log, n, |gap| gap - log_sum);
                    n
                }
            }
        }
    }
}
