//! Contrastive loss of pairs: pulls equals together, pushes others apart up to a margin.

use crate::loops::pair::{Embeddings, Row};
use crate::loops::scaled::{is_faithful, root};
use crate::simd::Float;

/// y d² + (1 − y) max(0, m − d)² with d = |z₁ − z₂| and y = 1 for a pair of equals, 0 for another.
///
/// Gradient with respect to z₁: 2(z₁ − z₂) for equals, −2 max(0, m − d)(z₁ − z₂)/d for others, 0 at d = 0; to z₂ its negative.
///
/// Hadsell, Chopra, LeCun (2006), <https://doi.org/10.1109/CVPR.2006.100>.
pub struct Contrastive {
    /// m ≥ 0
    pub margin: f64,
}

impl Embeddings<2> for Contrastive {
    fn row<T: Float>(&self, row: &Row<T, 2>) -> Option<f64> {
        let y = row.target;
        let [squared] = row.sums::<1, 4>(|[a, b]| [(a - b) * (a - b)]);
        let (value, slope) = if y == 1.0 {
            (squared, 2.0)
        } else if y == 0.0 {
            if !is_faithful::<T>(squared) {
                return Some(self.others_in_units(row));
            }
            let d = root(squared);
            let short = self.short_of(d);
            (short * short, -2.0 * short / d)
        } else if y.is_nan() {
            (y, y)
        } else {
            return None;
        };
        // A NaN anywhere makes the whole row's gradient NaN.
        let slope = if value.is_nan() { value } else { slope };
        if slope == 0.0 {
            row.clear();
        } else {
            row.write_times(slope * row.factor, |[a, b]| [a - b, b - a], |[a, b]| [a - b, b - a]);
        }
        Some(value)
    }
}

impl Contrastive {
    /// How much a distance is less than the margin.
    fn short_of(&self, d: f64) -> f64 {
        if d >= self.margin { 0.0 } else { self.margin - d }
    }

    /// The loss of a pair that isn't equal, in double precision, of differences divided by a unit.
    #[cold]
    #[inline(never)]
    fn others_in_units<T: Float>(&self, row: &Row<T, 2>) -> f64 {
        let gap = row.gap(|pair| pair);
        let short = self.short_of(gap.length());
        if short == 0.0 {
            row.clear();
        } else {
            let slope = -2.0 * short * row.factor;
            row.write_each(|pair| {
                let slope = gap.direction(pair) * slope;
                [slope, -slope]
            });
        }
        short * short
    }
}
