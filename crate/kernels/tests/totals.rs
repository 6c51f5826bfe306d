//! Sums: cut at any boundary of chunks they have the same bits, and they don't overflow where the losses and their mean don't.

#[path = "support/call.rs"]
#[allow(dead_code)]
mod call;

use call::{count, kernel, pointer};
use losskit_kernels::abi::{run, run_part};
use losskit_kernels::loops::{CHUNK, Total, chunk_rows};
use losskit_kernels::simd::Float;
use std::ptr::{null, null_mut};

/// Numbers of both signs and various sizes.
fn numbers<T: Float>(n: usize, seed: u64) -> Vec<T> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        f64::from((state >> 33) as u32) / f64::from(1u32 << 30) - 1.0
    };
    (0..n).map(|_| T::from_f64(next() * 3.0)).collect()
}

/// Calls a kernel with a running sum and other arguments.
fn add(handle: usize, total: Total, rest: &[f64]) -> Total {
    let mut record = vec![total.sum, total.excess];
    record.extend(rest);
    // SAFETY: the callers' arguments are the kernel's.
    assert_eq!(unsafe { run(handle, record.as_mut_ptr()) }, -1);
    Total { sum: record[0], excess: record[1] }
}

/// The sum of `samples` of `width`, cut in two before sample `cut`: `arguments(start, count)` are those after the running sum.
fn cut(handle: usize, samples: usize, cut: usize, arguments: impl Fn(usize, usize) -> Vec<f64>) -> Total {
    let first = add(handle, Total::default(), &arguments(0, cut));
    add(handle, first, &arguments(cut, samples - cut))
}

#[test]
fn elements_may_be_cut_between_chunks() {
    fn check<T: Float>(handles: [usize; 2]) {
        let n = 4 * CHUNK + 777;
        let [pred, target, weight] = [1, 2, 3].map(|seed| numbers::<T>(n, seed));
        let weight: Vec<T> = weight.iter().map(|w| T::from_f64(w.to_f64().abs())).collect();
        for (handle, is_weighted) in handles.into_iter().flat_map(|handle| [(handle, false), (handle, true)]) {
            let sum = |at: usize| {
                cut(handle, n, at, |start, n| {
                    let weight = if is_weighted { weight[start..].as_ptr() } else { null() };
                    let grad = null_mut::<T>();
                    let pointers = [pointer(null::<T>()), pointer(weight), pointer(pred[start..].as_ptr())];
                    [
                        vec![1.0, count(n)],
                        pointers.to_vec(),
                        vec![pointer(target[start..].as_ptr()), pointer(grad), 0.0],
                    ]
                    .concat()
                })
            };
            let whole = sum(0);
            (0..=4).for_each(|chunks| assert_eq!(sum(chunks * CHUNK), whole));
        }
    }
    check::<f32>([kernel("mse_f32"), kernel("log_cosh_f32")]);
    check::<f64>([kernel("mse_f64"), kernel("log_cosh_f64")]);
}

