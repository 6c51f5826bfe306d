//! The triplet loss of cosine distances.

use super::{Triplet, exchanged, factor, reciprocal};
use crate::loops::pair::Row;
use crate::loops::scaled::{is_faithful, root};
use crate::simd::{Float, Vector};

/// [a, p, n] ↦ a·p, a·n, p·n, |a|², |p|², |n|².
macro_rules! products {
    () => {
        |[a, p, n]| [a * p, a * n, p * n, a * a, p * p, n * n]
    };
}

impl Triplet {
    /// With c the cosine of a and p and ū = u/|u|: (c ā − p̄)/|a| in a, (c p̄ − ā)/|p| in p; the far distance likewise,
    /// subtracted.
    pub(super) fn cosine<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let (mut sums, mut units) = (self.products(row), [1.0; 3]);
        if !sums[3..].iter().all(|s| is_faithful::<T>(*s)) {
            units = row.magnitudes();
            sums = row.sums_in_units(units, products!());
        }
        let [a, p, n] = [sums[3], sums[4], sums[5]].map(|square| reciprocal(root(square)));
        let [near, far, other] = [sums[0] * a * p, sums[1] * a * n, sums[2] * p * n];
        let (value, swapped) = self.value([1.0 - near, 1.0 - far, 1.0 - other]);
        if value == 0.0 {
            row.clear();
            return value;
        }
        let (a, p, n) = (a / units[0], p / units[1], n / units[2]);
        let (reciprocals, far) = if swapped { ([p, a, n], other) } else { ([a, p, n], far) };
        let [to_a, to_p, to_n] = reciprocals.map(T::Vec::c);
        let [by_a, by_p, by_n] = reciprocals.map(|r| T::Vec::c(r * factor(row, value)));
        let [near, far, difference] = [near, far, near - far].map(T::Vec::c);
        exchanged(row, swapped).write(|[a, p, n]| {
            let (a, p, n) = (a * to_a, p * to_p, n * to_n);
            [((n - p) + difference * a) * by_a, (near * p - a) * by_p, (a - far * n) * by_n]
        });
        value
    }

    /// a·p, a·n, p·n (0 if swap doesn't ask for it), |a|², |p|², |n|². Of doubles always all: see there.
    fn products<T: Float>(&self, row: &Row<T, 3>) -> [f64; 6] {
        if self.swap || T::Vec::DOUBLE {
            return row.sums::<6, 1>(products!());
        }
        let [ap, an, aa, pp, nn] = row.sums::<5, 1>(|[a, p, n]| [a * p, a * n, a * a, p * p, n * n]);
        [ap, an, 0.0, aa, pp, nn]
    }
}
