//! The golden vectors of every loss, run by the kernels on the host: the same functions that the WebAssembly modules export, in every
//! mode, and the modes agree to the bit.

#[path = "support/call.rs"]
mod call;
#[path = "support/record.rs"]
mod record;
#[path = "support/vectors.rs"]
mod support;

use call::{call, kernel};
use losskit_kernels::abi::Entry;
use losskit_kernels::loops::region::{phase, work_size as region_work_size};
use losskit_kernels::losses::REGISTRIES;
use losskit_kernels::losses::ranking::work_size as list_work_size;
use losskit_kernels::losses::sequences::ctc::CtcCall;
use losskit_kernels::simd::Float;
use record::{Given, numbered, outputs, record, slopes, work_size};
use std::collections::HashMap;
use std::ptr::{null, null_mut};
use support::{Case, cases, has_vectors};

/// What a call returned and wrote.
struct Computed<T> {
    sum: f64,
    values: Vec<T>,
    outputs: Vec<Vec<T>>,
    slopes: Vec<f64>,
}

/// A case's data in the element type.
struct Data<T> {
    rows: usize,
    width: usize,
    inputs: Vec<Vec<T>>,
    labels: Vec<i32>,
    /// Of sequences: steps and labels that there is room for, and how many of them each has.
    steps: usize,
    count: usize,
    lengths: [Vec<i32>; 2],
    weight: Vec<T>,
    vector: Vec<T>,
    params: Vec<f64>,
    scale: f64,
    /// Whether the images of a batch have their regions in common.
    together: bool,
}

fn cast<T: Float>(list: &[f64]) -> Vec<T> {
    list.iter().map(|&x| T::from_f64(x)).collect()
}

fn widen<T: Float>(list: &[T]) -> Vec<f64> {
    list.iter().map(|x| x.to_f64()).collect()
}

/// The kernel of every set of options in the vectors, less its element type, and the parameters as the facade passes them: numbers, and
/// one number a class.
fn parameters() -> HashMap<String, (String, [Vec<f64>; 2])> {
    let parse = |text: &str| text.split(',').filter(|x| !x.is_empty()).map(|x| x.parse().expect("a number")).collect();
    let lines = include_str!("../../../test/bits/parameters.txt").lines();
    let entry = |line: &str| {
        let (options, values) = line.split_once(" => kernel=").expect("=>");
        let (kernel, values) = values.split_once(" params=").expect("parameters");
        let (numbers, vector) = values.split_once(" vector=").expect("a vector");
        (options.to_owned(), (kernel.to_owned(), [parse(numbers), parse(vector)]))
    };
    lines.map(entry).collect()
}

fn read<T: Float>(entry: &Entry, case: &Case, [params, vector]: &[Vec<f64>; 2]) -> Data<T> {
    let inputs: Vec<Vec<T>> = case.inputs().iter().map(|list| cast(list)).collect();
    let width = (case.number("width", 1.0) as usize).max(1);
    let is_sequence = entry.arguments.contains(&"steps");
    let is_region = entry.arguments.contains(&"pixels");
    let integers = |key: &str| case.list(key).into_iter().map(|x| x as i32).collect::<Vec<i32>>();
    let groups = integers("opt.groups");
    let width = groups.iter().fold(width, |most, &size| most.max(size as usize));
    let rows = if is_sequence || is_region {
        case.number("batch", 1.0) as usize
    } else if groups.is_empty() {
        inputs[0].len() / width
    } else {
        groups.len()
    };
    let mut labels = integers("labels");
    // Of labels that are left out the facade makes one, the least.
    let ignored = integers("opt.ignoreIndex");
    if let Some(&least) = ignored.iter().min() {
        labels.iter_mut().filter(|label| ignored.contains(label)).for_each(|label| *label = least);
    }
    let weight = case.list("weight");
    // Of pointwise losses a weight a row, and a number a class, are repeated for every element.
    let by_element = entry.arguments.contains(&"n") && !entry.arguments.contains(&"dim");
    let spread = if by_element && !weight.is_empty() { rows * width / weight.len() } else { 1 };
    Data {
        rows,
        width,
        steps: if is_sequence { inputs[0].len() / (rows * width) } else { 1 },
        count: if is_region { inputs[0].len() / (rows * width).max(1) } else { labels.len() / rows.max(1) },
        inputs,
        lengths: if groups.is_empty() {
            ["opt.inputLengths", "opt.labelLengths"].map(integers)
        } else {
            [groups, vec![]]
        },
        labels: if entry.arguments.contains(&"dim") { numbered(&labels) } else { labels },
        weight: cast(&weight.iter().flat_map(|&w| vec![w; spread]).collect::<Vec<_>>()),
        vector: cast::<T>(vector).repeat(if by_element { rows } else { 1 }),
        params: params.clone(),
        scale: 1.0,
        together: case.text("opt.overBatch") == Some("true"),
    }
}

