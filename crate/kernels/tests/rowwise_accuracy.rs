//! Rowwise losses of float32 rows of every width, against plain formulas in double precision; and what isn't a number.

#[path = "support/rows.rs"]
mod rows;

use losskit_kernels::loops::row::Rowwise;
use losskit_kernels::loops::softmax::short::lanes::{SHORT, SHORT_WEIGHED};
use losskit_kernels::losses::classes::categorical_cross_entropy::{
    CategoricalCrossEntropy, CategoricalCrossEntropyDense,
};
use losskit_kernels::losses::classes::multiclass_hinge::MulticlassHinge;
use losskit_kernels::losses::classes::nll::{Nll, NllDense};
use losskit_kernels::losses::distillation::kl_divergence_logits::KlDivergenceLogits;
use losskit_kernels::losses::divergence::entropy::Entropy;
use losskit_kernels::losses::divergence::kl_divergence::KlDivergence;
use losskit_kernels::losses::gaussian::gaussian_kl::GaussianKl;
use losskit_kernels::losses::reweighted::focal::Focal;
use losskit_kernels::losses::reweighted::of_label::OfLabel;
use losskit_kernels::losses::softmax::cross_entropy::{CrossEntropy, CrossEntropyDense};
use rows::{Computed, Rowed, Rows, run};
use std::ptr::null;

const WIDTHS: [usize; 21] = [
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    10,
    15,
    16,
    17,
    24,
    31,
    SHORT_WEIGHED,
    SHORT_WEIGHED + 1,
    SHORT - 1,
    SHORT,
    SHORT + 1,
    1000,
    2501,
    50257,
];

/// Numbers that look random, in [0, 1).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    fn floats(&mut self, n: usize, low: f64, high: f64) -> Vec<f32> {
        (0..n).map(|_| (low + (high - low) * self.next()) as f32).collect()
    }
}

/// Softmax probabilities, their complements and −ln p, in doubles.
fn softmax(z: &[f32]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    softmax_at(z, 1.0)
}

/// The same with a temperature.
fn softmax_at(z: &[f32], temperature: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let top = (0..z.len()).fold(0, |best, k| if z[k] > z[best] { k } else { best });
    let gap: Vec<f64> = z.iter().map(|&x| (f64::from(z[top]) - f64::from(x)) / temperature).collect();
    let e: Vec<f64> = gap.iter().map(|g| (-g).exp()).collect();
    let rest: f64 = (0..z.len()).filter(|&k| k != top).map(|k| e[k]).sum();
    let p = e.iter().map(|e| e / (1.0 + rest)).collect();
    let q = (0..z.len()).map(|k| (if k == top { rest } else { 1.0 + rest - e[k] }) / (1.0 + rest)).collect();
    (p, q, gap.iter().map(|g| g + rest.ln_1p()).collect())
}

/// Asserts that `got` is within `ulps` of the exact results, or of `size` where terms are subtracted.
fn close(what: &str, got: &[f64], exact: &[f64], ulps: f64, size: &[f64]) {
    assert_eq!(got.len(), exact.len());
    for (i, (&got, &exact)) in got.iter().zip(exact).enumerate() {
        let unit = f64::from(f32::EPSILON) * exact.abs().max(size.get(i).copied().unwrap_or(0.0)).max(1.2e-38);
        assert!(
            (got - exact).abs() <= ulps * unit,
            "{what}[{i}] is {got:e}, should be {exact:e}: {} ULP",
            (got - exact).abs() / unit
        );
    }
}

fn rows<const I: usize>(width: usize, inputs: [Vec<f32>; I], labels: Option<Vec<i32>>) -> Rows<f32, I> {
    Rows { width, inputs, labels, weight: None, ignore_index: f64::NAN, scale: 1.0 }
}

/// What softmax may add to the four ULP: one per doubling of the width, and one per unit of the widest gap.
fn granted(width: usize, gap: f64) -> f64 {
    4.0 + (width as f64 / 16.0).log2().max(0.0) + gap
}

