//! NT-Xent against the whole matrix of scores, where tiles matter.

use losskit_kernels::loops::batch::{Batch, Tasks, run};
use losskit_kernels::losses::batch::nt_xent::{NtXent, work_size};
use losskit_kernels::simd::Float;

/// What a batch gives.
struct Outcome<T> {
    sum: f64,
    values: Vec<T>,
    /// Both gradients, one after the other.
    grads: Vec<T>,
    by_temperature: f64,
}

fn calculate<T: Float>(loss: &NtXent, dim: usize, [za, zb]: [&[T]; 2], scale: f64) -> Outcome<T> {
    let pairs = za.len() / dim;
    let mut work = vec![f64::NAN; work_size::<T>(pairs, pairs, dim, 1).div_ceil(8)];
    let (mut values, mut grads) = (vec![T::from_f64(7.0); 2 * pairs], [za.to_vec(), zb.to_vec()]);
    let places = grads.each_mut().map(|g| g.as_mut_ptr());
    let mut batch = Batch {
        scale,
        tasks: Tasks::default(),
        threads: 1,
        n: pairs,
        m: pairs,
        dim,
        values: values.as_mut_ptr(),
        // In place: gradients replace the embeddings.
        inputs: places.map(|p| p.cast_const()),
        labels: std::ptr::null(),
        grads: [std::ptr::null_mut(); 2],
        work: work.as_mut_ptr().cast(),
    };
    // SAFETY: the arrays have the lengths that the batch names.
    let value = unsafe { run(&loss.of(&batch), &batch) }.0.value();
    (batch.values, batch.grads) = (std::ptr::null_mut(), places);
    // SAFETY: as above.
    let (sum, slopes) = unsafe { run(&loss.of(&batch), &batch) };
    let sum = sum.value();
    assert_eq!(sum.to_bits(), value.to_bits());
    Outcome { sum, values, grads: grads.concat(), by_temperature: slopes[0] }
}

/// Losses and gradient from the whole matrix, as the formulas have them.
fn oracle(loss: &NtXent, dim: usize, z: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (views, dot) = (z.len() / dim, |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>());
    let lengths: Vec<f64> = z.chunks(dim).map(|z| if loss.normalize { dot(z, z).sqrt() } else { 1.0 }).collect();
    let unit =
        |i: usize| z[i * dim..][..dim].iter().map(|x| if lengths[i] == 0.0 { 0.0 } else { x / lengths[i] }).collect();
    let u: Vec<Vec<f64>> = (0..views).map(unit).collect();
    let (mut losses, mut sums) = (vec![0.0; views], vec![vec![0.0; dim]; views]);
    for i in 0..views {
        let (partner, score) = ((i + views / 2) % views, |k: usize| dot(&u[i], &u[k]) / loss.temperature);
        let others = || (0..views).filter(|k| *k != i);
        let top = others().map(score).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = others().map(|k| (score(k) - top).exp()).sum();
        losses[i] = top - score(partner) + total.ln();
        for k in others() {
            let slope = (score(k) - top).exp() / total - if k == partner { 1.0 } else { 0.0 };
            for d in 0..dim {
                sums[i][d] += slope * u[k][d] / loss.temperature;
                sums[k][d] += slope * u[i][d] / loss.temperature;
            }
        }
    }
    let gradient = (0..views).flat_map(|i| {
        let along = if loss.normalize { dot(&sums[i], &u[i]) } else { 0.0 };
        let (sums, u, length) = (&sums[i], &u[i], lengths[i]);
        (0..dim).map(move |d| if length == 0.0 { 0.0 } else { (sums[d] - along * u[d]) / length }).collect::<Vec<_>>()
    });
    (losses, gradient.collect())
}

