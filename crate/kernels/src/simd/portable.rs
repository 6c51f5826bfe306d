//! Registers as arrays: what [`super::wasm32`] does with intrinsics, for the host. Tests run the kernels on these, and
//! the results are the same to the bit.

use super::{Mask, Vector};
use core::array::from_fn;
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// Lanes that a comparison holds for.
#[derive(Clone, Copy, Debug)]
pub struct Lanes<const N: usize>([bool; N]);

impl<const N: usize> BitAnd for Lanes<N> {
    type Output = Self;
    fn bitand(self, o: Self) -> Self {
        Lanes(from_fn(|i| self.0[i] & o.0[i]))
    }
}
impl<const N: usize> BitOr for Lanes<N> {
    type Output = Self;
    fn bitor(self, o: Self) -> Self {
        Lanes(from_fn(|i| self.0[i] | o.0[i]))
    }
}
impl<const N: usize> Not for Lanes<N> {
    type Output = Self;
    fn not(self) -> Self {
        Lanes(self.0.map(|lane| !lane))
    }
}
impl<const N: usize> Mask for Lanes<N> {
    fn none() -> Self {
        Lanes([false; N])
    }
    fn any(self) -> bool {
        self.0.contains(&true)
    }
    fn bits(self) -> u32 {
        (0..N).map(|i| u32::from(self.0[i]) << i).sum()
    }
}

macro_rules! register {
    ($name:ident, $elem:ident, $bits:ident, $int:ident, $lanes:literal, $double:literal, $mantissa:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        #[repr(transparent)]
        pub struct $name([$elem; $lanes]);

        register!(@operators $name, Add add +, Sub sub -, Mul mul *, Div div /);

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                $name(self.0.map(|x| -x))
            }
        }

        impl Vector for $name {
            type Elem = $elem;
            type Mask = Lanes<$lanes>;
            type Wide = F64x2;
            const LANES: usize = $lanes;
            const DOUBLE: bool = $double;

            fn c(x: f64) -> Self {
                $name([x as $elem; $lanes])
            }
            unsafe fn load(p: *const $elem) -> Self {
                // SAFETY: the caller grants LANES readable elements.
                unsafe { Self::load_first(p, $lanes) }
            }
            unsafe fn store(self, p: *mut $elem) {
                // SAFETY: the caller grants LANES writable elements.
                unsafe { self.store_first(p, $lanes) }
            }
            unsafe fn load_first(p: *const $elem, n: usize) -> Self {
                // SAFETY: i < n, and the caller grants n readable elements.
                $name(from_fn(|i| if i < n { unsafe { *p.add(i) } } else { 0.0 }))
            }
            unsafe fn store_first(self, p: *mut $elem, n: usize) {
                for i in 0..n {
                    // SAFETY: i < n, and the caller grants n writable elements.
                    unsafe { *p.add(i) = self.0[i] }
                }
            }
            fn index() -> Self {
                $name(from_fn(|i| i as $elem))
            }
            fn first(n: usize) -> Self::Mask {
                Lanes(from_fn(|i| i < n))
            }
            fn lane(self, i: usize) -> f64 {
                f64::from(self.0[i])
            }
            fn transpose(rows: [Self; 4]) -> [Self; 4] {
                from_fn(|i| if i < $lanes { $name(from_fn(|k| rows[k].0[i])) } else { rows[i] })
            }
            fn widen(self) -> [F64x2; 2] {
                self.in_halves()
            }
            fn narrow(halves: [F64x2; 2]) -> Self {
                $name(from_fn(|i| halves[i / 2].0[i % 2] as $elem))
            }

            fn abs(self) -> Self {
                $name(self.0.map($elem::abs))
            }
            fn sqrt(self) -> Self {
                $name(self.0.map($elem::sqrt))
            }
            fn nearest(self) -> Self {
                $name(self.0.map($elem::round_ties_even))
            }
            fn pmin(self, o: Self) -> Self {
                $name(from_fn(|i| if o.0[i] < self.0[i] { o.0[i] } else { self.0[i] }))
            }
            fn pmax(self, o: Self) -> Self {
                $name(from_fn(|i| if self.0[i] < o.0[i] { o.0[i] } else { self.0[i] }))
            }
            fn with_sign_of(self, sign: Self) -> Self {
                self.flip_sign_of(sign)
            }
            fn flip_sign_of(self, sign: Self) -> Self {
                let top = 1 << ($bits::BITS - 1);
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits() ^ (sign.0[i].to_bits() & top))))
            }

            fn and(self, o: Self) -> Self {
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits() & o.0[i].to_bits())))
            }
            fn and_not(self, o: Self) -> Self {
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits() & !o.0[i].to_bits())))
            }
            fn or(self, o: Self) -> Self {
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits() | o.0[i].to_bits())))
            }
            fn xor(self, o: Self) -> Self {
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits() ^ o.0[i].to_bits())))
            }
            fn max_bits(self, o: Self) -> Self {
                $name(from_fn(|i| $elem::from_bits(self.0[i].to_bits().max(o.0[i].to_bits()))))
            }

            fn lt(self, o: Self) -> Self::Mask {
                Lanes(from_fn(|i| self.0[i] < o.0[i]))
            }
            fn le(self, o: Self) -> Self::Mask {
                Lanes(from_fn(|i| self.0[i] <= o.0[i]))
            }
            fn eq(self, o: Self) -> Self::Mask {
                Lanes(from_fn(|i| self.0[i] == o.0[i]))
            }
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                $name(from_fn(|i| if mask.0[i] { yes.0[i] } else { no.0[i] }))
            }
            fn keep(self, mask: Self::Mask) -> Self {
                Self::select(mask, self, Self::zero())
            }
            fn drop(self, mask: Self::Mask) -> Self {
                Self::select(mask, Self::zero(), self)
            }
            fn poison(self, mask: Self::Mask) -> Self {
                Self::select(mask, Self::c(f64::NAN), self)
            }

            fn pow2(self) -> Self {
                let bias = $elem::MAX_EXP - 1;
                $name(self.0.map(|n| $elem::from_bits(((n as $int).wrapping_add(bias as $int) as $bits) << $mantissa)))
            }
            fn split(self) -> (Self, Self) {
                // The bits of √½: subtracting them puts the boundary between two exponents at m = √½.
                let root = $elem::to_bits(core::f64::consts::FRAC_1_SQRT_2 as $elem) as $int;
                let e = self.0.map(|x| (x.to_bits() as $int).wrapping_sub(root) >> $mantissa);
                let m = from_fn(|i| $elem::from_bits((self.0[i].to_bits() as $int).wrapping_sub(e[i] << $mantissa) as $bits));
                ($name(m), $name(e.map(|e| e as $elem)))
            }

            fn total(self) -> f64 {
                let mut sums = [F64x2::zero(); 2];
                self.accumulate(&mut sums);
                let sum = sums[0] + sums[1];
                sum.0[0] + sum.0[1]
            }
            fn accumulate(self, sums: &mut [F64x2; 2]) {
                for (sum, half) in sums.iter_mut().zip(self.widen()) {
                    *sum = *sum + half;
                }
            }
            fn accumulate_weighted(self, weight: Self, sums: &mut [F64x2; 2]) {
                for ((sum, half), w) in sums.iter_mut().zip(self.widen()).zip(weight.widen()) {
                    *sum = *sum + half * w;
                }
            }
            fn times(self, factor: f64) -> Self {
                $name(self.0.map(|x| (f64::from(x) * factor) as $elem))
            }
            fn largest(self) -> $elem {
                let pmax = |a: $elem, b: $elem| if a < b { b } else { a };
                // Halves first, as the wasm32 registers do it.
                let half = $lanes / 2;
                (0..half).map(|i| pmax(self.0[i], self.0[i + half])).reduce(pmax).unwrap_or(0.0)
            }
        }
    };
    (@operators $name:ident, $($trait:ident $method:ident $op:tt),*) => {$(
        impl $trait for $name {
            type Output = Self;
            fn $method(self, o: Self) -> Self {
                $name(from_fn(|i| self.0[i] $op o.0[i]))
            }
        }
    )*};
}

