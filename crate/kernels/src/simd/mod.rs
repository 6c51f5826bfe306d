//! Registers: the one trait that kernels are written against, and the instruction set that this build uses.
//!
//! A kernel says `V: Vector` and works on a register of lanes without knowing how wide it is or what machine runs it.
//! [`wasm32`] is the shipped implementation and the only file with intrinsics; [`portable`] is the same operations on
//! arrays, in the same order and with the same number of lanes, so that the host's results have the same bits.

/// For tests on the host.
#[cfg(not(target_arch = "wasm32"))]
pub mod dual;
pub mod four;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub mod wasm32;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm32::stop;

use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use portable as native;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use wasm32 as native;

/// What a memory cell holds: `f32` or `f64`, and the register that carries it in this build.
pub trait Float: Copy + PartialOrd + 'static {
    /// The register of this element type, which lies in memory as its lanes do, one after the other.
    type Vec: Vector<Elem = Self>;
    /// Four elements, which lie in memory likewise: a register of floats, two of doubles.
    type Four: Vector<Elem = Self, Wide = native::F64x2>;
    /// Rounds a double to this type.
    fn from_f64(x: f64) -> Self;
    /// Rounds a whole number to this type.
    fn from_i32(x: i32) -> Self;
    /// Widens to a double, exactly.
    fn to_f64(self) -> f64;
}

