//! The vector mathematics against exact values: a sample of the floats and the worst of them all, hard cases in double
//! precision, special values, powers. `math_exhaustive.rs` takes every float.

mod math;

use losskit_kernels::math as vector;
use losskit_kernels::simd::{Float, Vector};
use math::{CHUNK, FUNCTIONS, Function, map, ulps32, ulps64};

/// One function over the floats with these bits: the worst error and where it is.
fn worst(function: &Function, bits: impl Iterator<Item = u32>) -> (f64, f32) {
    let known = |x: &f32| x.is_nan() || (function.domain)(f64::from(*x));
    let inputs: Vec<f32> = bits.map(f32::from_bits).filter(known).collect();
    let mut worst = (0.0, 0.0);
    for some in inputs.chunks(CHUNK) {
        let mut y = [some[0]; CHUNK];
        y[..some.len()].copy_from_slice(some);
        (function.f32)(&mut y);
        for (&x, y) in some.iter().zip(y) {
            let ulps = ulps32(y, (function.exact)(f64::from(x)));
            if ulps > worst.0 {
                worst = (ulps, x);
            }
        }
    }
    worst
}

#[test]
fn sampled_floats_are_within_the_bounds() {
    for function in FUNCTIONS {
        // A step that is odd, so that mantissas vary.
        let (ulps, x) = worst(function, (0..u32::MAX).step_by(104_729));
        assert!(ulps <= function.worst32.0, "{}: {ulps} ULP at {x:e}", function.name);
    }
}

#[test]
fn the_bounds_are_reached() {
    for function in FUNCTIONS {
        let (bound, bits) = function.worst32;
        let (ulps, _) = worst(function, std::iter::once(bits));
        assert!(ulps <= bound && ulps > bound - 0.01, "{}: {ulps} ULP at {bits:08x}, not {bound}", function.name);
    }
}

#[test]
fn hard_doubles_are_within_the_bounds() {
    let mut worst = vec![(0.0, 0.0); FUNCTIONS.len()];
    for line in include_str!("math/hard_cases.tsv").lines() {
        let (name, numbers) = line.split_once('\t').unwrap();
        let mut numbers = numbers.split('\t').map(|bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap()));
        let [x, exact, rest] = std::array::from_fn(|_| numbers.next().unwrap());
        let at = FUNCTIONS.iter().position(|f| f.name == name).unwrap();
        let mut y = [x; CHUNK];
        (FUNCTIONS[at].f64)(&mut y);
        let ulps = ulps64(y[0], [exact, rest]);
        if ulps > worst[at].0 {
            worst[at] = (ulps, x);
        }
    }
    for (function, (ulps, x)) in FUNCTIONS.iter().zip(worst) {
        println!("{:18} {ulps:.3} ULP at {x:e}", function.name);
        assert!(ulps > 0.0 && ulps <= function.bound64, "{}: {ulps} ULP at {x:e}", function.name);
    }
}

#[test]
fn the_cheaper_variants_give_the_same_bits() {
    let function = |name| FUNCTIONS.iter().find(|f| f.name == name).unwrap();
    for (cheap, full) in [("exp_nonpositive", "exp"), ("ln_unit", "ln"), ("log1p_positive", "log1p")] {
        let (cheap, full) = (function(cheap), function(full));
        for start in (0..u32::MAX).step_by(1_048_583) {
            let x: [f32; CHUNK] = std::array::from_fn(|i| f32::from_bits(start.wrapping_add(i as u32)));
            let (mut y, mut z) = (x, x);
            (cheap.f32)(&mut y);
            (full.f32)(&mut z);
            for i in (0..CHUNK).filter(|&i| (cheap.domain)(f64::from(x[i]))) {
                assert_eq!(y[i].to_bits(), z[i].to_bits(), "{}({:e})", cheap.name, x[i]);
            }
        }
    }
}

/// f(x) in one lane, the others being NaN.
fn one<T: Float>(f: impl Fn(T::Vec) -> T::Vec, x: f64) -> f64 {
    let mut lanes = vec![T::from_f64(f64::NAN); T::Vec::LANES];
    lanes[1] = T::from_f64(x);
    map(&mut lanes, f);
    assert!(lanes[0].to_f64().is_nan(), "NaN must stay");
    lanes[1].to_f64()
}

/// Asserts f(x) = y, with the signs of zeros, and that NaN stays.
macro_rules! exactly {
    ($($name:ident: $($x:expr => $y:expr),*;)*) => {$($(
        for y in [one::<f32>(vector::$name, $x), one::<f64>(vector::$name, $x)] {
            let expected: f64 = $y;
            assert!(y == expected || (y.is_nan() && expected.is_nan()), "{}({:e}) = {y:e}", stringify!($name), $x);
        }
    )*)*};
}

