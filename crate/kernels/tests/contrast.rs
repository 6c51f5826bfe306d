//! The losses of the contrast family against whole matrices of scores, where tiles matter.

use losskit_kernels::loops::Total;
use losskit_kernels::loops::batch::{Batch, Tasks, run};
use losskit_kernels::losses::contrast::{info_nce, sig_lip, sup_con};
use losskit_kernels::simd::Float;
use std::ptr::{null, null_mut};

/// A loss with its parameters.
#[derive(Clone, Copy, Debug)]
enum Loss {
    InfoNce { temperature: f64, normalize: bool, symmetric: bool },
    SigLip { scale: f64, bias: f64, normalize: bool },
    SupCon { temperature: f64, normalize: bool },
}

/// What a batch gives: of a loss of one input the second gradient is empty.
#[derive(Debug)]
struct Outcome<T> {
    sum: f64,
    values: Vec<T>,
    grads: [Vec<T>; 2],
    slopes: [f64; 2],
}

impl Loss {
    fn work_size<T: Float>(self, n: usize, m: usize, dim: usize, threads: usize) -> usize {
        match self {
            Loss::InfoNce { .. } => info_nce::work_size::<T>(n, m, dim, threads),
            Loss::SigLip { .. } => sig_lip::work_size::<T>(n, m, dim, threads),
            Loss::SupCon { .. } => sup_con::work_size::<T>(n, m, dim, threads),
        }
    }

    /// Runs the kernel, first for losses alone, then for gradients in place.
    fn calculate<T: Float>(self, dim: usize, [a, b]: [&[T]; 2], labels: &[i32]) -> Outcome<T> {
        let (n, m) = (a.len() / dim, b.len() / dim);
        let mut work = vec![f64::NAN; self.work_size::<T>(n, m, dim, 1).div_ceil(8)];
        let (mut values, mut grads) = (vec![T::from_f64(7.0); n], [a.to_vec(), b.to_vec()]);
        let places = grads.each_mut().map(|g| g.as_mut_ptr());
        let mut batch = Batch {
            scale: 1.0,
            tasks: Tasks::default(),
            threads: 1,
            n,
            m,
            dim,
            values: values.as_mut_ptr(),
            inputs: places.map(|p| p.cast_const()),
            labels: if labels.is_empty() { null() } else { labels.as_ptr() },
            grads: [null_mut(); 2],
            work: work.as_mut_ptr().cast(),
        };
        // SAFETY: the arrays have the lengths that the batch names.
        let value = unsafe { self.run(&batch) }.0.value();
        (batch.values, batch.grads) = (null_mut(), places);
        // SAFETY: as above.
        let (sum, slopes) = unsafe { self.run(&batch) };
        assert_eq!(sum.value().to_bits(), value.to_bits());
        Outcome { sum: value, values, grads, slopes }
    }

    /// Runs the kernel on a batch.
    ///
    /// # Safety
    /// - The arrays have the lengths that the batch names.
    unsafe fn run<T: Float>(self, batch: &Batch<T>) -> (Total, [f64; 2]) {
        // SAFETY: the caller's guarantee.
        unsafe {
            match self {
                Loss::InfoNce { temperature, normalize, symmetric } => {
                    run(&info_nce::InfoNce { temperature, normalize, symmetric }.of(batch), batch)
                }
                Loss::SigLip { scale, bias, normalize } => {
                    run(&sig_lip::SigLip { scale, bias, normalize }.of(batch), batch)
                }
                Loss::SupCon { temperature, normalize } => {
                    run(&sup_con::SupCon { temperature, normalize }.of(batch), batch)
                }
            }
        }
    }

