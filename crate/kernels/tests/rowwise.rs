//! Rowwise losses: golden vectors, in both element types and every mode.

#[path = "support/rows.rs"]
mod rows;
// What a field says besides numbers is for the pointwise tests.
#[allow(dead_code)]
#[path = "support/vectors.rs"]
mod vectors;

use losskit_kernels::loops::row::Rowwise;
use losskit_kernels::losses::classes::categorical_cross_entropy::{
    CategoricalCrossEntropy, CategoricalCrossEntropyDense,
};
use losskit_kernels::losses::classes::multiclass_hinge::MulticlassHinge;
use losskit_kernels::losses::classes::nll::{Nll, NllDense};
use losskit_kernels::losses::divergence::entropy::Entropy;
use losskit_kernels::losses::divergence::kl_divergence::KlDivergence;
use losskit_kernels::losses::gaussian::gaussian_kl::GaussianKl;
use losskit_kernels::losses::softmax::cross_entropy::{CrossEntropy, CrossEntropyDense};
use losskit_kernels::losses::softmax::focal::Focal;
use losskit_kernels::simd::Float;
use rows::{Rowed, Rows, run};
use vectors::{Case, cases};

/// Runs the cases of a file in their own element type.
fn golden(name: &str, float: fn(&Case), double: fn(&Case)) {
    let all = cases(name);
    assert!(!all.is_empty());
    for case in &all {
        let one = if case.text("dtype") == Some("float32") { float } else { double };
        one(case);
    }
}

/// A case's inputs as rows.
fn read<T: Float, const I: usize>(case: &Case, inputs: [&str; I]) -> Rows<T, I> {
    let list = |key: &str| case.list(key).into_iter().map(T::from_f64).collect::<Vec<T>>();
    Rows {
        width: case.number("width", 0.0) as usize,
        inputs: inputs.map(|input| list(&format!("in.{input}"))),
        labels: case.text("labels").map(|_| case.list("labels").into_iter().map(|x| x as i32).collect()),
        weight: case.text("weight").map(|_| list("weight")),
        ignore_index: case.number("opt.ignoreIndex", f64::NAN),
        scale: 1.0,
    }
}

/// Runs a case with this loss in every mode, and compares. `share` is a row's part of the denominator of a mean.
fn check<T: Float, const I: usize, const G: usize>(
    case: &Case,
    mut rows: Rows<T, I>,
    loss: &impl Rowwise<T, I, G>,
    names: [&str; G],
    share: impl Fn(usize) -> f64,
) {
    let n = rows.rows();
    let weight = |r: usize| rows.weight.as_ref().map_or(1.0, |w| w[r].to_f64());
    let counts = |r: &usize| rows.labels.as_ref().is_none_or(|labels| f64::from(labels[*r]) != rows.ignore_index);
    let total: f64 = (0..n).filter(counts).map(|r| if weight(r) == 0.0 { 0.0 } else { weight(r) * share(r) }).sum();
    let mean = case.text("reduction") == Some("mean");
    rows.scale = if mean && total != 0.0 { 1.0 / total } else { 1.0 };
    if case.list("in.target").iter().any(|&y| y > 1.0) {
        assert!(run(loss, &rows).is_err(), "{}: a target above 1 is valid", case.place);
        return;
    }
    let result = run(loss, &rows).unwrap_or_else(|row| panic!("{}: row {row} is said to be invalid", case.place));
    if case.text("reduction") == Some("none") {
        case.expect("value", &result.values);
    } else {
        case.expect(
            "value",
            &[if mean && total == 0.0 { 0.0 } else { result.sum * if mean { rows.scale } else { 1.0 } }],
        );
    }
    for (g, name) in names.iter().enumerate() {
        case.expect(&format!("grad.{name}"), &result.grads[g]);
        if case.text(&format!("hess.{name}")).is_some() {
            case.expect(&format!("hess.{name}"), &result.hess[g]);
        }
    }
}