#[test]
fn special_values_are_exact() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    exactly! {
        exp: 0.0 => 1.0, -0.0 => 1.0, INF => INF, -INF => 0.0, 1e4 => INF, -1e4 => 0.0, 1e38 => INF, -1e38 => 0.0;
        exp_nonpositive: 0.0 => 1.0, -0.0 => 1.0, -INF => 0.0, -1e4 => 0.0, -1e38 => 0.0;
        exp_short: 0.0 => 1.0, -0.0 => 1.0, -INF => 0.0, -1e4 => 0.0, -1e38 => 0.0;
        expm1: 0.0 => 0.0, -0.0 => 0.0, INF => INF, -INF => -1.0, 1e4 => INF, -1e4 => -1.0, -1e38 => -1.0;
        exp_minus_1_minus: 0.0 => 0.0, INF => INF, -INF => INF, 1e4 => INF;
        ln: 1.0 => 0.0, 0.0 => -INF, -0.0 => -INF, INF => INF, -1.0 => NAN, -INF => NAN;
        ln_unit: 1.0 => 0.0, 0.0 => -INF, -0.0 => -INF;
        log1p: 0.0 => 0.0, -1.0 => -INF, INF => INF, -2.0 => NAN, -INF => NAN;
        log1p_positive: 0.0 => 0.0, INF => INF;
        log1p_unit: 0.0 => 0.0;
        tanh: 0.0 => 0.0, INF => 1.0, -INF => -1.0, 1e38 => 1.0, -1e38 => -1.0;
        log_cosh: 0.0 => 0.0, INF => INF, -INF => INF;
        sech2: 0.0 => 1.0, INF => 0.0, -INF => 0.0, 1e38 => 0.0;
    }
    // Huge arguments lose nothing to the other terms.
    assert_eq!(one::<f64>(vector::log_cosh, -1e300), 1e300);
    assert_eq!(one::<f64>(vector::exp_minus_1_minus, -1e300), 1e300);
    // Of the sign of zero, tanh keeps its argument's.
    assert!(one::<f32>(vector::tanh, -0.0).is_sign_negative());
}

/// q^gamma with ln q to the element type's precision.
fn pow<T: Float>(q: f64, gamma: f64) -> f64 {
    one::<T>(|q| vector::pow_unit(q, vector::ln(q), gamma), q)
}

#[test]
fn powers_are_exact_in_the_special_cases() {
    for gamma in [0.0, 0.5, 1.0, 2.0, 3.0, 1.5, 7.0] {
        let at_zero = if gamma == 0.0 { 1.0 } else { 0.0 };
        assert_eq!([pow::<f32>(0.0, gamma), pow::<f64>(0.0, gamma)], [at_zero; 2], "gamma {gamma}");
        assert_eq!([pow::<f32>(1.0, gamma), pow::<f64>(1.0, gamma)], [1.0; 2], "gamma {gamma}");
    }
    assert_eq!(pow::<f64>(0.3, 0.0), 1.0);
    assert_eq!(pow::<f64>(0.3, 0.5), 0.3f64.sqrt());
    assert_eq!(pow::<f64>(0.3, 1.0), 0.3);
    assert_eq!(pow::<f64>(0.3, 2.0), 0.3 * 0.3);
    assert_eq!(pow::<f64>(0.3, 3.0), 0.3 * 0.3 * 0.3);
}

#[test]
fn powers_keep_to_their_condition() {
    for gamma in [0.1, 0.7, 1.5, 2.5, 5.0, 13.0] {
        for k in 1..2000 {
            let q = f64::from((f64::from(k) / 2000.0).powi(3) as f32);
            let exact = q.powf(gamma);
            if exact > f64::from(f32::MIN_POSITIVE) {
                let bound = 2.0 * (1.0 + gamma * q.ln().abs());
                let ulps = ulps32(pow::<f32>(q, gamma) as f32, exact);
                assert!(ulps <= bound, "{q}^{gamma}: {ulps} ULP, more than {bound}");
            }
        }
    }
}

/// ln(p/q) in one lane.
fn ln_quotient<T: Float>(p: f64, q: f64) -> f64 {
    one::<T>(
        |p| {
            // The other lanes of p are NaN, and so are those of their quotients.
            vector::ln_of_quotient(vector::quotient_parts(p, <T::Vec as Vector>::c(q))).poison(p.is_nan())
        },
        p,
    )
}

#[test]
fn quotients_of_any_size_have_their_logarithm() {
    let least = 2f64.powi(-149);
    let mut shares =
        vec![1.0, 0.7, 0.5f64.sqrt(), 0.5, 1.0 / 3.0, 1e-10, 2f64.powi(-100), 1e-38, 1e-40, 3.0 * least, least];
    shares.extend([1.0, 0.3, 1e-5, 1e-33].map(|x: f64| f64::from((x as f32).next_down())));
    shares.extend([0.3, 1e-5, 1e-33].map(|x: f64| f64::from((x as f32).next_up())));
    for p in shares.iter().map(|&x| f64::from(x as f32)) {
        for q in shares.iter().map(|&x| f64::from(x as f32)) {
            let ratio = p / q;
            // p − q is exact beside 1.
            let exact = if (0.5..=2.0).contains(&ratio) { ((p - q) / q).ln_1p() } else { ratio.ln() };
            let ulps = ulps32(ln_quotient::<f32>(p, q) as f32, exact);
            assert!(ulps <= 2.0, "ln({p:e}/{q:e}): {ulps} ULP");
            let relative = (ln_quotient::<f64>(p, q) - exact).abs() / exact.abs().max(f64::MIN_POSITIVE);
            assert!(relative <= 4.0 * f64::EPSILON, "ln({p:e}/{q:e}): {relative:e}");
        }
    }
    assert_eq!(ln_quotient::<f64>(1.0, 5e-324), 1074.0 * std::f64::consts::LN_2);
    assert_eq!(ln_quotient::<f64>(0.5, 0.0), f64::INFINITY);
    assert_eq!(ln_quotient::<f32>(0.5, -0.0), f64::INFINITY);
}
