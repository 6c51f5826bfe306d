//! What the tests of the vector mathematics share: the table of functions with their oracles and bounds, and the measure.

use losskit::math;
use losskit::simd::{Float, Vector};

/// How many inputs a [`Function`] maps at once.
pub const CHUNK: usize = 64;

/// One function of `losskit::math` and what it is held against.
pub struct Function {
    pub name: &'static str,
    pub f32: fn(&mut [f32; CHUNK]),
    pub f64: fn(&mut [f64; CHUNK]),
    /// The exact value, to an error that vanishes in float32.
    pub exact: fn(f64) -> f64,
    /// The inputs that the function is for.
    pub domain: fn(f64) -> bool,
    /// The largest error in ULP: over every float32, and over the hard cases for float64.
    pub bound: [f64; 2],
}

fn map<T: Float>(x: &mut [T; CHUNK], f: impl Fn(T::Vec) -> T::Vec) {
    for at in (0..CHUNK).step_by(T::Vec::LANES) {
        // SAFETY: CHUNK is a multiple of LANES.
        unsafe { f(T::Vec::load(x.as_ptr().add(at).cast())).store(x.as_mut_ptr().add(at).cast()) }
    }
}

macro_rules! functions {
    ($($name:ident: $domain:expr, $exact:expr, $bound:expr;)*) => {
        &[$(Function {
            name: stringify!($name),
            f32: |x| map(x, math::$name),
            f64: |x| map(x, math::$name),
            exact: $exact,
            domain: $domain,
            bound: $bound,
        }),*]
    };
}

pub const FUNCTIONS: &[Function] = functions! {
    exp: |_| true, f64::exp, [1.0, 2.0];
    exp_nonpositive: |x| x <= 0.0, f64::exp, [1.0, 2.0];
    expm1: |_| true, f64::exp_m1, [2.0, 2.0];
    exp_minus_1_minus: |_| true, exp_minus_1_minus, [2.5, 4.0];
    ln: |x| x >= 0.0, f64::ln, [1.0, 2.0];
    ln_unit: |x| (0.0..=1.0).contains(&x), f64::ln, [1.0, 2.0];
    log1p: |x| x >= -1.0, f64::ln_1p, [1.0, 2.0];
    log1p_positive: |x| x >= 0.0, f64::ln_1p, [1.0, 2.0];
    log1p_unit: |x| (0.0..=1.0).contains(&x), f64::ln_1p, [2.0, 2.0];
    ln_1m: |x| x <= 1.0, |x| (-x).ln_1p(), [1.0, 2.0];
    sigmoid: |_| true, |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }, [2.5, 2.5];
    softplus: |_| true, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), [2.5, 2.5];
    tanh: |_| true, f64::tanh, [2.5, 2.5];
    log_cosh: |_| true, log_cosh, [2.5, 2.5];
    sech2: |_| true, |x| 4.0 * (-2.0 * x.abs()).exp() / (1.0 + (-2.0 * x.abs()).exp()).powi(2), [3.0, 3.0];
};

fn exp_minus_1_minus(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return x.exp_m1() - x;
    }
    let mut sum = 0.0;
    for k in (2..20).rev() {
        sum = (sum + 1.0) * x / f64::from(k);
    }
    sum * x
}

fn log_cosh(x: f64) -> f64 {
    let s = x.sinh();
    if s.is_finite() && s.abs() < 1e100 { 0.5 * (s * s).ln_1p() } else { x.abs() - std::f64::consts::LN_2 }
}

/// The error of `got` in units of the last place of `exact`. An exact value below the normal range may come out as
/// anything from 0 to itself.
pub fn ulps32(got: f32, exact: f64) -> f64 {
    // What rounds to infinity is infinity.
    let top = 2f64.powi(128) - 2f64.powi(103);
    if exact.is_nan() || exact.abs() >= top {
        let rounded = exact as f32;
        return if got == rounded || (got.is_nan() && exact.is_nan()) { 0.0 } else { f64::INFINITY };
    }
    let got = f64::from(got);
    let below = exact.abs() < f64::from(f32::MIN_POSITIVE);
    if below && got == 0.0 {
        return 0.0;
    }
    let exponent = if below { -126 } else { ((exact.to_bits() >> 52) & 0x7ff) as i32 - 1023 };
    let error = (got - exact).abs() * 2f64.powi(23 - exponent);
    if error.is_nan() { f64::INFINITY } else { error }
}
