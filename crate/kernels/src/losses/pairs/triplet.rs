//! Triplet loss: an anchor closer to its positive than to its negative, by a margin.

mod cosine;

use crate::loops::pair::{Embeddings, Gap, Row};
use crate::loops::scaled::{fits, is_faithful, root};
use crate::simd::{Float, Vector};

/// How far two embeddings are apart.
#[derive(Clone, Copy)]
pub enum Distance {
    /// |a − b|²
    SquaredEuclidean,
    /// |a − b|
    Euclidean,
    /// 1 − a·b/(|a||b|); 1, with gradient 0, where one is a zero vector.
    Cosine,
}

impl From<f64> for Distance {
    fn from(number: f64) -> Self {
        match number as i32 {
            0 => Distance::SquaredEuclidean,
            1 => Distance::Euclidean,
            _ => Distance::Cosine,
        }
    }
}

/// max(0, d(a,p) − d(a,n) + m) of an anchor a, a positive p and a negative n; with `swap`, max(0, d(a,p) − min(d(a,n), d(p,n)) + m).
///
/// Gradient with respect to all three where the loss is positive, else 0. On a tie, swap keeps d(a,n). The Euclidean distance
/// of equal embeddings has gradient 0.
///
/// Schroff, Kalenichenko, Philbin (2015), <https://arxiv.org/abs/1503.03832>.
pub struct Triplet {
    /// m ≥ 0
    pub margin: f64,
    /// d
    pub distance: Distance,
    /// Whether the negative may be compared with the positive instead of the anchor.
    pub swap: bool,
}

impl Embeddings<3> for Triplet {
    fn row<T: Float>(&self, row: &Row<T, 3>) -> Option<f64> {
        Some(match self.distance {
            Distance::SquaredEuclidean => self.squared_euclidean(row),
            Distance::Euclidean => self.euclidean(row),
            Distance::Cosine => self.cosine(row),
        })
    }
}

/// [a, p, n] ↦ |a − p|², |a − n|², |p − n|².
macro_rules! squares {
    () => {
        |[a, p, n]| [(a - p) * (a - p), (a - n) * (a - n), (p - n) * (p - n)]
    };
}

/// [a, p, n] ↦ n − p, p − a, a − n.
macro_rules! differences {
    () => {
        |[a, p, n]| [n - p, p - a, a - n]
    };
}

impl Triplet {
    /// The loss, and whether the negative is compared with the positive.
    fn value(&self, [near, far, other]: [f64; 3]) -> (f64, bool) {
        let swapped = self.swap && other < far;
        let value = near - if swapped { other } else { far } + self.margin;
        (if value <= 0.0 { 0.0 } else { value }, swapped)
    }

    /// |a − p|², |a − n|² and, if swap asks for it, |p − n|². Of doubles always all three: a second loop would gain less than it weighs.
    #[inline(never)]
    fn squares<T: Float>(&self, row: &Row<T, 3>) -> [f64; 3] {
        if self.swap || T::Vec::DOUBLE {
            return row.sums::<3, 2>(squares!());
        }
        let [near, far] = row.sums::<2, 2>(|[a, p, n]| [(a - p) * (a - p), (a - n) * (a - n)]);
        [near, far, f64::INFINITY]
    }

    /// The terms in each embedding cancel: 2(n − p), 2(p − a), 2(a − n).
    fn squared_euclidean<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let (value, swapped) = self.value(self.squares(row));
        if value == 0.0 {
            row.clear();
        } else {
            exchanged(row, swapped).write_times(2.0 * factor(row, value), differences!(), differences!());
        }
        value
    }

    /// (a − p)/d(a,p) in a, its negative in p; the far distance likewise, subtracted.
    fn euclidean<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let squares = self.squares(row);
        let distances = squares.map(root);
        let (value, swapped) = self.value(distances);
        let far = distances[if swapped { 2 } else { 1 }];
        let by = [distances[0], far].map(|d| factor(row, value) / d);
        let used = if self.swap { 3 } else { 2 };
        if !squares[..used].iter().all(|s| is_faithful::<T>(*s)) || !by.iter().all(|by| fits::<T>(*by)) {
            return self.euclidean_in_units(row);
        }
        if value == 0.0 {
            row.clear();
        } else {
            let [near, far] = by.map(T::Vec::c);
            exchanged(row, swapped).write(|[a, p, n]| {
                let (near, far) = ((a - p) * near, (a - n) * far);
                [near - far, -near, far]
            });
        }
        value
    }

    /// The same in double precision, of differences divided by units.
    #[cold]
    #[inline(never)]
    fn euclidean_in_units<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let [near, far, other] =
            [row.gap(|[a, p, _]| [a, p]), row.gap(|[a, _, n]| [a, n]), row.gap(|[_, p, n]| [p, n])];
        let (value, swapped) = self.value([&near, &far, &other].map(Gap::length));
        if value == 0.0 {
            row.clear();
            return value;
        }
        let (far, factor) = (if swapped { other } else { far }, factor(row, value));
        exchanged(row, swapped).write_each(|[a, p, n]| {
            // (a − p)/d(a,p) may be that of (p, a): the length is the same.
            let (near, far) = (near.direction([a, p]) * factor, far.direction([a, n]) * factor);
            [near - far, -near, far]
        });
        value
    }
}

/// The row with anchor and positive exchanged if the negative is compared with the positive: the loss is then the same in
/// the one as otherwise in the other, and so are its gradients.
fn exchanged<T: Float>(row: &Row<T, 3>, swapped: bool) -> Row<T, 3> {
    row.arranged(if swapped { [1, 0, 2] } else { [0, 1, 2] })
}

/// What the row's gradient is multiplied by: NaN makes all of it NaN.
fn factor<T: Float>(row: &Row<T, 3>, value: f64) -> f64 {
    if value.is_nan() { value } else { row.factor }
}