#[test]
fn cross_entropy_of_every_width() {
    let mut random = Random(1);
    for width in WIDTHS {
        for spread in [1.0, 8.0, 40.0] {
            let n = if width > 1000 { 2 } else { 7 };
            let z = random.floats(n * width, -spread / 2.0, spread / 2.0);
            let labels: Vec<i32> = (0..n).map(|_| (random.next() * width as f64) as i32).collect();
            let data = rows(width, [z.clone()], Some(labels.clone()));
            let result = run(&CrossEntropy::plain(null(), 0.0), &data).unwrap();
            let second = run(&OfLabel { weight: null(), formula: Focal { gamma: 0.0 } }, &data).unwrap();
            for r in 0..n {
                let (p, q, nll) = softmax(&z[r * width..][..width]);
                let y = labels[r] as usize;
                let row = r * width..(r + 1) * width;
                let gradient: Vec<f64> = (0..width).map(|k| if k == y { -q[k] } else { p[k] }).collect();
                let curvature: Vec<f64> = (0..width).map(|k| p[k] * q[k]).collect();
                let ulps = granted(width, spread);
                for (name, result) in [("crossEntropy", &result), ("focal", &second)] {
                    let what = format!("{name}, width {width}, spread {spread}:");
                    close(&format!("{what} value"), &result.values[r..=r], &[nll[y]], ulps, &[]);
                    close(&format!("{what} grad"), &result.grads[0][row.clone()], &gradient, ulps, &[]);
                    close(&format!("{what} hess"), &result.hess[0][row.clone()], &curvature, ulps, &[]);
                }
            }
        }
    }
}

/// With a temperature the width alone is granted: gaps lose nothing, however many temperatures long they are.
#[test]
fn temperatures_of_every_width() {
    let mut random = Random(5);
    // Results below the normal range may be 0.
    let least = f64::from(f32::MIN_POSITIVE);
    let flushed = |exact: &[f64]| -> Vec<f64> {
        exact.iter().map(|x| if x.abs() < least { least / f64::from(f32::EPSILON) } else { 0.0 }).collect()
    };
    for width in WIDTHS {
        for (temperature, spread) in [(0.003, 0.5), (0.07, 2.0), (0.4, 20.0), (2.5, 100.0), (40.0, 4000.0), (9e5, 1e6)]
        {
            let n = if width > 1000 { 2 } else { 7 };
            let z = random.floats(n * width, -spread / 2.0, spread / 2.0);
            let labels: Vec<i32> = (0..n).map(|_| (random.next() * width as f64) as i32).collect();
            let loss = CrossEntropy { class_weight: null(), label_smoothing: 0.0, temperature, z_loss: 0.0 };
            let result = run(&loss, &rows(width, [z.clone()], Some(labels.clone()))).unwrap();
            for r in 0..n {
                let (p, q, nll) = softmax_at(&z[r * width..][..width], temperature);
                let y = labels[r] as usize;
                let row = r * width..(r + 1) * width;
                let slope = |k: usize| if k == y { -q[k] } else { p[k] } / temperature;
                let gradient: Vec<f64> = (0..width).map(slope).collect();
                let curvature: Vec<f64> = (0..width).map(|k| p[k] * q[k] / temperature / temperature).collect();
                let (what, ulps) = (format!("width {width}, T = {temperature}:"), granted(width, 0.0));
                close(&format!("{what} value"), &result.values[r..=r], &[nll[y]], ulps, &[]);
                close(&format!("{what} grad"), &result.grads[0][row.clone()], &gradient, ulps, &flushed(&gradient));
                close(&format!("{what} hess"), &result.hess[0][row.clone()], &curvature, ulps, &flushed(&curvature));
            }
        }
    }
}

