//! Every one of the 2³² floats through every function:
//! `cargo test --release --test math_exhaustive -- --ignored --nocapture`.
//!
//! A function takes about a minute; `support/exhaustive.rs` says how to take a part.

#[path = "support/exhaustive.rs"]
mod exhaustive;
mod math;

use exhaustive::{BLOCK, Plan};
use math::{CHUNK, FUNCTIONS, Function, ulps32};

#[test]
#[ignore = "takes half an hour"]
fn every_float() {
    let plan = Plan::new(1);
    let mut failures = vec![];
    for function in FUNCTIONS.iter().filter(|function| plan.wants(function.name)) {
        let merge = |a: (f64, u32), b: (f64, u32)| if b.0 > a.0 { b } else { a };
        let (ulps, x) = plan.sweep(function.name, || (0.0, 0), |worst, bits| measure(function, bits, worst), merge);
        println!("{:18} {ulps:.4} ULP at {:e} ({x:08x})", function.name, f32::from_bits(x));
        if ulps > function.worst32.0 {
            failures.push(function.name);
        }
    }
    assert!(failures.is_empty(), "beyond their bounds: {failures:?}");
}

/// Raises the worst error to that over these floats.
fn measure(function: &Function, bits: &[u32; BLOCK], worst: &mut (f64, u32)) {
    for bits in bits.chunks_exact(CHUNK) {
        let bits: [u32; CHUNK] = bits.try_into().unwrap();
        let mut y = bits.map(f32::from_bits);
        (function.f32)(&mut y);
        for (bits, y) in bits.into_iter().zip(y) {
            let x = f64::from(f32::from_bits(bits));
            if (function.domain)(x) || x.is_nan() {
                let ulps = ulps32(y, (function.exact)(x));
                if ulps > worst.0 {
                    *worst = (ulps, bits);
                }
            }
        }
    }
}
