//! Cosine embedding loss of pairs: turns equals towards each other, and others apart up to a margin.

use crate::loops::pair::{Embeddings, Row};
use crate::loops::scaled::{fits, is_faithful, reciprocal, root};
use crate::simd::{Float, Vector};

/// 1 − c for y = 1 and max(0, c − m) for y = −1, c = z₁·z₂/(|z₁||z₂|) the cosine, 0 where one is a zero vector.
///
/// Gradient with respect to z₁: (c u₁ − u₂)/|z₁| for y = 1, its negative for y = −1 and c > m, else 0; u = z/|z|. To z₂ likewise. A
/// zero vector gives both gradient 0.
pub struct CosineEmbedding {
    /// m, from −1 to 1
    pub margin: f64,
}

/// [a, b] ↦ a·b, |a|², |b|².
macro_rules! products {
    () => {
        |[a, b]| [a * b, a * a, b * b]
    };
}

/// The loss of a row and what its gradients need.
struct Cosine {
    value: f64,
    cos: f64,
    /// 1/|z| of both, 0 of a zero vector.
    reciprocals: [f64; 2],
    /// What multiplies the cosine's gradient: −y times the row's factor, or 0.
    slope: f64,
}

impl Embeddings<2> for CosineEmbedding {
    fn row<T: Float>(&self, row: &Row<T, 2>) -> Option<f64> {
        let y = row.target;
        if y != 1.0 && y != -1.0 && !y.is_nan() {
            return None;
        }
        let sums = row.sums::<3, 4>(products!());
        if !sums[1..].iter().all(|s| is_faithful::<T>(*s)) {
            return Some(self.in_units(row));
        }
        let Cosine { value, cos, reciprocals, slope } = self.cosine(row, sums);
        let by = reciprocals.map(|r| r * slope);
        if slope == 0.0 {
            row.clear();
        } else if by.iter().all(|by| fits::<T>(*by)) {
            let [to_a, to_b] = reciprocals.map(T::Vec::c);
            let ([by_a, by_b], cos) = (by.map(T::Vec::c), T::Vec::c(cos));
            row.write(|[a, b]| {
                let (u, v) = (a * to_a, b * to_b);
                [(v - cos * u) * by_a, (u - cos * v) * by_b]
            });
        } else {
            return Some(self.in_units(row));
        }
        Some(value)
    }
}

impl CosineEmbedding {
    /// The same in double precision, of embeddings divided by units: where their squares leave the range of floats, the reciprocals of
    /// their lengths may, too.
    #[cold]
    #[inline(never)]
    fn in_units<T: Float>(&self, row: &Row<T, 2>) -> f64 {
        let [a, b] = row.magnitudes();
        let Cosine { value, cos, reciprocals: [to_a, to_b], slope } =
            self.cosine(row, row.sums_in_units([a, b], products!()));
        if slope == 0.0 {
            row.clear();
        } else {
            row.write_each(|[x, y]| {
                let (u, v) = (x / a * to_a, y / b * to_b);
                [(v - cos * u) * (to_a * slope) / a, (u - cos * v) * (to_b * slope) / b]
            });
        }
        value
    }

    /// What a row's sums of products come to.
    fn cosine<T>(&self, row: &Row<T, 2>, [ab, aa, bb]: [f64; 3]) -> Cosine {
        let [a, b] = [aa, bb].map(|square| reciprocal(root(square)));
        let (y, cos) = (row.target, ab * a * b);
        let value = if y == 1.0 { 1.0 - cos } else { cos - self.margin };
        // A NaN anywhere makes the whole row NaN.
        let value = if y.is_nan() { y } else { value };
        let value = if y == -1.0 && value <= 0.0 { 0.0 } else { value };
        let is_flat = (y == -1.0 && value == 0.0) || a == 0.0 || b == 0.0;
        let slope = if value.is_nan() {
            value
        } else if is_flat {
            0.0
        } else {
            -y * row.factor
        };
        Cosine { value, cos, reciprocals: [a, b], slope }
    }
}
