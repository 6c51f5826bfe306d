//! Registers of WebAssembly's fixed-width SIMD: the only file with intrinsics.
//!
//! `pmin`/`pmax` are used throughout: they are one machine instruction on x64, where `f32x4.min`/`max` are seven or eight.

use super::{Mask, Vector};
use core::arch::wasm32::*;
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

macro_rules! register {
    ($name:ident, $mask:ident, $elem:ident, $lanes:literal, $double:literal, $mantissa:literal, $doc:literal,
     splat $splat:ident,
     add $add:ident, sub $sub:ident, mul $mul:ident, div $div:ident, neg $neg:ident,
     sqrt $sqrt:ident, nearest $nearest:ident, pmin $pmin:ident, pmax $pmax:ident,
     lt $lt:ident, le $le:ident, eq $eq:ident, bitmask $bitmask:ident,
     shl $shl:ident, int_sub $int_sub:ident, sign $sign:expr, root $root:expr, magic $magic:expr) => {
        #[doc = concat!("Lanes of a [`", stringify!($name), "`] that a comparison holds for: all ones or all zeros.")]
        #[derive(Clone, Copy)]
        pub struct $mask(v128);

        impl BitAnd for $mask {
            type Output = Self;
            #[inline(always)]
            fn bitand(self, o: Self) -> Self {
                $mask(v128_and(self.0, o.0))
            }
        }
        impl BitOr for $mask {
            type Output = Self;
            #[inline(always)]
            fn bitor(self, o: Self) -> Self {
                $mask(v128_or(self.0, o.0))
            }
        }
        impl Not for $mask {
            type Output = Self;
            #[inline(always)]
            fn not(self) -> Self {
                $mask(v128_not(self.0))
            }
        }
        impl Mask for $mask {
            #[inline(always)]
            fn none() -> Self {
                $mask(i32x4_splat(0))
            }
            #[inline(always)]
            fn any(self) -> bool {
                v128_any_true(self.0)
            }
            #[inline(always)]
            fn bits(self) -> u32 {
                u32::from($bitmask(self.0))
            }
        }

        #[doc = $doc]
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name(v128);

        register!(@operators $name, Add add $add, Sub sub $sub, Mul mul $mul, Div div $div);

        impl Neg for $name {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                $name($neg(self.0))
            }
        }

        impl Vector for $name {
            type Elem = $elem;
            type Mask = $mask;
            type Wide = F64x2;
            const LANES: usize = $lanes;
            const DOUBLE: bool = $double;

            #[inline(always)]
            fn c(x: f64) -> Self {
                $name($splat(x as $elem))
            }
            #[inline(always)]
            unsafe fn load(p: *const $elem) -> Self {
                // SAFETY: the caller grants LANES readable elements; v128.load needs no alignment.
                $name(unsafe { v128_load(p.cast()) })
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $elem) {
                // SAFETY: the caller grants LANES writable elements; v128.store needs no alignment.
                unsafe { v128_store(p.cast(), self.0) }
            }
            #[inline(always)]
            unsafe fn load_first(p: *const $elem, n: usize) -> Self {
                // SAFETY: the caller grants n readable elements.
                $name(unsafe { Self::load_part(p.cast(), n) })
            }
            #[inline(always)]
            unsafe fn store_first(self, p: *mut $elem, n: usize) {
                // SAFETY: the caller grants n writable elements.
                unsafe { Self::store_part(self.0, p.cast(), n) }
            }
            #[inline(always)]
            fn index() -> Self {
                let index: [$elem; $lanes] = core::array::from_fn(|i| i as $elem);
                // SAFETY: the array has LANES elements.
                unsafe { Self::load(index.as_ptr()) }
            }
            #[inline(always)]
            fn first(n: usize) -> Self::Mask {
                Self::index().lt(Self::c(n as f64))
            }
            #[inline(always)]
            fn lane(self, i: usize) -> f64 {
                let mut lanes = [0.0; $lanes];
                // SAFETY: the array has LANES elements.
                unsafe { self.store(lanes.as_mut_ptr()) };
                f64::from(lanes[i])
            }
            #[inline(always)]
            fn transpose(rows: [Self; 4]) -> [Self; 4] {
                Self::exchange(rows)
            }
            #[inline(always)]
            fn widen(self) -> [F64x2; 2] {
                self.in_halves()
            }
            #[inline(always)]
            fn narrow(halves: [F64x2; 2]) -> Self {
                Self::of_halves(halves)
            }

            #[inline(always)]
            fn abs(self) -> Self {
                $name(v128_andnot(self.0, $sign))
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $name($sqrt(self.0))
            }
            #[inline(always)]
            fn nearest(self) -> Self {
                $name($nearest(self.0))
            }
            #[inline(always)]
            fn pmin(self, o: Self) -> Self {
                $name($pmin(self.0, o.0))
            }
            #[inline(always)]
            fn pmax(self, o: Self) -> Self {
                $name($pmax(self.0, o.0))
            }
            #[inline(always)]
            fn with_sign_of(self, sign: Self) -> Self {
                $name(v128_or(self.0, v128_and(sign.0, $sign)))
            }
            #[inline(always)]
            fn flip_sign_of(self, sign: Self) -> Self {
                $name(v128_xor(self.0, v128_and(sign.0, $sign)))
            }

            #[inline(always)]
            fn and(self, bits: Self) -> Self {
                $name(v128_and(self.0, bits.0))
            }
            #[inline(always)]
            fn and_not(self, bits: Self) -> Self {
                $name(v128_andnot(self.0, bits.0))
            }
            #[inline(always)]
            fn or(self, bits: Self) -> Self {
                $name(v128_or(self.0, bits.0))
            }
            #[inline(always)]
            fn xor(self, bits: Self) -> Self {
                $name(v128_xor(self.0, bits.0))
            }
            #[inline(always)]
            fn max_bits(self, other: Self) -> Self {
                $name(Self::larger_bits(self.0, other.0))
            }

            #[inline(always)]
            fn lt(self, o: Self) -> $mask {
                $mask($lt(self.0, o.0))
            }
            #[inline(always)]
            fn le(self, o: Self) -> $mask {
                $mask($le(self.0, o.0))
            }
            #[inline(always)]
            fn eq(self, o: Self) -> $mask {
                $mask($eq(self.0, o.0))
            }
            #[inline(always)]
            fn select(mask: $mask, yes: Self, no: Self) -> Self {
                $name(v128_bitselect(yes.0, no.0, mask.0))
            }
            // A selection is three instructions on x64, and a negation two or three.
            #[inline(always)]
            fn swap(mask: $mask, x: Self, y: Self) -> (Self, Self) {
                let change = x.xor(y).keep(mask);
                (x.xor(change), y.xor(change))
            }
            #[inline(always)]
            fn flip(self, mask: $mask) -> Self {
                self.xor($name($sign).keep(mask))
            }
            #[inline(always)]
            fn keep(self, mask: $mask) -> Self {
                $name(v128_and(self.0, mask.0))
            }
            #[inline(always)]
            fn drop(self, mask: $mask) -> Self {
                $name(v128_andnot(self.0, mask.0))
            }

            #[inline(always)]
            fn poison(self, mask: $mask) -> Self {
                $name(v128_or(self.0, mask.0))
            }

            #[inline(always)]
            fn pow2(self) -> Self {
                self.nearest_pow2().1
            }
            #[inline(always)]
            fn nearest_pow2(self) -> (Self, Self) {
                // Adding the magic number rounds and leaves n + bias in the low bits of the mantissa; the shift moves it to the
                // exponent.
                let magic = Self::c($magic);
                let sum = self + magic;
                (sum - magic, $name($shl(sum.0, $mantissa)))
            }
            #[inline(always)]
            fn split(self) -> (Self, Self) {
                let e = $int_sub(self.0, $root);
                Self::split_at(self.0, e)
            }

            #[inline(always)]
            fn total(self) -> f64 {
                let mut sums = [F64x2::zero(); 2];
                self.accumulate(&mut sums);
                let sum = (sums[0] + sums[1]).0;
                f64x2_extract_lane::<0>(sum) + f64x2_extract_lane::<1>(sum)
            }
            #[inline(always)]
            fn accumulate(self, sums: &mut [F64x2; 2]) {
                let [low, high] = self.widen();
                sums[0] = sums[0] + low;
                if !$double {
                    sums[1] = sums[1] + high;
                }
            }
            #[inline(always)]
            fn accumulate_weighted(self, weight: Self, sums: &mut [F64x2; 2]) {
                let ([low, high], [w_low, w_high]) = (self.widen(), weight.widen());
                sums[0] = sums[0] + low * w_low;
                if !$double {
                    sums[1] = sums[1] + high * w_high;
                }
            }
            #[inline(always)]
            fn times(self, factor: f64) -> Self {
                Self::narrow(self.widen().map(|half| half * F64x2::c(factor)))
            }
            #[inline(always)]
            fn largest(self) -> $elem {
                Self::largest_lane(self.0)
            }
        }
    };
    (@operators $name:ident, $($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for $name {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                $name($op(self.0, o.0))
            }
        }
    )*};
}