    /// The same as [`Self::calculate`] in steps, as so many threads have memory for; the tasks of a step in the reverse order.
    fn in_steps<T: Float>(self, dim: usize, [a, b]: [&[T]; 2], labels: &[i32], threads: usize) -> Outcome<T> {
        let (n, m) = (a.len() / dim, b.len() / dim);
        let mut work = vec![f64::NAN; self.work_size::<T>(n, m, dim, threads).div_ceil(8)];
        let (mut values, mut grads) = (vec![T::from_f64(7.0); n], [a.to_vec(), b.to_vec()]);
        let places = grads.each_mut().map(|g| g.as_mut_ptr());
        let mut batch = Batch {
            scale: 1.0,
            tasks: Tasks { step: 1, first: 1, count: 0 },
            threads,
            n,
            m,
            dim,
            values: values.as_mut_ptr(),
            inputs: [a.as_ptr(), b.as_ptr()],
            labels: if labels.is_empty() { null() } else { labels.as_ptr() },
            grads: places,
            work: work.as_mut_ptr().cast(),
        };
        loop {
            // SAFETY: the arrays have the lengths that the batch names, and all steps before are done.
            let tasks = unsafe { self.run(&batch) }.0.value();
            for first in (1..=tasks.abs() as usize).rev() {
                batch.tasks = Tasks { first, count: 1, ..batch.tasks };
                // SAFETY: as above.
                let (sum, slopes) = unsafe { self.run(&batch) };
                if tasks == -1.0 {
                    return Outcome { sum: sum.value(), values, grads, slopes };
                }
            }
            batch.tasks = Tasks { step: batch.tasks.step + 1, first: 1, count: 0 };
        }
    }

    /// The losses, from the whole matrix, as the formulas have them.
    fn oracle(self, dim: usize, [a, b]: [&[f64]; 2], labels: &[i32]) -> Vec<f64> {
        let (a, b) = (self.units(dim, a), self.units(dim, if b.is_empty() { a } else { b }));
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let lse = |s: &[f64]| {
            let top = s.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            top + s.iter().map(|x| (x - top).exp()).sum::<f64>().ln()
        };
        let s = |i: usize, j: usize| dot(&a[i], &b[j]);
        (0..a.len())
            .map(|i| match self {
                Loss::InfoNce { temperature: t, symmetric, .. } => {
                    let row: Vec<f64> = (0..b.len()).map(|j| s(i, j) / t).collect();
                    let column: Vec<f64> = (0..a.len()).map(|j| s(j, i) / t).collect();
                    let of = |all: &[f64]| lse(all) - s(i, i) / t;
                    if symmetric { 0.5 * (of(&row) + of(&column)) } else { of(&row) }
                }
                Loss::SigLip { scale, bias, .. } => (0..b.len())
                    .map(|j| {
                        let x = (scale * s(i, j) + bias) * if i == j { -1.0 } else { 1.0 };
                        x.max(0.0) + (-x.abs()).exp().ln_1p()
                    })
                    .sum(),
                Loss::SupCon { temperature: t, .. } => {
                    let others: Vec<usize> = (0..a.len()).filter(|&k| k != i).collect();
                    let same: Vec<f64> =
                        others.iter().filter(|&&k| labels[k] == labels[i]).map(|&k| s(i, k) / t).collect();
                    let all: Vec<f64> = others.iter().map(|&k| s(i, k) / t).collect();
                    if same.is_empty() { 0.0 } else { lse(&all) - same.iter().sum::<f64>() / same.len() as f64 }
                }
            })
            .collect()
    }

    fn units(self, dim: usize, z: &[f64]) -> Vec<Vec<f64>> {
        let (Loss::InfoNce { normalize, .. } | Loss::SigLip { normalize, .. } | Loss::SupCon { normalize, .. }) = self;
        let length = |z: &[f64]| if normalize { z.iter().map(|x| x * x).sum::<f64>().sqrt() } else { 1.0 };
        z.chunks(dim).map(|z| z.iter().map(|x| if length(z) == 0.0 { 0.0 } else { x / length(z) }).collect()).collect()
    }
}