/// The denominator of the mean: weights times those of the classes, rows that are left out counting for nothing.
fn total<T: Float>(entry: &Entry, case: &Case, data: &Data<T>, samples: usize) -> f64 {
    if entry.arguments.contains(&"pixels") {
        return regions_weight(data);
    }
    let class_weight = if entry.arguments.contains(&"class_weight") { widen(&data.vector) } else { vec![] };
    let dense = case.list("in.target");
    let ignored = case.list("opt.ignoreIndex").into_iter().fold(f64::NAN, f64::min);
    let share = |r: usize| match class_weight.as_slice() {
        [] => 1.0,
        weights if data.labels.is_empty() => weights.iter().zip(&dense[r * data.width..]).map(|(w, y)| w * y).sum(),
        weights => weights[data.labels[r] as usize],
    };
    let counts = |r: &usize| data.labels.get(*r).is_none_or(|&label| f64::from(label) != ignored);
    // An empty list has no weight, nor has one without a pair where pairs are compared.
    let is_list = entry.arguments.contains(&"lengths");
    let size = |r: usize| data.lengths[0].get(r).map_or(data.width, |&n| n as usize);
    let has_weight = |r: usize| {
        let start: usize = (0..r).map(size).sum();
        let relevance = &data.inputs[1][start..start + size(r)];
        let differs = |y: &T| y.to_f64() != relevance[0].to_f64();
        if entry.name.starts_with("rank_net") { relevance.iter().any(differs) } else { !relevance.is_empty() }
    };
    let weight = |r: usize| {
        if is_list && !has_weight(r) { 0.0 } else { data.weight.get(r).map_or(1.0, |w| w.to_f64()) }
    };
    (0..samples).filter(counts).map(|r| if weight(r) == 0.0 { 0.0 } else { weight(r) * share(r) }).sum()
}

/// The weight of all regions: that of their class times that of their image.
fn regions_weight<T: Float>(data: &Data<T>) -> f64 {
    let sum = |list: &[T], default: usize| {
        if list.is_empty() { default as f64 } else { widen(list).iter().sum() }
    };
    let images = if data.together { 1.0 } else { sum(&data.weight, data.rows) };
    images * sum(&data.vector, data.width)
}

/// How much of a call is asked for.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Everything,
    ValueAlone,
    /// Gradients, or second derivatives.
    Only(&'static str),
    /// Gradients over their inputs, as far as these come first and in order.
    InPlace,
}

