//! Contrastive loss of pairs: pulls equals together, pushes others apart up to a margin.

use crate::loops::pair::{Embeddings, Row};
use crate::loops::scaled::{is_faithful, root};
use crate::simd::{Float, Vector};

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
            let d = distance(row, squared);
            let short = if d >= self.margin { 0.0 } else { self.margin - d };
            (short * short, if d == 0.0 { 0.0 } else { -2.0 * short / d })
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
            let slope = T::Vec::c(slope * row.factor);
            row.write(|[a, b]| [(a - b) * slope, (b - a) * slope]);
        }
        Some(value)
    }
}

/// d, given the sum of squares.
fn distance<T: Float>(row: &Row<T, 2>, squared: f64) -> f64 {
    if is_faithful::<T>(squared) {
        return root(squared);
    }
    let [a, b] = row.magnitudes();
    let unit = a.max(b);
    let [squared] = row.sums_in_units([unit; 2], |[a, b]| [(a - b) * (a - b)]);
    unit * root(squared)
}
