//! Contrastive and triplet losses: what golden vectors can't show, which is ranges, aliasing, position.

use losskit_kernels::loops::Total;
use losskit_kernels::loops::pair::{Embeddings, PairCall, run};
use losskit_kernels::losses::pairs::contrastive::Contrastive;
use losskit_kernels::losses::pairs::triplet::{Distance, Triplet};
use losskit_kernels::simd::Float;

/// Sum, values and gradients.
type Results<T, const R: usize> = (Result<f64, usize>, Vec<T>, [Vec<T>; R]);

fn calculate<T: Float, const R: usize>(
    loss: &impl Embeddings<R>,
    width: usize,
    inputs: [&[T]; R],
    target: &[T],
    weight: &[T],
    scale: f64,
) -> Results<T, R> {
    let rows = inputs[0].len() / width;
    let mut values = vec![T::from_f64(7.0); rows];
    let mut grads = inputs.map(|x| vec![T::from_f64(7.0); x.len()]);
    let list = |x: &[T]| if x.is_empty() { std::ptr::null() } else { x.as_ptr() };
    let call = PairCall {
        rows,
        width,
        scale,
        values: values.as_mut_ptr(),
        weight: list(weight),
        target: list(target),
        inputs: inputs.map(<[T]>::as_ptr),
        grads: grads.each_mut().map(|g| g.as_mut_ptr()),
    };
    // SAFETY: the arrays have the lengths that the call names.
    let sum = unsafe { run(loss, &call, Total::default()) }.map(|total| total.value());
    (sum, values, grads)
}

