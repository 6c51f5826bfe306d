//! Lists whose scores lie so near to each other that their exponentials, and ratios of these, are doubles: most lists there are.

use crate::loops::lattice::far::{D, LANES};
use crate::math;
use crate::simd::Vector;

/// How far apart floats may be whose exponentials are compared.
pub const NEAR: f64 = 80.0;

/// Registers of ratios that are multiplied before their logarithm is taken. Of ratios up to e^[`NEAR`] and sums of them the product is finite.
pub const FACTORS: usize = 6;

/// Replaces scores by e^(s − max s), those beyond the end by `beyond`. False, and only what is beyond the end is overwritten, where they lie farther apart than `most`
/// or aren't finite.
///
/// # Safety
/// - `s` is valid for reads and writes of `n` elements and a register; `n` isn't 0.
#[inline(never)]
pub unsafe fn exponentials(s: *mut f64, n: usize, most: f64, beyond: f64) -> bool {
    // SAFETY: whole registers are within the padding.
    unsafe {
        let first = D::c(*s);
        first.store(s.add(n));
        let (mut low, mut high, mut zeros) = (first, first, D::zero());
        for k in (0..n).step_by(LANES) {
            let x = D::load(s.add(k));
            (low, high, zeros) = (low.pmin(x), high.pmax(x), zeros + x * D::zero());
        }
        let (low, high) = (D::zero() - low, D::c(high.largest()));
        // NaN and infinities times 0 are NaN.
        let is_near = zeros.total() == 0.0 && high.lane(0) + low.largest() <= most;
        if is_near {
            for k in (0..n).step_by(LANES) {
                math::exp_nonpositive(D::load(s.add(k)) - high).store(s.add(k));
            }
            D::c(beyond).store(s.add(n));
        }
        is_near
    }
}

/// Sums of ln(1 + r) for ratios r ≥ 0, with one logarithm for several of them: the product of all 1 + r, less 1, grows by r times itself and 1,
/// which subtracts nothing, so that a small sum is as accurate as a large one.
pub struct Logs {
    grown: D,
    sum: D,
}

impl Logs {
    /// No ratio yet.
    pub fn none() -> Self {
        Logs { grown: D::zero(), sum: D::zero() }
    }
    /// Adds a register of ratios.
    #[inline(always)]
    pub fn add(&mut self, ratio: D) {
        self.grown = self.grown + ratio * (D::c(1.0) + self.grown);
    }
    /// Takes the logarithm of what came since the last time: after [`FACTORS`] registers at the latest.
    #[inline(always)]
    pub fn take(&mut self) {
        self.sum = self.sum + log1p(self.grown);
        self.grown = D::zero();
    }
    /// The sum of what has been taken.
    pub fn total(&self) -> f64 {
        self.sum.total()
    }
}

/// A call, as it is rare; the C convention, unlike Rust's own, passes registers as registers.
#[inline(never)]
extern "C" fn log1p<V: Vector>(x: V) -> V {
    math::log1p_positive(x)
}