/// Checks a loss of classes, which has a form for labels and one for dense targets.
macro_rules! classes {
    ($test:ident, $file:literal, $input:literal, $labels:ident, $dense:ident, { $($field:ident : $option:literal),* }) => {
        #[test]
        fn $test() {
            fn one<T: Float>(case: &Case) {
                let class_weight: Vec<T> = case.list("opt.classWeight").into_iter().map(T::from_f64).collect();
                let pointer = if class_weight.is_empty() { std::ptr::null() } else { class_weight.as_ptr() };
                let weight = |k: usize| class_weight.get(k).map_or(1.0, |w| w.to_f64());
                if case.text("labels").is_some() {
                    let loss = $labels { class_weight: pointer, $($field: case.number($option, 0.0),)* };
                    let labels = case.list("labels");
                    check(case, read::<T, 1>(case, [$input]), &loss, [$input], |r| weight(labels[r] as usize));
                } else {
                    let loss = $dense { class_weight: pointer, $($field: case.number($option, 0.0),)* };
                    let (y, width) = (case.list("in.target"), case.number("width", 0.0) as usize);
                    let share = |r: usize| match class_weight.len() {
                        0 => 1.0,
                        _ => (0..width).map(|k| y[r * width + k] * weight(k)).sum(),
                    };
                    check(case, read::<T, 2>(case, [$input, "target"]), &loss, [$input], share);
                }
            }
            golden($file, one::<f32>, one::<f64>);
        }
    };
}

classes!(cross_entropy, "crossEntropy", "logits", CrossEntropy, CrossEntropyDense, { label_smoothing: "opt.labelSmoothing" });
classes!(categorical_cross_entropy, "categoricalCrossEntropy", "p", CategoricalCrossEntropy, CategoricalCrossEntropyDense,
    { label_smoothing: "opt.labelSmoothing" });
classes!(nll, "nll", "logp", Nll, NllDense, {});

#[test]
fn focal() {
    fn one<T: Float>(case: &Case) {
        let rows = read::<T, 1>(case, ["logits"]);
        let alpha = case.list("opt.alpha");
        let alpha = if alpha.len() == 1 { vec![alpha[0]; rows.width] } else { alpha };
        let alpha: Vec<T> = alpha.into_iter().map(T::from_f64).collect();
        let pointer = if alpha.is_empty() { std::ptr::null() } else { alpha.as_ptr() };
        check(case, rows, &Focal { alpha: pointer, gamma: case.number("opt.gamma", 2.0) }, ["logits"], |_| 1.0);
    }
    golden("focal", one::<f32>, one::<f64>);
}

#[test]
fn multiclass_hinge() {
    fn one<T: Float>(case: &Case) {
        let weston_watkins = f64::from(case.text("opt.variant") == Some("westonWatkins"));
        let loss =
            MulticlassHinge { margin: case.number("opt.margin", 1.0), weston_watkins, p: case.number("opt.p", 1.0) };
        check(case, read::<T, 1>(case, ["logits"]), &loss, ["logits"], |_| 1.0);
    }
    golden("multiclassHinge", one::<f32>, one::<f64>);
}

#[test]
fn kl_divergence() {
    fn one<T: Float>(case: &Case) {
        let input = match case.text("opt.input") {
            Some("logits") => 2.0,
            Some("logProbabilities") => 1.0,
            _ => 0.0,
        };
        let log_target = f64::from(case.text("opt.target") == Some("logProbabilities"));
        check(case, read::<T, 2>(case, ["q", "p"]), &KlDivergence { input, log_target }, ["q"], |_| 1.0);
    }
    golden("klDivergence", one::<f32>, one::<f64>);
}

#[test]
fn entropy() {
    fn one<T: Float>(case: &Case) {
        check(case, read::<T, 1>(case, ["p"]), &Rowed(Entropy), ["p"], |_| 1.0);
    }
    golden("entropy", one::<f32>, one::<f64>);
}

#[test]
fn gaussian_kl() {
    fn one<T: Float>(case: &Case) {
        check(case, read::<T, 2>(case, ["mu", "logVar"]), &Rowed(GaussianKl), ["mu", "logVar"], |_| 1.0);
    }
    golden("gaussianKl", one::<f32>, one::<f64>);
}
