//! Four doubles, as two registers: for loops that have a row in each of four lanes, whatever the element type.

use super::native::F64x2;
use super::{Mask, Vector};
use core::array::from_fn;
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// Four doubles.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct F64x4(F64x2, F64x2);

/// Lanes of an [`F64x4`] that a comparison holds for.
#[derive(Clone, Copy)]
pub struct Mask64x4(Half, Half);

type Half = <F64x2 as Vector>::Mask;

/// Lanes of a half.
const HALF: usize = F64x2::LANES;

/// Operators that act on each half.
macro_rules! operators {
    ($type:ident: $($trait:ident $name:ident),*) => {$(
        impl $trait for $type {
            type Output = Self;
            #[inline(always)]
            fn $name(self, o: Self) -> Self {
                $type(self.0.$name(o.0), self.1.$name(o.1))
            }
        }
    )*};
}
operators!(F64x4: Add add, Sub sub, Mul mul, Div div);
operators!(Mask64x4: BitAnd bitand, BitOr bitor);

impl Neg for F64x4 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        F64x4(-self.0, -self.1)
    }
}

impl Not for Mask64x4 {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Mask64x4(!self.0, !self.1)
    }
}

impl Mask for Mask64x4 {
    #[inline(always)]
    fn none() -> Self {
        Mask64x4(Half::none(), Half::none())
    }
    #[inline(always)]
    fn any(self) -> bool {
        (self.0 | self.1).any()
    }
    #[inline(always)]
    fn bits(self) -> u32 {
        self.0.bits() | self.1.bits() << HALF
    }
}

/// Methods that act on each half.
macro_rules! halves {
    ($($name:ident($($other:ident: $type:ident),*) -> $result:ident;)*) => {$(
        #[inline(always)]
        fn $name(self $(, $other: $type)*) -> $result {
            $result(self.0.$name($($other.0),*), self.1.$name($($other.1),*))
        }
    )*};
}

impl Vector for F64x4 {
    type Elem = f64;
    type Mask = Mask64x4;
    type Wide = F64x2;
    const LANES: usize = 2 * HALF;
    const DOUBLE: bool = true;

    halves! {
        abs() -> F64x4;
        sqrt() -> F64x4;
        nearest() -> F64x4;
        pmin(other: F64x4) -> F64x4;
        pmax(other: F64x4) -> F64x4;
        with_sign_of(sign: F64x4) -> F64x4;
        flip_sign_of(sign: F64x4) -> F64x4;
        and(bits: F64x4) -> F64x4;
        and_not(bits: F64x4) -> F64x4;
        or(bits: F64x4) -> F64x4;
        xor(bits: F64x4) -> F64x4;
        max_bits(other: F64x4) -> F64x4;
        lt(other: F64x4) -> Mask64x4;
        le(other: F64x4) -> Mask64x4;
        eq(other: F64x4) -> Mask64x4;
        keep(mask: Mask64x4) -> F64x4;
        drop(mask: Mask64x4) -> F64x4;
        poison(mask: Mask64x4) -> F64x4;
        pow2() -> F64x4;
    }

    #[inline(always)]
    fn c(x: f64) -> Self {
        F64x4(F64x2::c(x), F64x2::c(x))
    }
    #[inline(always)]
    unsafe fn load(p: *const f64) -> Self {
        // SAFETY: the caller grants four readable elements.
        unsafe { F64x4(F64x2::load(p), F64x2::load(p.add(HALF))) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f64) {
        // SAFETY: the caller grants four writable elements.
        unsafe {
            self.0.store(p);
            self.1.store(p.add(HALF));
        }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f64, n: usize) -> Self {
        // SAFETY: the caller grants n readable elements.
        unsafe {
            F64x4(F64x2::load_first(p, n.min(HALF)), F64x2::load_first(p.add(n.min(HALF)), n.saturating_sub(HALF)))
        }
    }
    #[inline(always)]
    unsafe fn store_first(self, p: *mut f64, n: usize) {
        // SAFETY: the caller grants n writable elements.
        unsafe {
            self.0.store_first(p, n.min(HALF));
            self.1.store_first(p.add(n.min(HALF)), n.saturating_sub(HALF));
        }
    }
    #[inline(always)]
    fn index() -> Self {
        F64x4(F64x2::index(), F64x2::index() + F64x2::c(HALF as f64))
    }
    #[inline(always)]
    fn first(n: usize) -> Mask64x4 {
        Self::index().lt(Self::c(n as f64))
    }
    #[inline(always)]
    fn lane(self, i: usize) -> f64 {
        if i < HALF { self.0.lane(i) } else { self.1.lane(i - HALF) }
    }
    #[inline(always)]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        // Squares of two by two: those above and below the diagonal change places, and each is transposed.
        let square = |x: F64x2, y: F64x2| F64x2::transpose([x, y, x, y]);
        let (left, right) = ([square(a.0, b.0), square(c.0, d.0)], [square(a.1, b.1), square(c.1, d.1)]);
        from_fn(|k| {
            let [above, below] = if k < HALF { left } else { right };
            F64x4(above[k % HALF], below[k % HALF])
        })
    }
    #[inline(always)]
    fn widen(self) -> [F64x2; 2] {
        [self.0, self.1]
    }
    #[inline(always)]
    fn narrow([low, high]: [F64x2; 2]) -> Self {
        F64x4(low, high)
    }
    #[inline(always)]
    fn select(mask: Mask64x4, yes: Self, no: Self) -> Self {
        F64x4(F64x2::select(mask.0, yes.0, no.0), F64x2::select(mask.1, yes.1, no.1))
    }
    #[inline(always)]
    fn nearest_pow2(self) -> (Self, Self) {
        let (low, high) = (self.0.nearest_pow2(), self.1.nearest_pow2());
        (F64x4(low.0, high.0), F64x4(low.1, high.1))
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let (low, high) = (self.0.split(), self.1.split());
        (F64x4(low.0, high.0), F64x4(low.1, high.1))
    }
    #[inline(always)]
    fn total(self) -> f64 {
        (self.0 + self.1).total()
    }
    #[inline(always)]
    fn accumulate(self, sums: &mut [F64x2; 2]) {
        *sums = [sums[0] + self.0, sums[1] + self.1];
    }
    #[inline(always)]
    fn accumulate_weighted(self, weight: Self, sums: &mut [F64x2; 2]) {
        (self * weight).accumulate(sums);
    }
    #[inline(always)]
    fn times(self, factor: f64) -> Self {
        self * Self::c(factor)
    }
    #[inline(always)]
    fn largest(self) -> f64 {
        self.0.pmax(self.1).largest()
    }
}