impl Float for f32 {
    type Vec = native::F32x4;
    type Four = native::F32x4;
    #[inline(always)]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn from_i32(x: i32) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Float for f64 {
    type Vec = native::F64x2;
    type Four = four::F64x4;
    #[inline(always)]
    fn from_f64(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn from_i32(x: i32) -> f64 {
        x.into()
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
}

/// The outcome of a comparison, lane by lane.
pub trait Mask: Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> {
    /// No lane.
    fn none() -> Self;
    /// Whether any lane is set.
    fn any(self) -> bool;
    /// One bit a lane, lane 0 lowest.
    fn bits(self) -> u32;
}

/// A register of floating-point lanes.
///
/// Comparisons with NaN are false. Every operation is IEEE's, rounded once, with no fused multiply-add: the same input
/// gives the same bits on every engine and on the host.
pub trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The type of one lane.
    type Elem: Copy;
    /// What comparisons return.
    type Mask: Mask;
    /// A register of doubles, for sums.
    type Wide: Vector<Elem = f64>;
    /// Lanes in a register.
    const LANES: usize;
    /// Whether lanes are doubles: chooses coefficients and constants of the mathematics.
    const DOUBLE: bool;

    /// The constant `x`, rounded to the element type, in every lane.
    fn c(x: f64) -> Self;
    /// Reads a register.
    ///
    /// # Safety
    /// - `p` is valid for reads of [`Self::LANES`] elements. No alignment is needed beyond the element's.
    unsafe fn load(p: *const Self::Elem) -> Self;
    /// Writes the register.
    ///
    /// # Safety
    /// - `p` is valid for writes of [`Self::LANES`] elements.
    unsafe fn store(self, p: *mut Self::Elem);
    /// Reads `n` elements into the first lanes, zeros into the others.
    ///
    /// # Safety
    /// - `p` is valid for reads of `n` elements, `n <= LANES`.
    unsafe fn load_first(p: *const Self::Elem, n: usize) -> Self;
    /// Writes the first `n` lanes.
    ///
    /// # Safety
    /// - `p` is valid for writes of `n` elements, `n <= LANES`.
    unsafe fn store_first(self, p: *mut Self::Elem, n: usize);
    /// 0, 1, 2, …
    fn index() -> Self;
    /// The mask of the first `n` lanes.
    fn first(n: usize) -> Self::Mask;
    /// One lane as a double.
    fn lane(self, i: usize) -> f64;
    /// Rows become columns: lane i of register k is lane k of register i. The registers beyond the first LANES are as they are.
    fn transpose(rows: [Self; 4]) -> [Self; 4];
    /// The lanes as doubles; those of a register of doubles fill the first half.
    fn widen(self) -> [Self::Wide; 2];
    /// Doubles rounded to the element type: the way back.
    fn narrow(halves: [Self::Wide; 2]) -> Self;

    /// |x|
    fn abs(self) -> Self;
    /// √x, correctly rounded.
    fn sqrt(self) -> Self;
    /// The nearest integer, ties to even.
    fn nearest(self) -> Self;
    /// `other < self ? other : self`: a NaN in `self` stays, one in `other` is dropped.
    fn pmin(self, other: Self) -> Self;
    /// `self < other ? other : self`: a NaN in `self` stays, one in `other` is dropped.
    fn pmax(self, other: Self) -> Self;
    /// The magnitude of `self` with the sign of `sign`. `self` must not be negative.
    fn with_sign_of(self, sign: Self) -> Self;
    /// `self` with its sign flipped where `sign` is negative (its sign bit is set).
    fn flip_sign_of(self, sign: Self) -> Self;

    /// The bits that are set in both.
    fn and(self, bits: Self) -> Self;
    /// The bits of `self` that aren't set in `bits`.
    fn and_not(self, bits: Self) -> Self;
    /// The bits that are set in either.
    fn or(self, bits: Self) -> Self;
    /// The bits that differ.
    fn xor(self, bits: Self) -> Self;
    /// The one whose bits are the larger number: of what isn't negative the larger one, else one that is, or NaN.
    fn max_bits(self, other: Self) -> Self;

    /// self < other
    fn lt(self, other: Self) -> Self::Mask;
    /// self ≤ other
    fn le(self, other: Self) -> Self::Mask;
    /// self = other
    fn eq(self, other: Self) -> Self::Mask;
    /// `yes` where the mask is set, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// `x` and `y`, exchanged where the mask is set.
    #[inline(always)]
    fn swap(mask: Self::Mask, x: Self, y: Self) -> (Self, Self) {
        (Self::select(mask, y, x), Self::select(mask, x, y))
    }
    /// `self` with its sign flipped where the mask is set.
    #[inline(always)]
    fn flip(self, mask: Self::Mask) -> Self {
        Self::select(mask, -self, self)
    }
    /// `self` where the mask is set, +0 elsewhere.
    fn keep(self, mask: Self::Mask) -> Self;
    /// +0 where the mask is set, `self` elsewhere.
    fn drop(self, mask: Self::Mask) -> Self;
    /// NaN where the mask is set, `self` elsewhere.
    fn poison(self, mask: Self::Mask) -> Self;

    /// 2ⁿ for an integer-valued n within the normal exponent range (−126 … 127, −1022 … 1023).
    fn pow2(self) -> Self;
    /// The nearest integer n, ties to even, and 2ⁿ: for the range of [`Self::pow2`] and one below, where the power is 0.
    #[inline(always)]
    fn nearest_pow2(self) -> (Self, Self) {
        let n = self.nearest();
        (n, n.pow2())
    }
    /// `(m, e)` with x = m·2ᵉ, m in [√½, √2) and e an integer-valued float, for a normal positive x. Other inputs give an
    /// unspecified pair.
    fn split(self) -> (Self, Self);

    /// The sum of all lanes, in double precision and in a fixed order.
    fn total(self) -> f64;
    /// Adds every lane, as doubles, to an accumulator of two wide registers.
    fn accumulate(self, sums: &mut [Self::Wide; 2]);
    /// Adds every lane times its weight, both as doubles.
    fn accumulate_weighted(self, weight: Self, sums: &mut [Self::Wide; 2]);
    /// Every lane times `factor`, multiplied as doubles and rounded once.
    fn times(self, factor: f64) -> Self;
    /// The largest lane; NaN lanes are dropped unless they come first.
    fn largest(self) -> Self::Elem;

    /// Whether a lane is NaN.
    #[inline(always)]
    fn is_nan(self) -> Self::Mask {
        !self.eq(self)
    }
    /// All lanes zero.
    #[inline(always)]
    fn zero() -> Self {
        Self::c(0.0)
    }
}