register!(F32x4, f32, u32, i32, 4, false, 23, "Four floats.");
register!(F64x2, f64, u64, i64, 2, true, 52, "Two doubles.");

impl F32x4 {
    fn in_halves(self) -> [F64x2; 2] {
        let [a, b, c, d] = self.0.map(f64::from);
        [F64x2([a, b]), F64x2([c, d])]
    }
}

impl F64x2 {
    fn in_halves(self) -> [F64x2; 2] {
        [self, F64x2([0.0; 2])]
    }
}

impl F32x4 {
    /// Four numbers of half precision, given by their bits. A half's exponent and fraction in the places where a float32 has them make the
    /// number times 2⁻¹¹², a subnormal one too; infinity and NaN have all bits of the exponent, in either type.
    ///
    /// # Safety
    /// - `p` is valid for reads of four.
    #[inline(always)]
    pub unsafe fn of_halves_at(p: *const u16) -> Self {
        // SAFETY: the caller's guarantee.
        F32x4(unsafe { *p.cast::<[u16; 4]>() }.map(|bits| {
            let bits = u32::from(bits);
            let magnitude = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits((127 + 112) << 23);
            let special = if bits & 0x7c00 == 0x7c00 { f32::INFINITY.to_bits() } else { 0 };
            f32::from_bits(magnitude.to_bits() | special | (bits & 0x8000) << 16)
        }))
    }
    /// Four integers of 64 bits, and a register that is 0 if the numbers are right: if each of the integers is one of 32 bits, or without a
    /// sign one of 31.
    ///
    /// # Safety
    /// - `p` is valid for reads of four.
    #[inline(always)]
    pub unsafe fn of_longs_at(p: *const i64, signed: bool) -> (Self, Self) {
        // SAFETY: the caller's guarantee.
        let longs = unsafe { *p.cast::<[i64; 4]>() };
        let rest = longs.map(|x| {
            let (high, sign) = ((x >> 32) as u32, (x as i32 >> 31) as u32);
            f32::from_bits(if signed { high ^ sign } else { high | sign })
        });
        (F32x4(longs.map(|x| x as i32 as f32)), F32x4(rest))
    }

    /// Whether all bits are 0.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.0.iter().all(|x| x.to_bits() == 0)
    }
}