#[test]
fn dense_targets_of_every_width() {
    let mut random = Random(2);
    for width in WIDTHS {
        let n = if width > 1000 { 1 } else { 6 };
        let (z, raw) = (random.floats(n * width, -2.0, 2.0), random.floats(n * width, 0.0, 1.0));
        let y: Vec<f32> = raw.iter().map(|x| x / width as f32).collect();
        let data = rows(width, [z.clone(), y.clone()], None);
        let cross = run(&CrossEntropyDense::plain(null(), 0.0), &data).unwrap();
        let kl = run(&KlDivergenceLogits { log_target: 0.0 }, &data).unwrap();
        for r in 0..n {
            let (p, _, nll) = softmax(&z[r * width..][..width]);
            let t: Vec<f64> = y[r * width..][..width].iter().map(|&y| f64::from(y)).collect();
            let total: f64 = t.iter().sum();
            let loss: f64 = (0..width).map(|k| t[k] * nll[k]).sum();
            let entropy: f64 = t.iter().map(|t| if *t == 0.0 { 0.0 } else { -t * t.ln() }).sum();
            let gradient: Vec<f64> = (0..width).map(|k| p[k] * total - t[k]).collect();
            let size: Vec<f64> = (0..width).map(|k| (p[k] * total).max(t[k])).collect();
            let ulps = granted(width, 4.0);
            close(&format!("width {width}: value"), &cross.values[r..=r], &[loss], ulps, &[]);
            close(&format!("width {width}: KL"), &kl.values[r..=r], &[loss - entropy], ulps, &[loss.max(entropy)]);
            close(&format!("width {width}: grad"), &cross.grads[0][r * width..][..width], &gradient, ulps, &size);
            assert!(rows::same(&cross.grads[0], &kl.grads[0]), "the gradients of cross-entropy and KL differ");
        }
    }
}

#[test]
fn long_rows_of_doubles() {
    let (width, mut random) = (50257, Random(3));
    let z: Vec<f64> = random.floats(width, -1.0, 1.0).into_iter().map(f64::from).collect();
    let data =
        Rows { width, inputs: [z.clone()], labels: Some(vec![7]), weight: None, ignore_index: f64::NAN, scale: 1.0 };
    let result = run(&CrossEntropy::<f64>::plain(null(), 0.0), &data).unwrap();
    // Σ with the error of each addition kept (Kahan).
    let (mut sum, mut lost) = (0.0, 0.0);
    for e in z.iter().map(|z| z.exp()) {
        let next = sum + (e - lost);
        lost = (next - sum) - (e - lost);
        sum = next;
    }
    let ulps =
        (0..width).filter(|&k| k != 7).map(|k| (result.grads[0][k] / (z[k].exp() / sum) - 1.0).abs() / f64::EPSILON);
    assert!(ulps.fold(0.0, f64::max) < 8.0, "the sum of a long row loses accuracy");
}

#[test]
fn one_infinite_logit_is_a_limit() {
    for width in [2, 9, SHORT, SHORT + 1, 3000] {
        let (y, other) = (width / 2, width - 1);
        let mut z = vec![1.0f32; 4 * width];
        z[y] = f32::INFINITY;
        z[width + other] = f32::INFINITY;
        z[2 * width + y] = f32::NEG_INFINITY;
        z[3 * width..][..2].fill(f32::INFINITY);
        let labels = Some(vec![y as i32; 4]);
        let result = run(&CrossEntropy::plain(null(), 0.0), &rows(width, [z], labels)).unwrap();
        let undefined = result.values[3].is_nan() && result.grads[0][3 * width..].iter().all(|g| g.is_nan());
        assert!(undefined, "width {width}: two +∞ have no limit");
        let other_is_label = other == y;
        assert_eq!(result.values[0], 0.0);
        assert_eq!(result.values[1], if other_is_label { 0.0 } else { f64::INFINITY });
        assert_eq!(result.values[2], f64::INFINITY);
        assert!(result.grads[0][..width].iter().all(|g| *g == 0.0));
        if !other_is_label {
            assert_eq!((result.grads[0][width + y], result.grads[0][width + other]), (-1.0, 1.0));
        }
        assert_eq!(result.grads[0][2 * width + y], -1.0);
    }
}

