//! Kernels on strange data: any length, alignment, label, weight, parameter and NaN, each array between pages that can't be touched.
//!
//! Every kernel of the registries runs some hundred calls; `FUZZ_CASES` says how many, `FUZZ_SEED` where they start, and `FUZZ_TRACE=1` prints
//! each before it runs, for calls that end the program. Besides that nothing is read or written that isn't the call's, it is checked that the
//! bits hang on nothing but the data: neither on where it lies, nor on the rows before.

#[path = "support/call.rs"]
mod call;
#[path = "fuzz/data.rs"]
mod data;
#[path = "fuzz/guarded.rs"]
mod guarded;
#[path = "fuzz/ragged.rs"]
mod ragged;
#[path = "support/record.rs"]
mod record;

use call::{call, kernel};
use data::{Case, Generator};
use guarded::{Guarded, Side};
use losskit_kernels::abi::Entry;
use losskit_kernels::losses::REGISTRIES;
use losskit_kernels::simd::Float;
use ragged::{Ragged, is_ragged};
use record::{Given, outputs, record, slopes, work_size};
use std::ptr::{null, null_mut};

/// What a call returned and wrote; NaN is NaN, whatever its bits.
#[derive(Debug, PartialEq)]
struct Outcome {
    result: Result<u64, i32>,
    values: Vec<u64>,
    outputs: Vec<Vec<u64>>,
    slopes: Vec<u64>,
}

fn bits<T: Float>(x: &T) -> u64 {
    let x = x.to_f64();
    if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }
}

/// Runs the rows of a case from `first` on, with its arrays at one side of their pages.
fn run<T: Float>(entry: &Entry, case: &Case<T>, first: usize, side: Side) -> Outcome {
    let (rows, width) = (case.rows - first, case.width);
    let copy = |x: &[T], per_row: usize| Guarded::new(&x[first * per_row..], side);
    let mut inputs: Vec<_> = case.inputs.iter().map(|x| copy(x, x.len().checked_div(case.rows).unwrap_or(0))).collect();
    let per_vector = if case.is_per_element { width } else { 0 };
    let vector = case.vector.as_ref().map(|x| copy(x, per_vector));
    let weight = case.weight.as_ref().map(|x| copy(x, case.per_weight));
    let labels = Guarded::new(&case.labels[first.min(case.labels.len())..], side);
    let samples = case.samples_per_row * rows;
    let blank = T::from_f64(77.0);
    let mut values = case.has_values.then(|| Guarded::new(&vec![blank; samples], side));
    let mut arrays: Vec<_> = outputs(entry).map(|_| Guarded::new(&vec![blank; rows * width], side)).collect();
    let places: Vec<*mut T> = inputs.iter_mut().map(Guarded::as_mut_ptr).collect();
    let mut given = Given {
        rows,
        width,
        columns: rows,
        scale: case.scale,
        values: values.as_mut().map_or(null_mut(), Guarded::as_mut_ptr),
        weight: weight.as_ref().map_or(null(), Guarded::as_ptr),
        inputs: places.iter().map(|p| p.cast_const()).collect(),
        labels: labels.as_ptr(),
        steps: 0,
        count: 0,
        lengths: [null(); 2],
        vector: vector.as_ref().map_or(null(), Guarded::as_ptr),
        outputs: (outputs(entry).zip(arrays.iter_mut()).enumerate())
            .map(|(i, (name, array))| match name.starts_with("grad") {
                true if case.in_place && case.has_grads && i < places.len() => places[i],
                true if case.has_grads => array.as_mut_ptr(),
                false if case.has_hess => array.as_mut_ptr(),
                _ => null_mut(),
            })
            .collect(),
        work: 0,
        states: 0,
        phases: 0,
        params: case.params.clone(),
    };
    let size = if case.is_batch { work_size(entry, &given).next_multiple_of(64) } else { 0 };
    let mut work = Guarded::<u64>::new(&vec![u64::MAX; size / 8], Side::Start);
    given.work = work.as_mut_ptr().expose_provenance();
    let mut record = record(entry, &given);
    // SAFETY: all arrays have the lengths that the kernel's shape says; gradients overlap at most the whole of their own input.
    let result = unsafe { call(kernel(entry.name), &mut record) };
    let grads = outputs(entry).filter(|name| name.starts_with("grad")).count();
    let is_written = |i: usize| case.in_place && case.has_grads && i < grads;
    for (i, input) in inputs.iter().enumerate() {
        input.check();
        let before = &case.inputs[i][case.inputs[i].len() - input.list().len()..];
        assert!(is_written(i) || input.list().iter().map(bits).eq(before.iter().map(bits)), "input {i} was written");
    }
    arrays.iter().chain(&values).chain(&vector).chain(&weight).for_each(Guarded::check);
    work.check();
    let written = |(i, array): (usize, &Guarded<T>)| {
        let array = if is_written(i) { &inputs[i] } else { array };
        array.list().iter().map(bits).collect()
    };
    Outcome {
        result: result.map(|sum| bits(&sum)),
        values: values.iter().flat_map(|x| x.list().iter().map(bits)).collect(),
        outputs: arrays.iter().enumerate().map(written).collect(),
        slopes: slopes(entry, &record).iter().map(bits).collect(),
    }
}