/// Random embeddings whose pairs are alike, with a zero vector among many; labels of few classes.
fn random(n: usize, m: usize, dim: usize) -> ([Vec<f64>; 2], Vec<i32>) {
    let mut state = (n * 1000 + dim) as u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((state >> 33) as f32 / (1u64 << 30) as f32 - 1.0)
    };
    let a: Vec<f64> = (0..n * dim).map(|i| if n > 9 && i / dim == 3 { 0.0 } else { next() }).collect();
    let b = (0..m * dim).map(|i| f64::from((a.get(i).copied().unwrap_or_default() + next()) as f32)).collect();
    // Classes of one, of two, and of many.
    let class = |i: usize| {
        if i < 2 {
            0
        } else if i < 4 {
            i - 1
        } else {
            3 + i % 3
        }
    };
    ([a, b], (0..n).map(|i| class(i).min(n - 1) as i32).collect())
}

fn all_losses() -> Vec<Loss> {
    let mut all = vec![];
    for (temperature, normalize) in [(0.5, true), (0.02, true), (0.001, true), (0.5, false)] {
        for symmetric in [false, true] {
            all.push(Loss::InfoNce { temperature, normalize, symmetric });
        }
        all.push(Loss::SupCon { temperature, normalize });
    }
    for (scale, bias, normalize) in [(10.0, -10.0, true), (1.0, 3.0, true), (100.0, -5.0, true), (0.5, -1.0, false)] {
        all.push(Loss::SigLip { scale, bias, normalize });
    }
    all
}

/// The inputs that a loss takes of these.
fn taken(loss: Loss, n: usize, m: usize, dim: usize) -> ([Vec<f64>; 2], Vec<i32>) {
    match loss {
        Loss::SupCon { .. } => {
            let ([a, _], labels) = random(n, 0, dim);
            ([a, vec![]], labels)
        }
        Loss::InfoNce { symmetric: false, .. } => (random(n, m, dim).0, vec![]),
        _ => (random(n, n, dim).0, vec![]),
    }
}

fn compare<T: Float>(loss: Loss, (n, m, dim): (usize, usize, usize), precision: f64) {
    let ([a, b], labels) = taken(loss, n, m, dim);
    let losses = loss.oracle(dim, [&a, &b], &labels);
    let [ta, tb] = [&a, &b].map(|z| z.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>());
    let got = loss.calculate(dim, [&ta, &tb], &labels);
    let size = losses.iter().fold(1.0, |size: f64, x| size.max(x.abs()));
    for (i, (want, got)) in losses.iter().zip(&got.values).enumerate() {
        let error = (want - got.to_f64()).abs() / size;
        assert!(error < precision, "{loss:?} {n} {m} {dim}: loss {i} is {}, should be {want}", got.to_f64());
    }
    // Gradients of float32 are those of float64, which slopes are compared with below.
    let exact = loss.calculate(dim, [&a, &b], &labels);
    for (want, got) in exact.grads.iter().zip(&got.grads) {
        let size = want.iter().fold(1.0, |size: f64, x| size.max(x.abs()));
        for (i, (want, got)) in want.iter().zip(got).enumerate() {
            let error = (want - got.to_f64()).abs() / size;
            assert!(error < precision, "{loss:?} {n} {m} {dim}: gradient {i} is {}, should be {want}", got.to_f64());
        }
    }
}

#[test]
fn tiles_give_what_the_whole_matrix_gives() {
    for loss in all_losses() {
        // Embeddings of few elements don't all fit the work area: the second pass computes some tiles anew.
        for size in
            [(1, 1, 5), (2, 3, 3), (5, 9, 16), (31, 31, 8), (32, 70, 7), (65, 66, 40), (100, 130, 24), (130, 200, 3)]
        {
            compare::<f32>(loss, size, 3e-4);
            compare::<f64>(loss, size, 1e-12);
        }
    }
}