fn run<T: Float>(entry: &Entry, data: &Data<T>, samples: usize, mode: Mode) -> Computed<T> {
    let list = |x: &[T]| if x.is_empty() { null() } else { x.as_ptr() };
    let mut inputs = data.inputs.clone();
    let blank = T::from_f64(77.0);
    let mut values = vec![blank; if mode == Mode::Everything { samples } else { 0 }];
    let names: Vec<&str> = outputs(entry).collect();
    // Each gradient is as long as its input; second derivatives are those of the first.
    let length = |i: usize| data.inputs[if names[i].starts_with("grad") { i } else { 0 }].len();
    let mut arrays: Vec<Vec<T>> = (0..names.len()).map(|i| vec![blank; length(i)]).collect();
    let wanted = |name: &str| match mode {
        Mode::Everything => true,
        Mode::ValueAlone => false,
        Mode::Only(kind) => name.starts_with(kind),
        Mode::InPlace => name.starts_with("grad"),
    };
    let has = |argument: &str| entry.arguments.contains(&argument);
    let mut place = inputs.iter_mut().map(|x| x.as_mut_ptr()).collect::<Vec<_>>().into_iter();
    let mut given = Given {
        rows: data.rows,
        width: data.width,
        columns: data.inputs.last().map_or(0, |x| x.len() / data.width),
        scale: data.scale,
        values: if values.is_empty() { null_mut() } else { values.as_mut_ptr() },
        weight: list(&data.weight),
        inputs: inputs.iter().map(|x| x.as_ptr()).collect(),
        labels: data.labels.as_ptr(),
        steps: data.steps,
        count: data.count,
        lengths: data.lengths.each_ref().map(|x| if x.is_empty() { null() } else { x.as_ptr() }),
        vector: list(&data.vector),
        outputs: (names.iter().zip(&mut arrays))
            .map(|(name, array)| match mode {
                _ if !wanted(name) => null_mut(),
                Mode::InPlace => place.next().expect("an input for each gradient"),
                _ => array.as_mut_ptr(),
            })
            .collect(),
        work: 0,
        states: 0,
        phases: if data.together { phase::ALL | phase::TOGETHER } else { phase::ALL },
        params: data.params.clone(),
    };
    let bytes = if has("steps") {
        CtcCall::<T>::work_size(data.steps, data.width, data.count, wanted("grad"))
    } else if has("lengths") {
        list_work_size::<T>(data.width)
    } else if has("pixels") {
        region_work_size::<T>(data.width)
    } else if has("work") {
        work_size(entry, &given)
    } else {
        0
    };
    let mut area = vec![f64::NAN; bytes.div_ceil(8) + 8];
    given.work = area.as_mut_ptr().expose_provenance().next_multiple_of(64);
    let mut states = vec![[f64::NAN; 6]; if has("pixels") { data.rows * data.width } else { 0 }];
    given.states = states.as_mut_ptr().expose_provenance();
    let mut record = record(entry, &given);
    // SAFETY: all arrays have the lengths that the kernel's shape says; gradients overlap at most the whole of their own input.
    let sum = unsafe { call(kernel(entry.name), &mut record) };
    let sum = sum.unwrap_or_else(|place| panic!("{}: {place} is said to be invalid", entry.name));
    if mode == Mode::InPlace {
        arrays.splice(..inputs.len().min(arrays.len()), inputs.into_iter().take(names.len()));
    }
    Computed { sum, values, outputs: arrays, slopes: slopes(entry, &record) }
}