/// What holds for any data.
fn check<T: Float>(entry: &Entry, case: &Case<T>, random: &mut Generator) {
    let outcome = run(entry, case, 0, Side::End);
    assert_eq!(outcome, run(entry, case, 0, Side::Start), "the same call elsewhere");
    match outcome.result {
        Err(place) => assert!((0..case.samples_per_row * case.rows).contains(&(place as usize)), "{place}"),
        Ok(sum) => check_sum(f64::from_bits(sum), case.has_values, &outcome.values),
    }
    if case.is_batch || case.rows == 0 || outcome.result.is_err() {
        return;
    }
    let first = random.below(case.rows);
    let part = run(entry, case, first, Side::End);
    let from = |list: &[u64], per_row: usize| list[(first * per_row).min(list.len())..].to_vec();
    assert_eq!(part.values, from(&outcome.values, case.samples_per_row), "values from row {first} on");
    for (part, whole) in part.outputs.iter().zip(&outcome.outputs) {
        assert_eq!(*part, from(whole, case.width), "derivatives from row {first} on");
    }
}

/// The sum is that of the values, which are rounded.
fn check_sum(sum: f64, has_values: bool, values: &[u64]) {
    let values: Vec<f64> = values.iter().map(|x| f64::from_bits(*x)).collect();
    let size = values.iter().fold(0.0, |size, x| size + x.abs());
    if has_values && size < f64::MAX {
        let total: f64 = values.iter().sum();
        assert!((sum - total).abs() <= 1e-6 * size + 1e-36 * values.len() as f64, "sum {sum}, values {total}");
    } else if values.iter().any(|x| x.is_nan()) {
        assert!(sum.is_nan(), "NaN disappeared");
    }
}

/// Makes cases of a kernel, and checks each.
fn fuzz<C>(
    entry: &Entry,
    [cases, seed]: [u64; 2],
    make: impl Fn(&Entry, &mut Generator) -> C,
    text: impl Fn(&C) -> String,
    check: impl Fn(&Entry, &C, &mut Generator),
) {
    for seed in (0..cases).map(|number| seed.wrapping_add(number)) {
        let mut random = Generator::new(seed, entry.name);
        let case = make(entry, &mut random);
        if std::env::var_os("FUZZ_TRACE").is_some() {
            eprintln!("{} seed {seed} {}", entry.name, text(&case));
        }
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(entry, &case, &mut random)));
        if let Err(panic) = checked {
            eprintln!("{}: FUZZ_SEED={seed} FUZZ_CASES=1: {}", entry.name, text(&case));
            std::panic::resume_unwind(panic);
        }
    }
}

fn fuzz_any<T: Float>(entry: &Entry, how: [u64; 2]) {
    if is_ragged(entry) {
        fuzz(entry, how, Ragged::<T>::new, Ragged::text, ragged::check);
    } else {
        fuzz(entry, how, Case::<T>::new, Case::text, check);
    }
}

#[test]
fn kernels_keep_to_their_arrays() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let how = [number("FUZZ_CASES", if cfg!(miri) { 1 } else { 60 }), number("FUZZ_SEED", 1)];
    let entries = || REGISTRIES.iter().flat_map(|registry| registry.as_flattened());
    // Kernels of sizes, copies and parts of a layer have no scale, and tests of their own.
    let fuzzed: Vec<&Entry> = entries().filter(|entry| data::is_known(entry) || is_ragged(entry)).collect();
    for entry in &fuzzed {
        match entry.name.ends_with("_f32") {
            true => fuzz_any::<f32>(entry, how),
            false => fuzz_any::<f64>(entry, how),
        }
    }
    let missing: Vec<&str> = entries()
        .filter(|entry| entry.arguments.contains(&"scale") && !fuzzed.iter().any(|one| one.name == entry.name))
        .map(|entry| entry.name)
        .collect();
    assert!(missing.is_empty(), "of shapes that aren't known here: {missing:?}");
}
