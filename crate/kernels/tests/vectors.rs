//! The golden vectors, run by the kernels on the host: the same functions that the WebAssembly modules hold.
//!
//! A mean is the facade's business, so cases with `reduction=mean` are left to the tests in TypeScript.

#[path = "support/call.rs"]
mod call;
#[path = "support/vectors.rs"]
mod support;

use call::{call, count, kernel, pointer};
use losskit_kernels::simd::Float;
use std::ptr::null;
use support::{Case, cases};

/// Rounds to the element type: the vectors' inputs are exact in it.
fn cast<T: Float>(list: &[f64]) -> Vec<T> {
    list.iter().map(|&x| T::from_f64(x)).collect()
}

fn widen<T: Float>(list: &[T]) -> Vec<f64> {
    list.iter().map(|x| x.to_f64()).collect()
}

/// The address of an array, or null if it is absent.
fn address<T>(list: &[T]) -> *const T {
    if list.is_empty() { null() } else { list.as_ptr() }
}

/// Whether a field is a list.
fn is_list(case: &Case, key: &str) -> bool {
    case.text(key).is_some_and(|text| text.contains(','))
}

/// Options as numbers: a list (`posWeight` for each class) is not one, and travels as a stream.
fn option(case: &Case, name: &str, default: f64) -> f64 {
    let key = format!("opt.{name}");
    if is_list(case, &key) { default } else { case.number(&key, default) }
}

/// α for the classes 1 and 0.
fn alphas(case: &Case) -> (f64, f64) {
    case.text("opt.alpha").map_or((1.0, 1.0), |_| {
        let alpha = case.number("opt.alpha", 0.0);
        (alpha, 1.0 - alpha)
    })
}

/// The per-class `posWeight` repeated for every row, one number an element; empty if there is none.
fn stream(case: &Case, n: usize) -> Vec<f64> {
    if !is_list(case, "opt.posWeight") {
        return Vec::new();
    }
    case.list("opt.posWeight").into_iter().cycle().take(n).collect()
}

/// One weight an element, also where the file has one a row.
fn weights(case: &Case, n: usize) -> Vec<f64> {
    let weight = case.list("weight");
    let each = if weight.is_empty() { 1 } else { n / weight.len() };
    weight.into_iter().flat_map(|w| vec![w; each]).collect()
}

/// The cases that a kernel can run by itself.
fn runnable(loss: &str) -> Vec<Case> {
    let cases: Vec<_> = cases(loss).into_iter().filter(|case| case.text("reduction") != Some("mean")).collect();
    assert!(cases.len() > 5, "{loss} has hardly any cases");
    cases
}