/// All bits of a result.
fn bits<T: Float>(outcome: &Outcome<T>) -> Vec<u64> {
    let Outcome { sum, values, grads, slopes } = outcome;
    let arrays = [values, &grads[0], &grads[1]].into_iter().flatten().map(|x| x.to_f64().to_bits());
    [sum, &slopes[0], &slopes[1]].map(|x| x.to_bits()).into_iter().chain(arrays).collect()
}

#[test]
fn steps_give_the_same_bits() {
    for loss in all_losses() {
        // Embeddings of few elements have memory for few tiles, which come in waves.
        for size in [(1, 1, 5), (5, 9, 16), (130, 200, 40), (760, 800, 3)] {
            for threads in [2, 7] {
                let ([a, b], labels) = taken(loss, size.0, size.1, size.2);
                let want = bits(&loss.calculate(size.2, [&a, &b], &labels));
                let got = bits(&loss.in_steps(size.2, [&a, &b], &labels, threads));
                assert!(want == got, "{loss:?} {size:?} {threads}");
                let [a, b] = [&a, &b].map(|z| z.iter().map(|&x| x as f32).collect::<Vec<f32>>());
                let want = bits(&loss.calculate(size.2, [&a, &b], &labels));
                let got = bits(&loss.in_steps(size.2, [&a, &b], &labels, threads));
                assert!(want == got, "{loss:?} {size:?} {threads} float32");
            }
        }
    }
}

#[test]
fn gradients_are_the_slopes_of_values() {
    for loss in all_losses() {
        for (n, m) in [(3, 5), (7, 7), (70, 80)] {
            let (z, labels) = taken(loss, n, m, 5);
            let sum = |loss: Loss, z: &[Vec<f64>; 2]| loss.calculate(5, [&z[0], &z[1]], &labels).sum;
            let got = loss.calculate(5, [&z[0], &z[1]], &labels);
            let close = |slope: f64, want: f64, what: &str| {
                assert!((slope - want).abs() < 1e-5 * want.abs().max(10.0), "{loss:?} {n} {m} {what}: {slope} {want}");
            };
            for h in 0..2 {
                for i in (0..z[h].len()).step_by(if n > 10 { 37 } else { 1 }) {
                    // A zero vector has no slope.
                    if n > 9 && h == 0 && i / 5 == 3 {
                        continue;
                    }
                    let at = |step: f64| {
                        let mut moved = z.clone();
                        moved[h][i] += step;
                        sum(loss, &moved)
                    };
                    close((at(1e-6) - at(-1e-6)) / 2e-6, got.grads[h][i], "gradient");
                }
            }
            let by = |with: &dyn Fn(f64) -> Loss, x: f64| {
                let step = 1e-6 * x.abs();
                (sum(with(x + step), &z) - sum(with(x - step), &z)) / (2.0 * step)
            };
            match loss {
                Loss::InfoNce { temperature, normalize, symmetric } => {
                    let slope = by(&|temperature| Loss::InfoNce { temperature, normalize, symmetric }, temperature);
                    close(slope * temperature, got.slopes[0] * temperature, "temperature");
                }
                Loss::SupCon { temperature, normalize } => {
                    let slope = by(&|temperature| Loss::SupCon { temperature, normalize }, temperature);
                    close(slope * temperature, got.slopes[0] * temperature, "temperature");
                }
                Loss::SigLip { scale, bias, normalize } => {
                    close(by(&|scale| Loss::SigLip { scale, bias, normalize }, scale), got.slopes[0], "scale");
                    close(by(&|bias| Loss::SigLip { scale, bias, normalize }, bias), got.slopes[1], "bias");
                }
            }
        }
    }
}

#[test]
fn huge_and_missing_batches() {
    for loss in all_losses() {
        assert!(loss.work_size::<f32>(usize::MAX / 8, usize::MAX / 8, 1000, 2) > usize::MAX / 2);
        assert_eq!(loss.calculate::<f32>(4, [&[], &[]], &[]).sum, 0.0);
    }
}