/// Random embeddings whose pairs are alike, with a zero vector among many.
fn random(pairs: usize, dim: usize) -> Vec<f64> {
    let mut state = (pairs * 1000 + dim) as u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((state >> 33) as f32 / (1u64 << 30) as f32 - 1.0)
    };
    let first: Vec<f64> = (0..pairs * dim).map(|i| if pairs > 9 && i / dim == 3 { 0.0 } else { next() }).collect();
    let second: Vec<f64> = first.iter().map(|x| f64::from((x + next()) as f32)).collect();
    [first, second].concat()
}

fn compare<T: Float>(loss: &NtXent, pairs: usize, dim: usize, precision: f64) {
    let z = random(pairs, dim);
    let (losses, gradient) = oracle(loss, dim, &z);
    let z: Vec<T> = z.into_iter().map(T::from_f64).collect();
    let (za, zb) = z.split_at(pairs * dim);
    let Outcome { values: got, grads, .. } = calculate(loss, dim, [za, zb], 1.0);
    for (name, want, got) in [("loss", &losses, &got), ("gradient", &gradient, &grads)] {
        let size = want.iter().fold(1.0, |size: f64, x| size.max(x.abs()));
        for (i, (want, got)) in want.iter().zip(got).enumerate() {
            let error = (want - got.to_f64()).abs() / size;
            assert!(error < precision, "{pairs} pairs of {dim}: {name} {i} is {}, should be {want}", got.to_f64());
        }
    }
}

#[test]
fn tiles_give_what_the_whole_matrix_gives() {
    for (temperature, normalize) in [(0.5, true), (0.02, true), (0.01, true), (0.5, false)] {
        let loss = NtXent { temperature, normalize };
        // Pairs of few elements don't all fit the work area: the second pass computes some tiles anew.
        for (pairs, dim) in [(1, 5), (2, 3), (5, 16), (31, 8), (32, 7), (33, 40), (100, 24), (130, 3), (40, 300)] {
            let hardness = if normalize { 1.0 / temperature } else { dim as f64 };
            compare::<f32>(&loss, pairs, dim, 1e-6 * hardness.max(2.0));
            compare::<f64>(&loss, pairs, dim, 2e-15 * hardness.max(2.0));
        }
    }
}

#[test]
fn gradients_are_the_slopes_of_values() {
    for (temperature, normalize) in [(0.5, true), (0.001, true), (0.5, false)] {
        let (loss, z) = (NtXent { temperature, normalize }, random(3, 5));
        let run = |z: &[f64]| calculate(&loss, 5, [&z[..15], &z[15..]], 1.0);
        let Outcome { grads: gradient, by_temperature, .. } = run(&z);
        for (i, want) in gradient.into_iter().enumerate() {
            let at = |step: f64| {
                let mut moved = z.clone();
                moved[i] += step;
                run(&moved).sum
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((slope - want).abs() < 1e-6 * want.abs().max(1.0), "{temperature}: {slope} {want}");
        }
        let at = |temperature: f64| calculate(&NtXent { temperature, normalize }, 5, [&z[..15], &z[15..]], 1.0).sum;
        let step = 1e-6 * temperature;
        let slope = (at(temperature + step) - at(temperature - step)) / (2.0 * step);
        assert!(
            (slope - by_temperature).abs() < 1e-6 * slope.abs().max(1.0),
            "{temperature}: {slope} {by_temperature}"
        );
    }
}

#[test]
fn huge_and_missing_batches() {
    assert!(work_size::<f32>(usize::MAX / 8, usize::MAX / 8, 1000, 2) > usize::MAX / 2);
    let loss = NtXent { temperature: 0.5, normalize: true };
    assert_eq!(calculate::<f32>(&loss, 4, [&[], &[]], 1.0).sum, 0.0);
    let Outcome { sum, grads, .. } = calculate(&loss, 2, [&[f64::NAN, 0.0, 1.0, 2.0], &[1.0, 0.0, 2.0, 2.0]], 1.0);
    assert!(sum.is_nan() && grads.iter().all(|g| g.is_nan()));
}