/// Runs the cases of a pointwise loss: `loss, kernel; inputs; gradients; second derivatives; |case| parameters`.
macro_rules! pointwise {
    ($loss:literal, $name:ident; $($input:literal)+; $($grad:literal)+; $($hess:literal)*; |$case:ident| $($param:expr),*) => {
        for $case in runnable($loss) {
            match $case.text("dtype") {
                Some("float32") => pointwise!(@run $loss f32 concat!(stringify!($name), "_f32"), $case; $($input)+; $($grad)+; $($hess)*; $($param),*),
                _ => pointwise!(@run $loss f64 concat!(stringify!($name), "_f64"), $case; $($input)+; $($grad)+; $($hess)*; $($param),*),
            }
        }
    };
    (@run $loss:literal $t:ident $kernel:expr, $case:ident; $($input:literal)+; $($grad:literal)+; $($hess:literal)*; $($param:expr),*) => {{
        let n = $case.list(concat!("in.", pointwise!(@first $($input)+))).len();
        let weight: Vec<$t> = cast(&weights(&$case, n));
        let mut values: Vec<$t> = vec![0.0; n];
        let mut grads = [$((concat!("grad.", $grad), vec![0.0 as $t; n])),+].to_vec();
        let mut hess: Vec<(&str, Vec<$t>)> = [$((concat!("hess.", $hess), vec![0.0 as $t; n])),*].to_vec();
        let mut outputs = grads.iter_mut().chain(hess.iter_mut()).map(|(_, array)| array.as_mut_ptr());
        let mut arguments = vec![
            0.0, 0.0, 1.0, count(n), pointer(values.as_mut_ptr()), pointer(address(&weight)),
            $(pointer(address(&cast::<$t>(&match $input {
                "posWeight" => stream(&$case, n),
                name => $case.list(&format!("in.{name}")),
            }).leak())),)+
            $({ let _ = $grad; pointer(outputs.next().expect("a gradient")) },)+
            $({ let _ = $hess; pointer(outputs.next().expect("a second derivative")) },)*
            $($param),*
        ];
        // SAFETY: every array has n elements, and outputs overlap nothing.
        let sum = unsafe { call(kernel($kernel), &mut arguments) }.expect($loss);
        drop(outputs);
        match $case.text("reduction") {
            Some("none") => $case.expect("value", &widen(&values)),
            _ => $case.expect("value", &[sum]),
        }
        for (key, array) in grads.iter().chain(&hess) {
            if $case.text(key).is_some() {
                $case.expect(key, &widen(array));
            }
        }
    }};
    (@first $first:literal $($rest:literal)*) => { $first };
}

#[test]
fn regression() {
    pointwise!("mse", mse; "pred" "target"; "pred"; "pred"; |case|);
    pointwise!("mae", mae; "pred" "target"; "pred"; "pred"; |case|);
    pointwise!("huber", huber; "pred" "target"; "pred"; "pred"; |case| option(&case, "delta", 1.0));
    pointwise!("smoothL1", smooth_l1; "pred" "target"; "pred"; "pred"; |case| option(&case, "beta", 1.0));
    pointwise!("logCosh", log_cosh; "pred" "target"; "pred"; "pred"; |case|);
}

#[test]
fn margins() {
    pointwise!("hinge", hinge; "pred" "target"; "pred"; "pred"; |case| option(&case, "margin", 1.0));
    pointwise!("squaredHinge", squared_hinge; "pred" "target"; "pred"; "pred";
        |case| option(&case, "margin", 1.0));
}

#[test]
fn binary_cross_entropy() {
    pointwise!("binaryCrossEntropy", binary_cross_entropy; "p" "target" "posWeight"; "p"; "p";
        |case| option(&case, "posWeight", 1.0), option(&case, "labelSmoothing", 0.0), option(&case, "eps", 0.0));
    pointwise!("binaryCrossEntropyWithLogits", binary_cross_entropy_with_logits;
        "logits" "target" "posWeight"; "logits"; "logits";
        |case| option(&case, "posWeight", 1.0), option(&case, "labelSmoothing", 0.0));
}

#[test]
fn binary_focal() {
    pointwise!("binaryFocal", binary_focal; "p" "target"; "p"; "p";
        |case| option(&case, "gamma", 2.0), alphas(&case).0, alphas(&case).1);
    pointwise!("binaryFocalWithLogits", binary_focal_with_logits; "logits" "target"; "logits"; "logits";
        |case| option(&case, "gamma", 2.0), alphas(&case).0, alphas(&case).1);
}

#[test]
fn gaussian_nll() {
    pointwise!("gaussianNll", gaussian_nll; "mean" "target" "logVar"; "mean" "logVar"; "mean" "logVar";
        |case| f64::from(case.text("opt.full") == Some("true")));
}

#[test]
fn penalties() {
    pointwise!("l1", l1; "theta"; "theta"; ; |case|);
    pointwise!("l2", l2; "theta"; "theta"; ; |case| f64::from(case.text("opt.half") == Some("true")));
    pointwise!("elasticNet", elastic_net; "theta"; "theta"; ; |case| option(&case, "l1Ratio", 0.5));
}
