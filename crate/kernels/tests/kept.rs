//! Weights of what a target leaves out, through the kernels' entries: of every short length, and of several strips.

#[path = "support/call.rs"]
mod call;

use call::{call, count, kernel, pointer};
use losskit_kernels::simd::Float;
use std::ptr::null;

/// Weights that have no short sum, so that their order would be seen.
fn weight(i: usize) -> f64 {
    1.0 + (i * i % 7) as f64 / 8.0
}

fn check<T: Float>(name: &str, n: usize, out: f64, weighted: bool) {
    let kept = |i: usize| i % 3 != 1 && i % 8 != 5;
    let targets: Vec<T> = (0..n).map(|i| T::from_f64(if kept(i) { (i % 2) as f64 + 2.0 } else { out })).collect();
    let weights: Vec<T> = (0..n).map(|i| T::from_f64(weight(i))).collect();
    // One place more, which has to stay as it is.
    let mut to = vec![T::from_f64(-7.0); n + 1];
    let to_pointer = to.as_mut_ptr();
    let weights = if weighted { weights.as_ptr() } else { null() };
    let mut arguments = [0.5, 0.0, count(n), pointer(weights), pointer(targets.as_ptr()), pointer(to_pointer), out];
    // SAFETY: the arrays have n elements.
    let sum = unsafe { call(kernel(name), &mut arguments) }.expect("no fault");
    let expected = |i: usize| match kept(i) {
        true if weighted => weight(i),
        true => 1.0,
        false => 0.0,
    };
    for (i, w) in to[..n].iter().enumerate() {
        assert_eq!(w.to_f64(), expected(i), "{name}, {n} elements, {out} left out, element {i}");
    }
    assert_eq!(to[n].to_f64(), -7.0);
    assert_eq!(sum, 0.5 + (0..n).map(expected).sum::<f64>(), "{name}, {n} elements, {out} left out");
}

#[test]
fn what_is_left_out_weighs_nothing() {
    for n in (0..40).chain([511, 512, 513, 2000]) {
        for out in [-1.0, 0.0, 1.0, f64::NAN, f64::INFINITY] {
            for weighted in [true, false] {
                check::<f32>("kept_f32", n, out, weighted);
                check::<f64>("kept_f64", n, out, weighted);
            }
        }
    }
}

#[test]
fn zeros_of_either_sign_are_one_target() {
    let (targets, mut to) = ([0.0f32, -0.0, 1.0], [7.0f32; 3]);
    let to_pointer = to.as_mut_ptr();
    let mut arguments = [0.0, 0.0, count(3), count(0), pointer(targets.as_ptr()), pointer(to_pointer), -0.0];
    // SAFETY: the arrays have three elements.
    assert_eq!(unsafe { call(kernel("kept_f32"), &mut arguments) }, Ok(1.0));
    assert_eq!(to, [0.0, 0.0, 1.0]);
}