register!(
    F32x4, Mask32, f32, 4, false, 23, "Four floats.",
    splat f32x4_splat,
    add f32x4_add, sub f32x4_sub, mul f32x4_mul, div f32x4_div, neg f32x4_neg,
    sqrt f32x4_sqrt, nearest f32x4_nearest, pmin f32x4_pmin, pmax f32x4_pmax,
    lt f32x4_lt, le f32x4_le, eq f32x4_eq, bitmask i32x4_bitmask,
    shl i32x4_shl, int_sub i32x4_sub, sign i32x4_splat(i32::MIN),
    root i32x4_splat(core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32), magic 12_582_912.0 + 127.0
);
register!(
    F64x2, Mask64, f64, 2, true, 52, "Two doubles.",
    splat f64x2_splat,
    add f64x2_add, sub f64x2_sub, mul f64x2_mul, div f64x2_div, neg f64x2_neg,
    sqrt f64x2_sqrt, nearest f64x2_nearest, pmin f64x2_pmin, pmax f64x2_pmax,
    lt f64x2_lt, le f64x2_le, eq f64x2_eq, bitmask i64x2_bitmask,
    shl i64x2_shl, int_sub i64x2_sub, sign i64x2_splat(i64::MIN),
    root i64x2_splat(core::f64::consts::FRAC_1_SQRT_2.to_bits() as i64), magic 6_755_399_441_055_744.0 + 1023.0
);

