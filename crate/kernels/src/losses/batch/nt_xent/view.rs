//! From a view's sum of exponentials to its loss.

use crate::loops::batch::{Scores, exp64};
use crate::math::{ln, log1p};
use crate::simd::{Float, Vector};

/// One view's results.
pub struct View {
    /// Its loss.
    pub loss: f64,
    /// The share q of its negatives.
    pub share: f64,
    /// One over the total of exponentials relative to `top`.
    pub inverse: f64,
    /// What is subtracted from its scores.
    pub top: f64,
}

impl View {
    /// From the positive's score and the sum over negatives of e^{s − most}.
    pub fn new<T>(positive: f64, most: f64, negatives: f64, scores: &Scores<T>) -> View {
        let Scores { bounded, stretch, .. } = *scores;
        let scalar = <f64 as Float>::Vec::c;
        if bounded || positive >= most {
            // Relative to the positive if there is a maximum: 1 + its negatives.
            let top = if bounded { 0.0 } else { positive };
            let (own, others) = (exp64(positive - top), negatives * exp64(most - top));
            let (loss, total) = (log1p(scalar(others / own)).lane(0), own + others);
            return View { loss, share: others / total, inverse: 1.0 / total, top };
        }
        let total = negatives + exp64(positive - most);
        let loss = stretch * (most - positive) + ln(scalar(total)).lane(0);
        View { loss, share: negatives / total, inverse: 1.0 / total, top: most }
    }
}