/// Equal bits, or both NaN.
fn same<T: Float>(a: &[T], b: &[T]) -> bool {
    let equal = |(a, b): (f64, f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    a.len() == b.len() && widen(a).into_iter().zip(widen(b)).all(equal)
}

/// Less asked for, or written over the inputs: the same bits.
fn modes_agree<T: Float>(entry: &Entry, case: &Case, data: &Data<T>, all: &Computed<T>) {
    let gradients = outputs(entry).filter(|name| name.starts_with("grad")).count();
    // Inputs that gradients can be written over come first, as many as there are gradients.
    let in_order = gradients == 1 || gradients == data.inputs.len();
    let modes = [
        ("value", Mode::ValueAlone),
        ("gradients", Mode::Only("grad")),
        ("in place", Mode::InPlace),
        ("second", Mode::Only("hess")),
    ];
    for (what, mode) in modes.into_iter().filter(|(_, mode)| in_order || *mode != Mode::InPlace) {
        let got = run(entry, data, 0, mode);
        assert!(same(&[got.sum], &[all.sum]), "{} {what}: the value is {}, not {}", case.place, got.sum, all.sum);
        for (i, name) in outputs(entry).enumerate() {
            let is_there = match mode {
                Mode::Only(kind) => name.starts_with(kind),
                Mode::InPlace => name.starts_with("grad"),
                _ => false,
            };
            let agrees = !is_there || same(&got.outputs[i], &all.outputs[i]);
            assert!(agrees, "{} {what}: {name} differs from that of the whole call", case.place);
        }
    }
}

fn check<T: Float>(entry: &Entry, case: &Case, parameters: &[Vec<f64>; 2]) {
    let mut data = read::<T>(entry, case, parameters);
    let has = |name: &str| entry.arguments.contains(&name);
    let samples = if has("pixels") {
        data.width * if data.together { 1 } else { data.rows }
    } else if has("rows") {
        data.rows
    } else if has("dim") {
        if entry.name.starts_with("nt_xent") { 2 * data.rows } else { data.rows }
    } else {
        data.rows * data.width
    };
    let is_mean = case.text("reduction") == Some("mean");
    let total = if entry.name.starts_with("sup_con") {
        let has_other = |label: &&i32| data.labels.iter().filter(|other| other == label).count() > 1;
        data.labels.iter().filter(has_other).count() as f64
    } else {
        total(entry, case, &data, samples)
    };
    if is_mean && total != 0.0 {
        data.scale = 1.0 / total;
    }
    let all = run(entry, &data, samples, Mode::Everything);
    match case.text("reduction") {
        Some("none") => case.expect("value", &widen(&all.values)),
        _ if is_mean && total == 0.0 => case.expect("value", &[0.0]),
        _ => case.expect("value", &[if is_mean { all.sum * data.scale } else { all.sum }]),
    }
    for (kind, key) in [("grad", "grad."), ("hess", "hess.")] {
        let written = outputs(entry).zip(&all.outputs).filter(|(name, _)| name.starts_with(kind));
        for (key, (_, got)) in case.keys(key).into_iter().zip(written) {
            case.expect(&key, &widen(got));
        }
    }
    for (key, got) in case.keys("slope.").into_iter().zip(&all.slopes) {
        case.expect(&key, &[*got]);
    }
    modes_agree(entry, case, &data, &all);
}

/// The loss of a kernel, and whether its target is dense: `cross_entropy_dense_f32` is of `crossEntropy`, `kl_divergence_logits_f32` of
/// `klDivergence`.
fn loss_of(kernel: &str) -> (String, bool) {
    let name = kernel.trim_end_matches("_f32").trim_end_matches("_f64");
    if let Some(variant) = name.strip_suffix("_logits").map(loss_of).filter(|(loss, _)| has_vectors(loss)) {
        return variant;
    }
    let (name, dense) = name.strip_suffix("_dense").map_or((name, false), |name| (name, true));
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let camel = words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..]);
    (camel, dense)
}

#[test]
fn golden_vectors() {
    let parameters = parameters();
    for entry in REGISTRIES.iter().flat_map(|registry| registry.as_flattened()) {
        let (loss, dense) = loss_of(entry.name);
        // Parts of other losses have none of their own.
        if !has_vectors(&loss) {
            continue;
        }
        let dtype = if entry.name.ends_with("_f32") { "float32" } else { "float64" };
        let labelled = entry.arguments.contains(&"labels");
        let mut count = 0;
        for case in cases(&loss).iter().filter(|case| case.text("dtype") == Some(dtype)) {
            if (dense || labelled) && case.text("labels").is_some() != labelled {
                continue;
            }
            let form = if dense {
                "dense"
            } else if labelled {
                "labels"
            } else {
                "plain"
            };
            let key = format!("{loss} {form} width={}{}", case.text("width").unwrap_or_default(), case.options());
            let missing = || panic!("test/bits/parameters.txt lacks {key}: npm run bits");
            let (kernel, parameters) = parameters.get(&key).unwrap_or_else(missing);
            if entry.name.trim_end_matches("_f32").trim_end_matches("_f64") != kernel {
                continue;
            }
            if dtype == "float32" {
                check::<f32>(entry, case, parameters);
            } else {
                check::<f64>(entry, case, parameters);
            }
            count += 1;
        }
        assert!(count > 5, "{} has hardly any cases", entry.name);
    }
}