// Parts of a register go by lane instructions, not through an array in memory: a load that spans several narrower stores
// has to wait until all of them have reached the cache.

impl F32x4 {
    /// Four numbers of half precision, given by their bits. A half's exponent and fraction in the places where a float32 has them make the
    /// number times 2⁻¹¹², a subnormal one too; infinity and NaN have all bits of the exponent, in either type.
    ///
    /// # Safety
    /// - `p` is valid for reads of four.
    #[inline(always)]
    pub unsafe fn of_halves_at(p: *const u16) -> Self {
        // SAFETY: the caller's guarantee.
        let bits = unsafe { u32x4_load_extend_u16x4(p) };
        let scale = f32x4_splat(f32::from_bits((127 + 112) << 23));
        let magnitude = f32x4_mul(u32x4_shl(v128_and(bits, u32x4_splat(0x7fff)), 13), scale);
        let exponent = u32x4_splat(0x7c00);
        let special = v128_and(u32x4_eq(v128_and(bits, exponent), exponent), f32x4_splat(f32::INFINITY));
        let sign = u32x4_shl(v128_and(bits, u32x4_splat(0x8000)), 16);
        F32x4(v128_or(v128_or(magnitude, special), sign))
    }

    /// Four integers of 64 bits, and a register that is 0 if the numbers are right: if each of the integers is one of 32 bits, or without a
    /// sign one of 31.
    ///
    /// # Safety
    /// - `p` is valid for reads of four.
    #[inline(always)]
    pub unsafe fn of_longs_at(p: *const i64, signed: bool) -> (Self, Self) {
        // SAFETY: the caller's guarantee.
        let (a, b) = unsafe { (v128_load(p.cast()), v128_load(p.add(2).cast())) };
        let (low, high) = (i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b));
        let sign = i32x4_shr(low, 31);
        let rest = if signed { v128_xor(high, sign) } else { v128_or(high, sign) };
        (F32x4(f32x4_convert_i32x4(low)), F32x4(rest))
    }

    /// Whether all bits are 0.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        !v128_any_true(self.0)
    }

    /// # Safety
    /// - `p` is valid for reads of `n` floats.
    #[expect(
        improper_ctypes_definitions,
        reason = "the C convention, unlike Rust's own, passes registers as registers"
    )]
    #[inline(never)]
    unsafe extern "C" fn load_part(p: *const u32, n: usize) -> v128 {
        // SAFETY: no arm reads more than n floats.
        unsafe {
            match n {
                0 => f32x4_splat(0.0),
                1 => v128_load32_zero(p),
                2 => v128_load64_zero(p.cast()),
                3 => v128_load32_lane::<2>(v128_load64_zero(p.cast()), p.add(2)),
                _ => v128_load(p.cast()),
            }
        }
    }
    /// # Safety
    /// - `p` is valid for writes of `n` floats.
    #[expect(improper_ctypes_definitions, reason = "as above")]
    #[inline(never)]
    unsafe extern "C" fn store_part(x: v128, p: *mut u32, n: usize) {
        // SAFETY: no arm writes more than n floats.
        unsafe {
            match n {
                0 => {}
                1 => v128_store32_lane::<0>(x, p),
                2 => v128_store64_lane::<0>(x, p.cast()),
                3 => {
                    v128_store64_lane::<0>(x, p.cast());
                    v128_store32_lane::<2>(x, p.add(2));
                }
                _ => v128_store(p.cast(), x),
            }
        }
    }
    #[inline(always)]
    fn larger_bits(a: v128, b: v128) -> v128 {
        u32x4_max(a, b)
    }
    #[inline(always)]
    fn exchange([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            F32x4(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
            F32x4(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
            F32x4(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            F32x4(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }
    #[inline(always)]
    fn in_halves(self) -> [F64x2; 2] {
        let high = i32x4_shuffle::<2, 3, 2, 3>(self.0, self.0);
        [F64x2(f64x2_promote_low_f32x4(self.0)), F64x2(f64x2_promote_low_f32x4(high))]
    }
    #[inline(always)]
    fn of_halves([low, high]: [F64x2; 2]) -> Self {
        // Zeros fill both up. Of a shuffle of the two, LLVM would make four numbers that are rounded one by one.
        let (low, high) = (f32x4_demote_f64x2_zero(low.0), f32x4_demote_f64x2_zero(high.0));
        F32x4(v128_or(low, i64x2_shuffle::<1, 0>(high, high)))
    }
    #[inline(always)]
    fn largest_lane(x: v128) -> f32 {
        let x = f32x4_pmax(x, i32x4_shuffle::<2, 3, 2, 3>(x, x));
        let x = f32x4_pmax(x, i32x4_shuffle::<1, 1, 1, 1>(x, x));
        f32x4_extract_lane::<0>(x)
    }
    #[inline(always)]
    fn split_at(x: v128, above_root: v128) -> (Self, Self) {
        let e = i32x4_shr(above_root, 23);
        (F32x4(i32x4_sub(x, i32x4_shl(e, 23))), F32x4(f32x4_convert_i32x4(e)))
    }
}

impl F64x2 {
    /// # Safety
    /// - `p` is valid for reads of `n` doubles.
    #[expect(
        improper_ctypes_definitions,
        reason = "the C convention, unlike Rust's own, passes registers as registers"
    )]
    #[inline(never)]
    unsafe extern "C" fn load_part(p: *const u64, n: usize) -> v128 {
        // SAFETY: no arm reads more than n doubles.
        unsafe {
            match n {
                0 => f64x2_splat(0.0),
                1 => v128_load64_zero(p),
                _ => v128_load(p.cast()),
            }
        }
    }
    /// # Safety
    /// - `p` is valid for writes of `n` doubles.
    #[expect(improper_ctypes_definitions, reason = "as above")]
    #[inline(never)]
    unsafe extern "C" fn store_part(x: v128, p: *mut u64, n: usize) {
        // SAFETY: no arm writes more than n doubles.
        unsafe {
            match n {
                0 => {}
                1 => v128_store64_lane::<0>(x, p),
                _ => v128_store(p.cast(), x),
            }
        }
    }
    #[inline(always)]
    fn larger_bits(a: v128, b: v128) -> v128 {
        let sign = i64x2_splat(i64::MIN);
        v128_bitselect(a, b, i64x2_gt(v128_xor(a, sign), v128_xor(b, sign)))
    }
    #[inline(always)]
    fn exchange([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        [F64x2(i64x2_shuffle::<0, 2>(a.0, b.0)), F64x2(i64x2_shuffle::<1, 3>(a.0, b.0)), c, d]
    }
    #[inline(always)]
    fn in_halves(self) -> [F64x2; 2] {
        [self, F64x2::zero()]
    }
    #[inline(always)]
    fn of_halves([low, _]: [F64x2; 2]) -> Self {
        low
    }
    #[inline(always)]
    fn largest_lane(x: v128) -> f64 {
        f64x2_extract_lane::<0>(f64x2_pmax(x, i64x2_shuffle::<1, 1>(x, x)))
    }
    #[inline(always)]
    fn split_at(x: v128, above_root: v128) -> (Self, Self) {
        // i64x2.shr_s is eight instructions on x64: the logical shift of a biased, so positive, number is one.
        let biased = u64x2_shr(i64x2_add(above_root, i64x2_splat(1023 << 52)), 52);
        let e = i64x2_sub(biased, i64x2_splat(1023));
        // 1.5·2⁵² + k holds the integer k in the low bits of its mantissa.
        let magic = f64x2_splat(6_755_399_441_055_744.0);
        let float = f64x2_sub(f64x2_sub(v128_or(biased, magic), magic), f64x2_splat(1023.0));
        (F64x2(i64x2_sub(x, i64x2_shl(e, 52))), F64x2(float))
    }
}

/// Traps.
pub fn stop() -> ! {
    unreachable()
}