#[test]
fn short_rows_do_not_depend_on_their_neighbours() {
    let mut random = Random(4);
    for width in [1, 2, 3, 4, 5, 10, SHORT - 1, SHORT] {
        let n = 11;
        let mut z = random.floats(n * width, -4.0, 4.0);
        // One row of a group each: NaN, an infinite maximum, all −∞, a masked class, the largest numbers.
        z[2 * width] = f32::NAN;
        z[4 * width] = f32::INFINITY;
        z[5 * width..6 * width].fill(f32::NEG_INFINITY);
        z[6 * width] = f32::NEG_INFINITY;
        z[7 * width] = -f32::MAX;
        z[8 * width - 1] = f32::MAX;
        let labels: Vec<i32> =
            (0..n).map(|r| if r == 3 { -7 } else { (random.next() * width as f64) as i32 }).collect();
        let weight: Vec<f32> = (0..n).map(|r| if r == 8 { 0.0 } else { 0.5 + r as f32 }).collect();
        let class_weight: Vec<f32> = (0..width).map(|k| if k == 1 { 0.0 } else { 1.0 + k as f32 }).collect();
        let p: Vec<f32> = random.floats(n * width, 0.0, 1.0);
        for cw in [null(), class_weight.as_ptr()] {
            for label_smoothing in [0.0, 0.1] {
                let labelled = |of: &[usize]| part(width, [&z], Some(&labels), &weight, of);
                neighbours(&CrossEntropy::plain(cw, label_smoothing), n, labelled);
                let dense = |of: &[usize]| part(width, [&z, &p], None, &weight, of);
                neighbours(&CrossEntropyDense::plain(cw, label_smoothing), n, dense);
                for temperature in [0.07, 3.0] {
                    neighbours(&CrossEntropy { temperature, ..CrossEntropy::plain(cw, label_smoothing) }, n, labelled);
                    neighbours(
                        &CrossEntropyDense { temperature, ..CrossEntropyDense::plain(cw, label_smoothing) },
                        n,
                        dense,
                    );
                }
                neighbours(&OfLabel { weight: cw, formula: Focal { gamma: 2.0 - 5.0 * label_smoothing } }, n, labelled);
                neighbours(&KlDivergenceLogits { log_target: 0.0 }, n, dense);
            }
        }
    }
}

/// These rows of a call.
fn part<const I: usize>(
    width: usize,
    inputs: [&[f32]; I],
    labels: Option<&[i32]>,
    weight: &[f32],
    of: &[usize],
) -> Rows<f32, I> {
    Rows {
        width,
        inputs: inputs.map(|x| of.iter().flat_map(|r| x[r * width..][..width].to_vec()).collect()),
        labels: labels.map(|labels| of.iter().map(|&r| labels[r]).collect()),
        weight: Some(of.iter().map(|&r| weight[r]).collect()),
        ignore_index: -7.0,
        scale: 0.3,
    }
}

/// Asserts that a row has the same results among all `n` as alone.
fn neighbours<const I: usize>(loss: &impl Rowwise<f32, I, 1>, n: usize, part: impl Fn(&[usize]) -> Rows<f32, I>) {
    let all = run(loss, &part(&(0..n).collect::<Vec<_>>())).unwrap();
    for r in 0..n {
        let (rows, row) = (part(&[r]), run(loss, &part(&[r])).unwrap());
        let place = r * rows.width..(r + 1) * rows.width;
        assert!(rows::same(&row.values, &all.values[r..=r]), "width {}, row {r}: value", rows.width);
        assert!(rows::same(&row.grads[0], &all.grads[0][place.clone()]), "width {}, row {r}: grad", rows.width);
        assert!(rows::same(&row.hess[0], &all.hess[0][place]), "width {}, row {r}: hess", rows.width);
    }
}

/// The row that is said to be invalid.
fn fault<const I: usize, const G: usize>(loss: &impl Rowwise<f32, I, G>, data: &Rows<f32, I>) -> Option<usize> {
    run(loss, data).err()
}

