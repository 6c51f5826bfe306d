//! Probabilities as logarithms of twice the precision.

use crate::loops::lattice::far::{D, FarRow};
use crate::math::{exp_nonpositive, log1p_unit, two_sum};
use crate::simd::Vector;

/// The logarithm of a probability: two doubles, the second of which is what the first has lost. Rows hold them in the place of a
/// mantissa and its power.
#[derive(Clone, Copy)]
pub(super) struct Log(pub(super) f64, pub(super) f64);

// Not inlined: each would be as long as its caller.
impl Log {
    pub(super) const NONE: Log = Log(f64::NEG_INFINITY, 0.0);

    /// The difference of two numbers, or nothing if it is infinite.
    #[inline(never)]
    pub(super) fn of(x: f64, y: f64) -> Log {
        let [high, low] = two_sum(D::c(x), D::c(-y)).map(|x| x.lane(0));
        if high.is_finite() { Log(high, low) } else { Log::NONE }
    }
    /// The product of the two probabilities.
    #[inline(never)]
    pub(super) fn times(self, other: Log) -> Log {
        let Log(high, low) = Log::of(self.0, -other.0);
        Log::of(high, -(low + (self.1 + other.1)))
    }
    /// Their quotient as a number, at most 1.
    #[inline(never)]
    pub(super) fn over(self, other: Log) -> f64 {
        if self.0 == f64::NEG_INFINITY {
            return 0.0;
        }
        exp_nonpositive(D::c(((self.0 - other.0) + (self.1 - other.1)).min(0.0))).lane(0)
    }
    /// Whether it is less than the other.
    pub(super) fn is_less(self, other: Log) -> bool {
        self.0 < other.0 || self.0 == other.0 && self.1 < other.1
    }
    /// Their sum.
    #[inline(never)]
    pub(super) fn plus(self, other: Log) -> Log {
        let (more, less) = if self.is_less(other) { (other, self) } else { (self, other) };
        if less.0 == f64::NEG_INFINITY {
            return more;
        }
        more.times(Log(log1p_unit(D::c(less.over(more))).lane(0), 0.0))
    }
    /// Reads it from a row.
    ///
    /// # Safety
    /// - As [`FarRow::get`].
    pub(super) unsafe fn at(row: FarRow, j: isize) -> Log {
        // SAFETY: the caller's guarantee.
        let (high, low) = unsafe { row.get(j) };
        Log(high, low)
    }
    /// Writes it to a row.
    ///
    /// # Safety
    /// - As [`FarRow::set`].
    pub(super) unsafe fn put(self, row: FarRow, j: isize) {
        // SAFETY: the caller's guarantee.
        unsafe { row.set(j, (self.0, self.1)) }
    }
}
