//! The triplet loss of cosine distances.

use super::{Triplet, exchanged, factor};
use crate::loops::pair::Row;
use crate::loops::scaled::{fits, is_faithful, reciprocal, root};
use crate::simd::{Float, Vector};

/// [a, p, n] ↦ a·p, a·n, p·n, |a|², |p|², |n|².
macro_rules! products {
    () => {
        |[a, p, n]| [a * p, a * n, p * n, a * a, p * p, n * n]
    };
}

/// The loss of a row and what its gradients need.
struct Cosines {
    value: f64,
    /// The cosine of anchor and positive, and that of the one which the negative is compared with, and the negative.
    near: f64,
    far: f64,
    /// Whether that one is the positive.
    swapped: bool,
    /// 1/|u| of the three, 0 of zero vectors; anchor and positive exchanged if `swapped`.
    reciprocals: [f64; 3],
}

impl Triplet {
    /// With c the cosine of a and p and ū = u/|u|: (c ā − p̄)/|a| in a, (c p̄ − ā)/|p| in p; the far distance likewise,
    /// subtracted.
    pub(super) fn cosine<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let sums = self.products(row);
        if !sums[3..].iter().all(|s| is_faithful::<T>(*s)) {
            return self.cosine_in_units(row);
        }
        let Cosines { value, near, far, swapped, reciprocals } = self.cosines(sums);
        if value == 0.0 {
            row.clear();
            return value;
        }
        let by = reciprocals.map(|r| r * factor(row, value));
        if !by.iter().all(|by| fits::<T>(*by)) {
            return self.cosine_in_units(row);
        }
        let [to_a, to_p, to_n] = reciprocals.map(T::Vec::c);
        let [by_a, by_p, by_n] = by.map(T::Vec::c);
        let [near, far, difference] = [near, far, near - far].map(T::Vec::c);
        exchanged(row, swapped).write(|[a, p, n]| {
            let (a, p, n) = (a * to_a, p * to_p, n * to_n);
            [((n - p) + difference * a) * by_a, (near * p - a) * by_p, (a - far * n) * by_n]
        });
        value
    }

    /// The same in double precision, of embeddings divided by units: where their squares leave the range of floats, the reciprocals of
    /// their lengths may, too.
    #[cold]
    #[inline(never)]
    fn cosine_in_units<T: Float>(&self, row: &Row<T, 3>) -> f64 {
        let units = row.magnitudes();
        let Cosines { value, near, far, swapped, reciprocals } = self.cosines(row.sums_in_units(units, products!()));
        if value == 0.0 {
            row.clear();
            return value;
        }
        let [a, p, n] = if swapped { [units[1], units[0], units[2]] } else { units };
        let [to_a, to_p, to_n] = reciprocals;
        let [by_a, by_p, by_n] = reciprocals.map(|r| r * factor(row, value));
        exchanged(row, swapped).write_each(|[x, y, z]| {
            let (x, y, z) = (x / a * to_a, y / p * to_p, z / n * to_n);
            [((z - y) + (near - far) * x) * by_a / a, (near * y - x) * by_p / p, (x - far * z) * by_n / n]
        });
        value
    }

    /// What a row's sums of products come to.
    fn cosines(&self, [ap, an, pn, aa, pp, nn]: [f64; 6]) -> Cosines {
        let [a, p, n] = [aa, pp, nn].map(|square| reciprocal(root(square)));
        let [near, far, other] = [ap * a * p, an * a * n, pn * p * n];
        let (value, swapped) = self.value([1.0 - near, 1.0 - far, 1.0 - other]);
        let (reciprocals, far) = if swapped { ([p, a, n], other) } else { ([a, p, n], far) };
        Cosines { value, near, far, swapped, reciprocals }
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
