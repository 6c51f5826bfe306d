//! What the tests of the vector mathematics share: the functions with their oracles and bounds, and the measure.

// Each of the two test programs uses a part of it.
#![allow(dead_code)]

use losskit_kernels::math;
use losskit_kernels::simd::{Float, Vector};

/// How many inputs a [`Function`] maps at once.
pub const CHUNK: usize = 64;

/// One function of `losskit_kernels::math` and what it is held against.
pub struct Function {
    pub name: &'static str,
    pub f32: fn(&mut [f32; CHUNK]),
    pub f64: fn(&mut [f64; CHUNK]),
    /// The exact value, to an error that vanishes in float32.
    pub exact: fn(f64) -> f64,
    /// The inputs that the function is for.
    pub domain: fn(f64) -> bool,
    /// The largest error over every float32, in ULP rounded up, and the bits of a float where it occurs.
    pub worst32: (f64, u32),
    /// The largest error that is allowed in the hard cases of float64.
    pub bound64: f64,
}

/// Maps every element.
pub fn map<T: Float>(x: &mut [T], f: impl Fn(T::Vec) -> T::Vec) {
    for x in x.chunks_mut(T::Vec::LANES) {
        let n = x.len();
        // SAFETY: the chunk has n ≤ LANES elements.
        unsafe { f(T::Vec::load_first(x.as_ptr().cast(), n)).store_first(x.as_mut_ptr().cast(), n) }
    }
}

macro_rules! functions {
    ($($name:ident, $domain:expr, $exact:expr, $worst:literal at $at:literal, $bound:literal;)*) => {
        &[$(Function {
            name: stringify!($name),
            f32: |x| map::<f32>(x, math::$name),
            f64: |x| map::<f64>(x, math::$name),
            exact: $exact,
            domain: $domain,
            worst32: ($worst, $at),
            bound64: $bound,
        }),*]
    };
}

/// Every function of one argument.
pub const FUNCTIONS: &[Function] = functions! {
    exp, |_| true, f64::exp, 0.98 at 0xc0bb8a6a, 1.0;
    exp_nonpositive, |x| x <= 0.0, f64::exp, 0.98 at 0xc0bb8a6a, 1.0;
    exp_short, |x| x <= 0.0, f64::exp, 2.26 at 0xc181ee76, 1.0;
    expm1, |_| true, f64::exp_m1, 1.41 at 0x41882574, 1.2;
    exp_minus_1_minus, |_| true, exp_minus_1_minus, 2.05 at 0x3ee8939e, 2.0;
    ln, |x| x >= 0.0, f64::ln, 0.96 at 0x3f34dedd, 0.9;
    ln_unit, |x| (0.0..=1.0).contains(&x), f64::ln, 0.96 at 0x3f34dedd, 0.9;
    log1p, |x| x >= -1.0, f64::ln_1p, 1.05 at 0x3edc91e5, 1.0;
    log1p_positive, |x| x >= 0.0, f64::ln_1p, 1.05 at 0x3edc91e5, 1.0;
    log1p_unit, |x| (0.0..=1.0).contains(&x), f64::ln_1p, 1.32 at 0x3f25f172, 1.3;
    tanh, |_| true, f64::tanh, 2.5 at 0x409029b4, 2.6;
    log_cosh, |_| true, log_cosh, 2.03 at 0x3eb53803, 1.9;
    sech2, |_| true, sech2, 2.49 at 0x3fa8ba0d, 2.3;
};

fn exp_minus_1_minus(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return if x == f64::INFINITY { x } else { x.exp_m1() - x };
    }
    x * (2..20).rev().fold(0.0, |sum, k| (sum + 1.0) * x / f64::from(k))
}

fn log_cosh(x: f64) -> f64 {
    let s = x.sinh();
    if s.abs() < 1e100 { 0.5 * (s * s).ln_1p() } else { x.abs() - std::f64::consts::LN_2 }
}

fn sech2(x: f64) -> f64 {
    let e = (-2.0 * x.abs()).exp();
    4.0 * e / ((1.0 + e) * (1.0 + e))
}

/// The error of `got` in units of the last place of `exact`. Where that is below the normal range, 0 is right too.
pub fn ulps32(got: f32, exact: f64) -> f64 {
    // From here on, rounding gives infinity.
    let top = 2f64.powi(128) - 2f64.powi(103);
    if exact.is_nan() || exact.abs() >= top {
        return if got == exact as f32 || (got.is_nan() && exact.is_nan()) { 0.0 } else { f64::INFINITY };
    }
    let below = exact.abs() < f64::from(f32::MIN_POSITIVE);
    if below && got == 0.0 {
        return 0.0;
    }
    let exponent = if below { -126 } else { exponent(exact) };
    finite((f64::from(got) - exact).abs() * 2f64.powi(23 - exponent))
}

/// The same for an exact value in two parts, the second far below the last place of the first.
pub fn ulps64(got: f64, [exact, rest]: [f64; 2]) -> f64 {
    if got == exact {
        return rest.abs() * 2f64.powi(52) * 2f64.powi(-exponent(exact));
    }
    finite(((got - exact) - rest).abs() * 2f64.powi(52) * 2f64.powi(-exponent(exact)))
}

/// ⌊log₂|x|⌋ of a normal number.
fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

fn finite(error: f64) -> f64 {
    if error.is_nan() { f64::INFINITY } else { error }
}
