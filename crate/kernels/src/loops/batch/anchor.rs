//! From an anchor's sum of exponentials to its loss.

use super::{GAIN, Scores, Side};
use crate::math::{exp, ln, log1p};
use crate::simd::{Float, Vector};

/// The results of an anchor that has one positive.
pub struct Anchor {
    /// Its loss.
    pub loss: f64,
    /// The share q of its negatives.
    pub share: f64,
    /// One over the total of exponentials relative to `top`.
    pub inverse: f64,
    /// What is subtracted from its scores.
    pub top: f64,
}

impl Anchor {
    /// From the positive's score and the sum over negatives of e^{s − most}.
    pub fn new<T>(positive: f64, most: f64, negatives: f64, scores: &Scores<T>) -> Anchor {
        Self::relative(positive, most, negatives, (scores.bounded, scores.stretch))
    }

    /// The same of scores of any type, once.
    #[inline(never)]
    fn relative(positive: f64, most: f64, negatives: f64, (bounded, stretch): (bool, f64)) -> Anchor {
        let scalar = <f64 as Float>::Vec::c;
        if bounded || positive >= most {
            // Relative to the positive if there is a maximum: 1 + its negatives.
            let top = if bounded { 0.0 } else { positive };
            let (own, others) = (exp64(positive - top), negatives * exp64(most - top));
            let (loss, total) = (log1p(scalar(others / own)).lane(0), own + others);
            return Anchor { loss, share: others / total, inverse: 1.0 / total, top };
        }
        let total = negatives + exp64(positive - most);
        let loss = stretch * (most - positive) + ln(scalar(total)).lane(0);
        Anchor { loss, share: negatives / total, inverse: 1.0 / total, top: most }
    }
}

impl<T: Float> Side<T> {
    /// Keeps what the second pass needs of anchor i, whose sum becomes its share; writes its loss if there are values, and
    /// returns it.
    ///
    /// # Safety
    /// - `i` is less than the count, and `values` is null or has a place for it.
    pub unsafe fn settle(&self, i: usize, anchor: &Anchor, values: *mut T) -> f64 {
        let Anchor { loss, share, inverse, top } = *anchor;
        // SAFETY: the caller's guarantee.
        unsafe {
            *self.sum.add(i) = share;
            *self.inverse.add(i) = T::from_f64(inverse * GAIN);
            *self.top.add(i) = T::from_f64(top);
            if !values.is_null() {
                *values.add(i) = T::from_f64(loss);
            }
        }
        loss
    }
}

/// eˣ, with the bits that the registers give.
#[inline(never)]
pub fn exp64(x: f64) -> f64 {
    exp(<f64 as Float>::Vec::c(x)).lane(0)
}