#[test]
fn faults_name_the_first_row() {
    for width in [3, 60] {
        let p = vec![1.0 / 64.0f32; 6 * width];
        let label = |row: usize, label: i32| {
            let mut labels = vec![1; 6];
            labels[row] = label;
            Some(labels)
        };
        let cross = CrossEntropy::plain(null(), 0.1);
        for row in 0..6 {
            for bad in [-1, width as i32, i32::MIN, i32::MAX] {
                let mut data = rows(width, [p.clone()], label(row, bad));
                assert_eq!(fault(&cross, &data), Some(row));
                assert_eq!(fault(&OfLabel { weight: null(), formula: Focal { gamma: 2.0 } }, &data), Some(row));
                assert_eq!(fault(&MulticlassHinge { margin: 1.0, weston_watkins: 0.0, p: 1.0 }, &data), Some(row));
                assert_eq!(fault(&Nll { class_weight: null() }, &data), Some(row));
                data.ignore_index = f64::from(bad);
                assert_eq!(fault(&cross, &data), None);
                data.ignore_index = f64::NAN;
                data.weight = Some((0..6).map(|r| if r == row { 0.0 } else { 1.0 }).collect());
                assert_eq!(fault(&cross, &data), None);
            }
            for bad in [-1e-7, 1.0000001, f32::INFINITY] {
                let mut q = p.clone();
                q[row * width + width - 1] = bad;
                let categorical = CategoricalCrossEntropy { class_weight: null(), label_smoothing: 0.0 };
                let at_the_end = Some(vec![width as i32 - 1; 6]);
                assert_eq!(fault(&categorical, &rows(width, [q.clone()], at_the_end)), Some(row));
                assert_eq!(fault(&Rowed(Entropy), &rows(width, [q.clone()], None)), Some(row));
                let (model, target) =
                    (rows(width, [q.clone(), p.clone()], None), rows(width, [p.clone(), q.clone()], None));
                let kl = |log_model| Rowed(KlDivergence { log_model, log_target: false });
                assert_eq!(fault(&kl(false), &model), Some(row));
                assert_eq!(fault(&kl(true), &model), None);
                assert_eq!(fault(&KlDivergenceLogits { log_target: 0.0 }, &target), Some(row));
                assert_eq!(fault(&kl(true), &target), Some(row));
                assert_eq!(fault(&KlDivergenceLogits { log_target: 1.0 }, &target), None);
                let dense = CrossEntropyDense::plain(null(), 0.0);
                assert_eq!(fault(&dense, &target), Some(row));
            }
            let mut q = p.clone();
            q[row * width] = f32::NAN;
            assert_eq!(fault(&Rowed(Entropy), &rows(width, [q.clone()], None)), None, "NaN is in every domain");
            let loss = run(&Rowed(Entropy), &rows(width, [q], None)).unwrap();
            assert!((0..6).all(|r| loss.values[r].is_nan() == (r == row)), "NaN stays in its row");
        }
    }
}

/// Asserts that the first row's loss and derivatives are those of the second, whose other elements are harmless.
fn unread<const I: usize>(loss: &impl Rowwise<f32, I, 1>, inputs: [[f32; 6]; I], label: Option<i32>) {
    let data = rows(3, inputs.map(Vec::from), label.map(|label| vec![label; 2]));
    let Computed { values, grads: [grad], hess: [hess], .. } = run(loss, &data).expect("what isn't used isn't checked");
    for both in [values, grad, hess] {
        let (first, second) = both.split_at(both.len() / 2);
        assert!(first.iter().all(|x| !x.is_nan()) && rows::same(first, second), "{first:?} and {second:?}");
    }
}

#[test]
fn what_isnt_used_isnt_read() {
    let (bad, y) = ([f32::NAN, 0.5, 7.0, 0.25, 0.5, 0.25], [0.0, 1.0, -0.0, 0.0, 1.0, 0.0]);
    let cw = [0.0, 2.0, 0.0];
    for class_weight in [null(), cw.as_ptr()] {
        unread(&Nll { class_weight }, [bad], Some(1));
        unread(&NllDense { class_weight }, [bad, y], None);
        unread(&CategoricalCrossEntropy { class_weight, label_smoothing: 0.0 }, [bad], Some(1));
        unread(&CategoricalCrossEntropyDense { class_weight, label_smoothing: 0.0 }, [bad, y], None);
    }
    unread(&CategoricalCrossEntropy { class_weight: cw.as_ptr(), label_smoothing: 0.1 }, [bad], Some(1));
    for log_model in [false, true] {
        unread(&Rowed(KlDivergence { log_model, log_target: false }), [bad, y], None);
        unread(&Rowed(KlDivergence { log_model, log_target: true }), [bad, y.map(f32::ln)], None);
    }
    let smoothed = CategoricalCrossEntropy { class_weight: null(), label_smoothing: 0.1 };
    assert_eq!(fault(&smoothed, &rows(3, [bad.to_vec()], Some(vec![1; 2]))), Some(0), "smoothing uses all classes");
}

#[test]
fn no_rows_and_no_classes() {
    let cross = CrossEntropy::plain(null(), 0.0);
    assert_eq!(run(&cross, &rows(3, [vec![]], Some(vec![]))).unwrap().sum, 0.0);
    assert_eq!(run(&Rowed(GaussianKl), &rows(3, [vec![], vec![]], None)).unwrap().sum, 0.0);
}
