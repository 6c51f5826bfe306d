//! Every one of the 2³² floats through every function:
//! `cargo test --release --test math_exhaustive -- --ignored --nocapture`.
//!
//! `MATH_FUNCTIONS=exp,ln` takes some of the functions, `MATH_RANGE=3f800000-40000000` the floats with bits in a range
//! (the end excluded), `MATH_STRIDE=16` one chunk in 16. A function takes about a minute.

mod math;

use math::{CHUNK, FUNCTIONS, Function, ulps32};
use std::env::var;

const THREADS: u64 = 2;

#[test]
#[ignore = "takes half an hour"]
fn every_float() {
    let range = var("MATH_RANGE").unwrap_or("0-100000000".into());
    let (from, to) = range.split_once('-').expect("MATH_RANGE is from-to");
    let [from, to] = [from, to].map(|bits| u64::from_str_radix(bits, 16).expect("MATH_RANGE is hexadecimal"));
    let wanted = var("MATH_FUNCTIONS").unwrap_or_default();
    let mut failures = vec![];
    for function in FUNCTIONS.iter().filter(|f| wanted.is_empty() || wanted.split(',').any(|name| name == f.name)) {
        let step = (to - from).div_ceil(THREADS);
        let (ulps, x) = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|t| from + t * step)
                .map(|start| scope.spawn(move || worst(function, start, to.min(start + step))))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).fold((0.0, 0), |a, b| if b.0 > a.0 { b } else { a })
        });
        println!("\r{:18} {ulps:.4} ULP at {:e} ({x:08x})", function.name, f32::from_bits(x));
        if ulps > function.worst32.0 {
            failures.push(function.name);
        }
    }
    assert!(failures.is_empty(), "beyond their bounds: {failures:?}");
}

/// The worst error over the floats with bits in [from, to), and where it is.
fn worst(function: &Function, from: u64, to: u64) -> (f64, u32) {
    let stride: usize = var("MATH_STRIDE").map_or(1, |s| s.parse().expect("MATH_STRIDE is a number"));
    let mut worst = (0.0, 0);
    for start in (from..to).step_by(CHUNK * stride) {
        if start.is_multiple_of(1 << 27) {
            eprint!("\r{} {start:08x}  ", function.name);
        }
        let bits: [u32; CHUNK] = std::array::from_fn(|i| (start + i as u64).min(to - 1) as u32);
        let mut y = bits.map(f32::from_bits);
        (function.f32)(&mut y);
        for (bits, y) in bits.into_iter().zip(y) {
            let x = f64::from(f32::from_bits(bits));
            if (function.domain)(x) || x.is_nan() {
                let ulps = ulps32(y, (function.exact)(x));
                if ulps > worst.0 {
                    worst = (ulps, bits);
                }
            }
        }
    }
    worst
}
