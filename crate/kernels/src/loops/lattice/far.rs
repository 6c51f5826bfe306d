//! Numbers that may be far below the smallest double: probabilities of paths through thousands of steps.

use crate::math::NOTHING;
use crate::simd::{Float, Vector};

/// A register of doubles.
pub type D = <f64 as Float>::Vec;

/// Lanes of a [`D`].
pub const LANES: usize = D::LANES;

/// A register of numbers m·2ᵉ, e whole. m stays within 2^±200, so that of two numbers whose powers are 1023 apart the smaller one counts for
/// nothing. 0 has the power [`NOTHING`] or a lower one, down to −∞.
#[derive(Clone, Copy)]
pub struct Far {
    /// m
    pub m: D,
    /// e
    pub e: D,
}

impl Far {
    /// The sum of two.
    #[inline(always)]
    pub fn plus(self, other: Far) -> Far {
        let e = self.e.pmax(other.e);
        Far { m: self.at_power(e) + other.at_power(e), e }
    }
    /// The sum of three.
    #[inline(always)]
    pub fn plus_two(self, second: Far, third: Far) -> Far {
        let e = self.e.pmax(second.e).pmax(third.e);
        Far { m: self.at_power(e) + second.at_power(e) + third.at_power(e), e }
    }
    /// The product with a number whose mantissa is about 1.
    #[inline(always)]
    pub fn times(self, factor: Far) -> Far {
        Far { m: self.m * factor.m, e: self.e + factor.e }
    }
    /// The same where the penalty is 0, else nothing. m becomes 0 as well: other zeros may have lower powers, and this one's m would count beside
    /// them.
    #[inline(always)]
    pub fn unless(self, penalty: D) -> Far {
        Far { m: self.m.keep(penalty.eq(D::zero())), e: self.e + penalty }
    }
    /// What m becomes with a power that is no lower.
    #[inline(always)]
    pub fn at_power(self, e: D) -> D {
        // In this order, as NaN, by which two powers of −∞ differ, is to be the bound.
        self.m * D::c(-1023.0).pmax(self.e - e).pow2()
    }
    /// The same number with m about 1.
    #[inline(always)]
    fn normal(self) -> Far {
        let zero = self.m.eq(D::zero());
        let (m, e) = self.m.split();
        Far { m: D::select(zero, D::zero(), m), e: D::select(zero, D::c(NOTHING), self.e + e) }
    }
}

/// A row of such numbers: their mantissas, and their powers.
#[derive(Clone, Copy)]
pub struct FarRow {
    m: *mut f64,
    e: *mut f64,
}

impl FarRow {
    /// Doubles that a row of so many numbers takes, with a register's width free before and after them.
    pub const fn size(count: usize) -> usize {
        2 * (count + 2 * LANES)
    }
    /// A row in memory.
    ///
    /// # Safety
    /// - `at` is valid for [`Self::size`] doubles.
    pub unsafe fn new(at: *mut f64, count: usize) -> Self {
        // SAFETY: both are within the memory.
        unsafe { FarRow { m: at.add(LANES), e: at.add(count + 3 * LANES) } }
    }
    /// Numbers `j` to `j + LANES`.
    ///
    /// # Safety
    /// - They are the row's, or at most a register's width before or after it, and were written.
    #[inline(always)]
    pub unsafe fn load(self, j: isize) -> Far {
        // SAFETY: the caller's guarantee.
        unsafe { Far { m: D::load(self.m.offset(j)), e: D::load(self.e.offset(j)) } }
    }
    /// Writes numbers from `j` on.
    ///
    /// # Safety
    /// - They are the row's, or at most a register's width before or after it.
    #[inline(always)]
    pub unsafe fn store(self, j: isize, x: Far) {
        // SAFETY: the caller's guarantee.
        unsafe {
            x.m.store(self.m.offset(j));
            x.e.store(self.e.offset(j));
        }
    }
    /// One number, as mantissa and power.
    ///
    /// # Safety
    /// - It is the row's, or at most a register's width before or after it.
    #[inline(always)]
    pub unsafe fn get(self, j: isize) -> (f64, f64) {
        // SAFETY: the caller's guarantee.
        unsafe { (*self.m.offset(j), *self.e.offset(j)) }
    }
    /// Writes one number.
    ///
    /// # Safety
    /// - As [`Self::get`].
    #[inline(always)]
    pub unsafe fn set(self, j: isize, (m, e): (f64, f64)) {
        // SAFETY: the caller's guarantee.
        unsafe { (*self.m.offset(j), *self.e.offset(j)) = (m, e) }
    }
    /// Writes 0 to all of the row, and before and after it.
    ///
    /// # Safety
    /// - `count` is that of the row.
    pub unsafe fn clear(self, count: usize) {
        for j in -(LANES as isize)..(count + LANES) as isize {
            // SAFETY: j is the row's, or before or after it.
            unsafe { self.set(j, (0.0, NOTHING)) };
        }
    }
    /// Makes the mantissas about 1.
    ///
    /// # Safety
    /// - `count` is that of the row, a multiple of [`LANES`].
    pub unsafe fn normalise(self, count: usize) {
        for j in (0..count as isize).step_by(LANES) {
            // SAFETY: j is the row's.
            unsafe { self.store(j, self.load(j).normal()) };
        }
    }
}
