//! The shipped kernels of elements differentiate themselves: their value on dual numbers must have their own gradient as its derivative,
//! and their gradient their own second derivative. At random points, which aren't kinks, with every set of parameters that has bits.

// Only the data of the calls is needed here, not their hashes.
#[allow(dead_code)]
#[path = "bits/mod.rs"]
mod bits;

use bits::{Arrays, Line, lines};
use losskit_kernels::abi::Entry;
use losskit_kernels::loops::element::{Pointwise, Terms};
use losskit_kernels::losses::REGISTRIES;
use losskit_kernels::losses::divergence::kl_divergence::KlDivergence;
use losskit_kernels::simd::Vector;
use losskit_kernels::simd::dual::differentiate;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Asserts that a derivative and what the kernel says of it agree.
fn check(name: &str, x: &[f64], [[derivative, gradient], [second, hess]]: [[f64; 2]; 2], has_hess: bool) {
    assert!(close(derivative, gradient), "{name} at {x:?}: dvalue = {derivative}, gradient = {gradient}");
    assert!(!has_hess || close(second, hess), "{name} at {x:?}: dgradient = {second}, second derivative = {hess}");
}

/// The places of the inputs that the gradients are with respect to: `grad_mean` is that of `mean`, `grad` that of the first.
fn differentiable(entry: &Entry, inputs: &[&str]) -> Vec<usize> {
    let names = entry.arguments.iter().filter_map(|name| name.strip_prefix("grad"));
    names.map(|name| inputs.iter().position(|input| name.strip_prefix('_') == Some(input)).unwrap_or(0)).collect()
}

/// Points for a kernel, and parameters: those of its lines, in which every input has its domain.
fn points(line: &Line, inputs: usize) -> impl Iterator<Item = Vec<f64>> {
    let arrays = Arrays::<f64>::new(line, 0, 0);
    // A stream of one number a class, which the lines leave out, is positive.
    (0..arrays.inputs[0].len().min(400))
        .map(move |at| (0..inputs).map(|i| arrays.inputs.get(i).map_or(1.7, |x| x[at])).collect())
}

#[test]
fn kernels_differentiate_themselves() {
    let lines = lines();
    let entries = REGISTRIES.iter().flat_map(|registry| registry.as_flattened());
    for entry in entries.filter(|entry| entry.name.ends_with("_f64")) {
        let Some(differentiate) = entry.differentiate else { continue };
        let outputs = entry.arguments.iter().position(|name| name.starts_with("grad")).expect("a gradient");
        let first = entry.arguments.iter().position(|name| *name == "weight").expect("weights") + 1;
        let inputs = &entry.arguments[first..outputs];
        let count = |kind: &str| entry.arguments.iter().filter(|name| name.starts_with(kind)).count();
        let (gradients, second) = (count("grad"), count("hess"));
        let has_hess = second > 0;
        // A clamped probability keeps its gradient alive where the value no longer changes.
        let own = lines.iter().filter(|line| line.kernel == entry.name && !line.text.contains("\"eps\""));
        for line in own {
            for x in points(line, inputs.len()) {
                for (g, input) in differentiable(entry, inputs).into_iter().enumerate() {
                    check(&line.text, &x, differentiate(&x, input, g, &line.params), has_hess);
                }
            }
        }
        // Parts of other losses have no lines: any numbers, then.
        if !lines.iter().any(|line| line.kernel == entry.name) {
            let params = vec![0.3; entry.count - outputs - gradients - second];
            for x in [-7.3, -0.4, 3e-4, 1.9].map(|x| [x, 0.1, 0.6, 2.0]) {
                for (g, input) in differentiable(entry, inputs).into_iter().enumerate() {
                    check(entry.name, &x, differentiate(&x, input, g, &params), has_hess);
                }
            }
        }
    }
}

/// The term of a divergence, which its rows make of two forms of each input.
#[test]
fn terms_of_a_divergence() {
    let units = [1e-6, 0.01, 0.2, 0.49, 0.63, 0.97, 0.999_99];
    for (q, p) in units.into_iter().flat_map(|q| units.map(|p| (q, p))) {
        for (log_model, log_target) in [(false, false), (false, true), (true, false), (true, true)] {
            let given = |is_log: bool, x: f64| if is_log { x.ln() } else { x };
            let x = [given(log_model, q), given(log_target, p)];
            check("a term", &x, differentiate(&KlDivergence { log_model, log_target }, &x, 0, 0), true);
        }
    }
}

/// The check itself: a wrong gradient is caught.
#[test]
#[should_panic(expected = "gradient")]
fn a_wrong_gradient_is_caught() {
    struct Wrong;
    impl Pointwise<1, 1> for Wrong {
        fn eval<V: Vector>(&self, [x]: [V; 1], _: [V; 2]) -> Terms<V, 1> {
            Terms { value: x * x, grad: [x], hess: [V::c(1.0)] }
        }
    }
    check("wrong", &[3.0], differentiate(&Wrong, &[3.0], 0, 0), true);
}