/// Some numbers in (−1, 1).
fn random(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f32 / (1u64 << 30) as f32 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn triplets() -> impl Iterator<Item = Triplet> {
    [0.0, 1.0, 2.0]
        .into_iter()
        .flat_map(|number| [false, true].map(|swap| Triplet { margin: 5.0, distance: Distance::from(number), swap }))
}

#[test]
fn rows_do_not_depend_on_each_other() {
    for loss in triplets() {
        for width in [1, 3, 4, 17, 130, 515, 1030] {
            let x = [1, 2, 3].map(|seed| random(5 * width, seed));
            let (_, values, grads) = calculate(&loss, width, x.each_ref().map(|x| &x[..]), &[], &[], 0.25);
            for (row, want) in values.iter().enumerate() {
                let at = row * width..(row + 1) * width;
                let (sum, value, grad) = calculate(&loss, width, x.each_ref().map(|x| &x[at.clone()]), &[], &[], 0.25);
                assert_eq!((value[0], sum.unwrap() as f32), (*want, *want));
                assert_eq!(grad, grads.each_ref().map(|g| g[at.clone()].to_vec()));
            }
        }
    }
}

#[test]
fn gradients_are_the_slopes_of_values() {
    for loss in triplets() {
        let x = [1, 2, 3].map(|seed| random(7, seed).into_iter().map(f64::from).collect::<Vec<_>>());
        let run = |x: &[Vec<f64>; 3]| calculate(&loss, 7, x.each_ref().map(|x| &x[..]), &[], &[], 1.0);
        let (_, _, grads) = run(&x);
        for (input, d) in [(0, 0), (0, 6), (1, 3), (1, 4), (2, 2), (2, 5)] {
            let at = |step: f64| {
                let mut moved = x.clone();
                moved[input][d] += step;
                run(&moved).0.unwrap()
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((slope - grads[input][d]).abs() < 1e-8, "{slope} {}", grads[input][d]);
        }
    }
}

#[test]
fn gradients_may_replace_their_inputs() {
    for loss in triplets() {
        let mut x = [1, 2, 3].map(|seed| random(4 * 19, seed));
        let (_, _, want) = calculate(&loss, 19, x.each_ref().map(|x| &x[..]), &[], &[], 1.0);
        let grads = x.each_mut().map(|x| x.as_mut_ptr());
        let (values, weight, target) = (std::ptr::null_mut(), std::ptr::null(), std::ptr::null());
        let inputs = grads.map(|p| p.cast_const());
        // SAFETY: the arrays have 4 rows of 19 elements.
        unsafe {
            run(
                &loss,
                &PairCall { rows: 4, width: 19, scale: 1.0, values, weight, target, inputs, grads },
                Total::default(),
            )
        }
        .unwrap();
        assert_eq!(x, want);
    }
}

#[test]
fn targets_are_checked_where_they_are_read() {
    let (loss, x) = (Contrastive { margin: 1.0 }, [1.0, 2.0, 3.0f64]);
    let result = |target: &[f64], weight: &[f64]| calculate(&loss, 1, [&x, &[0.0, 0.0, 2.5]], target, weight, 1.0).0;
    assert_eq!(result(&[1.0, 0.5, 2.0], &[]), Err(1));
    assert_eq!(result(&[1.0, 0.5, 2.0], &[1.0, 0.0, 1.0]), Err(2));
    assert_eq!(result(&[1.0, 0.5, 0.0], &[1.0, 0.0, 1.0]), Ok(1.25));
    assert!(result(&[1.0, f64::NAN, 0.0], &[]).unwrap().is_nan());
}

#[test]
fn distances_survive_squares_out_of_range() {
    let euclidean = Triplet { margin: 0.0, distance: Distance::Euclidean, swap: false };
    let cosine = Triplet { margin: 1.0, distance: Distance::Cosine, swap: true };
    for unit in [1e-37f32, 1e-25, 1.0, 1e25] {
        let [a, p, n] = [[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]].map(|x: [f32; 2]| x.map(|x| x * unit));
        let (sum, _, [_, to_p, _]) = calculate(&euclidean, 2, [&a, &p, &n], &[], &[], 1.0);
        assert!((sum.unwrap() / f64::from(unit) - 4.0).abs() < 1e-4);
        assert!((to_p[0] - 0.6).abs() + (to_p[1] - 0.8).abs() < 1e-5);
        let (sum, _, [to_a, ..]) = calculate(&cosine, 2, [&n, &p, &[1.0, 0.0]], &[], &[], f64::from(unit));
        assert!((sum.unwrap() - (2.0 - 0.8 - 1.0 + 0.6)).abs() < 1e-5);
        assert!((to_a[0] + 0.6).abs() < 1e-5, "{to_a:?}");
    }
    for unit in [1e-200, 1e200] {
        let (sum, ..) = calculate(&euclidean, 2, [&[0.0, 0.0], &[3.0 * unit, 4.0 * unit], &[0.0, unit]], &[], &[], 1.0);
        assert!((sum.unwrap() / unit - 4.0).abs() < 1e-12, "{sum:?}");
    }
}

/// Checks gradients in floats against those in doubles, each to what its largest element is. Infinite ones must be beyond the floats.
fn check_against_doubles<const R: usize>(loss: &impl Embeddings<R>, x: [&[f32]; R], target: &[f32], scale: f64) {
    let wide = x.map(|x| x.iter().map(|x| f64::from(*x)).collect::<Vec<_>>());
    let wide_target: Vec<_> = target.iter().map(|y| f64::from(*y)).collect();
    let (sum, _, got) = calculate(loss, x[0].len(), x, target, &[], scale);
    let (want_sum, _, want) = calculate(loss, x[0].len(), wide.each_ref().map(|x| &x[..]), &wide_target, &[], scale);
    let (sum, want_sum) = (sum.unwrap(), want_sum.unwrap());
    assert!((sum - want_sum).abs() <= 1e-5 * want_sum, "{sum} {want_sum} {x:?}");
    for (got, want) in got.iter().zip(&want) {
        let most = want.iter().fold(0.0, |most: f64, g| most.max(g.abs()));
        for (got, want) in got.iter().zip(want) {
            let near = (f64::from(*got) - want).abs() <= 1e-5 * most + f64::from(f32::MIN_POSITIVE);
            assert!(near || *got == *want as f32, "{got:e} {want:e} of {x:?}");
        }
    }
}

#[test]
fn gradients_survive_lengths_out_of_range() {
    let shapes = [[0.5f32, -1.0, 0.25, 0.0, 0.75], [1.0, 0.5, -0.5, 0.25, 0.0], [-0.25, 1.0, 0.0, 0.5, 1.0]];
    let units = [1e-44f32, 2e-40, 2.9e-39, 1e-38, 1e-20, 1.0, 1e20, 8.6e37, 3.3e38];
    let at = |shape: [f32; 5], unit: f32| shape.map(|x| x * unit);
    for a in units {
        for p in units {
            let pair = [at(shapes[0], a), at(shapes[1], p)];
            for scale in [1.0, 1e-30, 1e30] {
                let contrastive = Contrastive { margin: f64::from(a) * 2.0 };
                check_against_doubles(&contrastive, pair.each_ref().map(|x| &x[..]), &[0.0], scale);
                for n in units {
                    let x = [pair[0], pair[1], at(shapes[2], n)];
                    for swap in [false, true] {
                        for (distance, margin) in [(Distance::Euclidean, f64::from(n) * 4.0), (Distance::Cosine, 2.0)] {
                            let loss = Triplet { margin, distance, swap };
                            check_against_doubles(&loss, x.each_ref().map(|x| &x[..]), &[], scale);
                        }
                    }
                }
            }
        }
    }
    // Differences that overflow, of vectors that don't.
    let [a, p] = [[1.7e308, 1e308], [-1.7e308, 1e308]];
    let loss = Triplet { margin: 1.0, distance: Distance::Euclidean, swap: false };
    let (_, _, [to_a, to_p, _]) = calculate(&loss, 2, [&a, &p, &[1.6e308, 1e308]], &[], &[], 1.0);
    assert_eq!((to_a, to_p), (vec![0.0, 0.0], vec![-1.0, 0.0]));
}