#[test]
fn rows_may_be_cut_between_chunks() {
    fn check<T: Float>(cross_entropy: usize, nll: usize, kl: usize, triplet: usize) {
        for width in [1, 3, 10, 100, 1000, 3000, 9000] {
            let chunk = chunk_rows(width);
            let rows = 3 * chunk + 2;
            let [a, b, c] = [1, 2, 3].map(|seed| numbers::<T>(rows * width, seed));
            let labels: Vec<i32> = (0..rows).map(|r| (r * 7 % width) as i32).collect();
            let sum = |handle: usize, at: usize| {
                cut(handle, rows, at, |start, rows| {
                    let mut list = vec![1.0, count(rows), count(width), 0.0, 0.0, pointer(a[start * width..].as_ptr())];
                    if handle == kl || handle == triplet {
                        list.push(pointer(b[start * width..].as_ptr()));
                    }
                    if handle == triplet {
                        list.push(pointer(c[start * width..].as_ptr()));
                        list.extend([0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
                    } else if handle == kl {
                        list.extend([0.0, 0.0, 0.0, 0.0]);
                    } else {
                        list.push(pointer(labels[start..].as_ptr()));
                        list.extend([0.0, 0.0, 0.0, f64::NAN, 0.0]);
                    }
                    list
                })
            };
            for handle in [cross_entropy, nll, kl, triplet] {
                let whole = sum(handle, 0);
                assert!(whole.sum.is_finite());
                (0..=3).for_each(|chunks| assert_eq!(sum(handle, chunks * chunk), whole, "width {width}"));
            }
        }
    }
    check::<f32>(kernel("cross_entropy_f32"), kernel("nll_f32"), kernel("gaussian_kl_f32"), kernel("triplet_f32"));
    check::<f64>(kernel("cross_entropy_f64"), kernel("nll_f64"), kernel("gaussian_kl_f64"), kernel("triplet_f64"));
}

/// Runs a part of a call of rows that is cut, `chunks` from chunk `first` on a part; leaves each chunk's sum, excess and outcome.
fn part(record: &[f64], first: usize, chunks: usize, part: usize, sums: &mut [[f64; 3]]) {
    let (handle, rows, width) =
        (kernel("cross_entropy_f32"), record[3].to_bits() as usize, record[4].to_bits() as usize);
    let mut strides = [count(0); 24];
    // Logits, labels and gradient.
    [strides[7], strides[8], strides[10]] = [4 * width, 4, 4 * width].map(count);
    let numbers = [count(handle), pointer(record.as_ptr()), count(rows), count(chunk_rows(width)), count(chunks)];
    let none = count(0);
    let rest = [count(first), pointer(strides.as_ptr()), none, none, pointer(sums.as_mut_ptr()), none, none];
    let cut = [numbers.as_slice(), &rest].concat();
    // SAFETY: the record is the kernel's, and the strides are those of its arrays.
    unsafe { run_part(cut.as_ptr(), part, 0) };
}

#[test]
fn parts_in_any_order_have_the_bits_of_the_whole() {
    let width = 100;
    let chunk = chunk_rows(width);
    let rows = 3 * chunk + 2;
    let logits: Vec<f32> = numbers(rows * width, 1);
    let mut labels: Vec<i32> = (0..rows).map(|r| (r * 7 % width) as i32).collect();
    let arguments = |labels: &[i32], grad: &mut [f32]| {
        let inputs = [pointer(logits.as_ptr()), pointer(labels.as_ptr())];
        let rest = [0.0, pointer(grad.as_mut_ptr()), 0.0, f64::NAN, 0.0];
        [[0.0, 0.0, 0.5, count(rows), count(width), 0.0, 0.0].as_slice(), &inputs, &rest].concat()
    };
    let mut whole = vec![0.0; rows * width];
    let mut record = arguments(&labels, &mut whole);
    // SAFETY: the arguments are the kernel's.
    assert_eq!(unsafe { run(kernel("cross_entropy_f32"), record.as_mut_ptr()) }, -1);
    for (chunks, first) in [(1, 0), (2, 0), (1, 2), (9, 0)] {
        let mut grad = vec![0.0; rows * width];
        let mut sums = [[f64::NAN; 3]; 4];
        let cut = arguments(&labels, &mut grad);
        (0..4usize.div_ceil(chunks)).rev().for_each(|k| part(&cut, first, chunks, k, &mut sums));
        let mut total = Total::default();
        for [sum, excess, outcome] in &sums[..4 - first] {
            assert_eq!(*outcome, -1.0);
            total.merge(Total { sum: *sum, excess: *excess });
        }
        assert!(first > 0 || total == Total { sum: record[0], excess: record[1] });
        assert!(grad[first * chunk * width..] == whole[first * chunk * width..]);
    }
    labels[chunk + 3] = -1;
    let mut sums = [[f64::NAN; 3]; 4];
    part(&arguments(&labels, &mut whole), 0, 4, 0, &mut sums);
    assert_eq!([sums[0][2], sums[1][2]], [-1.0, 3.0], "the outcome is the place in the chunk");
    assert!(sums[2][2].is_nan(), "the part ends there");
}

/// The mean of a pointwise loss of errors from 0, without and with a gradient, without and with weights, and with the gradient in the
/// place of its input: all the same.
fn mean<T: Float>(handle: usize, errors: &[f64], params: &[f64]) -> f64 {
    let n = errors.len();
    let targets = vec![T::from_f64(0.0); n];
    let ones = vec![T::from_f64(1.0); n];
    let mut means = vec![];
    for (weighted, gradient) in [(false, 0), (true, 0), (false, 1), (true, 1), (false, 2), (true, 2)] {
        let mut pred: Vec<T> = errors.iter().map(|&x| T::from_f64(x)).collect();
        let mut other = pred.clone();
        let grad = [null_mut(), other.as_mut_ptr(), pred.as_mut_ptr()][gradient];
        let weight = if weighted { ones.as_ptr() } else { null() };
        let mut rest = vec![1.0, count(n), 0.0, pointer(weight), pointer(pred.as_ptr())];
        if !params.is_empty() || handle == kernel("mse_f32") || handle == kernel("mse_f64") {
            rest.push(pointer(targets.as_ptr()));
        }
        rest.extend([pointer(grad), 0.0]);
        rest.extend(params);
        let Total { sum, excess } = add(handle, Total::default(), &rest);
        means.push(Total { sum: sum / n as f64, excess: excess / n as f64 }.value());
    }
    assert!(means.iter().all(|mean| mean.to_bits() == means[0].to_bits() || means[0].is_nan()), "{means:?}");
    means[0]
}

#[test]
fn sums_do_not_overflow_where_losses_do_not() {
    let near = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 1e-6, "{got:e} isn't {want:e}");
    near(mean::<f64>(kernel("mse_f64"), &[1.2e154; 3], &[]), 1.44e308);
    near(mean::<f64>(kernel("mse_f64"), &[1.2e154; 3000], &[]), 1.44e308);
    near(mean::<f64>(kernel("mse_f64"), &[1.2e154; 30000], &[]), 1.44e308);
    near(mean::<f32>(kernel("mse_f32"), &[1.5e19; 8], &[]), 2.25e38);
    near(mean::<f32>(kernel("mse_f32"), &[1.5e19; 20000], &[]), 2.25e38);
    near(mean::<f64>(kernel("huber_f64"), &[1.5e308; 9], &[1.0]), 1.5e308);
    near(mean::<f32>(kernel("l1_f32"), &[3e38; 8], &[]) * 8.0, 2.4e39);
    near(mean::<f64>(kernel("l1_f64"), &[1.5e308; 8], &[]), 1.5e308);
}

#[test]
fn infinite_losses_and_nan_stay() {
    let with = |x: f64| [[1.0; 700].as_slice(), &[x], &[1.0; 60]].concat();
    assert_eq!(mean::<f32>(kernel("mse_f32"), &with(2e19), &[]), f64::INFINITY);
    assert_eq!(mean::<f64>(kernel("mse_f64"), &with(2e154), &[]), f64::INFINITY);
    assert!(mean::<f32>(kernel("mse_f32"), &with(f64::NAN), &[]).is_nan());
    assert!(mean::<f64>(kernel("l1_f64"), &with(f64::NAN), &[]).is_nan());
}

#[test]
fn products_of_any_two_doubles_are_in_range() {
    let ends = [1.7e308, 1e300, 1e160, 1.0, 1e-300, f64::MIN_POSITIVE];
    for loss in ends {
        for weight in ends {
            let [mut total, mut all] = [Total::default(); 2];
            (0..1000).for_each(|_| total.add_weighted(loss, weight));
            all.add_all(&vec![loss * weight; 1000], |_| [loss, weight]);
            assert_eq!(total, all);
            assert!(total.sum.is_finite() && total.excess.is_finite());
            if (loss * weight).is_infinite() {
                // The mean of 1000, by the square root of the unit of excess.
                let root = 2f64.powi(544);
                let mean = total.excess / 1000.0 * (root / weight) * root;
                assert!((mean / loss - 1.0).abs() < 1e-12, "{loss:e} times {weight:e}: {mean:e}");
            }
        }
    }
    let mut total = Total { sum: f64::MAX, excess: 0.0 };
    total.add(f64::MAX);
    total.add(-f64::MAX);
    total.add(-f64::MAX);
    assert!(total.value().abs() < 1e296, "{}", total.value());
    assert_eq!(Total { sum: 3.0, excess: 0.0 }.value(), 3.0);
}
