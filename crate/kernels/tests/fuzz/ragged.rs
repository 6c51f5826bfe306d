//! Calls whose rows have lengths of their own, or parts: lists, sequences, and images with their regions.

use crate::call::{call, kernel};
use crate::data::{Generator, array, domain, labels, parameter, weight_list};
use crate::guarded::{Guarded, Side};
use crate::record::{Given, outputs, record};
use crate::{Outcome, bits, check_sum};
use losskit_kernels::abi::Entry;
use losskit_kernels::loops::region::{phase, work_size as region_work_size};
use losskit_kernels::losses::ranking::work_size as list_work_size;
use losskit_kernels::losses::sequences::ctc::CtcCall;
use losskit_kernels::simd::Float;
use std::ptr::{null, null_mut};

/// What a kernel's rows are.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Lists,
    Sequences,
    Regions,
}

fn kind_of(entry: &Entry) -> Option<Kind> {
    let has = |name: &str| entry.arguments.contains(&name) && entry.arguments.contains(&"scale");
    let kinds = [("steps", Kind::Sequences), ("lengths", Kind::Lists), ("pixels", Kind::Regions)];
    kinds.into_iter().find(|(name, _)| has(name)).map(|(_, kind)| kind)
}

/// Whether a kernel is of one of these shapes.
pub fn is_ragged(entry: &Entry) -> bool {
    kind_of(entry).is_some()
}

/// One call.
pub struct Ragged<T> {
    kind: Kind,
    rows: usize,
    width: usize,
    /// Steps of a sequence, or pixels.
    steps: usize,
    /// Labels of a row.
    count: usize,
    scale: f64,
    inputs: Vec<Vec<T>>,
    labels: Vec<i32>,
    lengths: [Option<Vec<i32>>; 2],
    weight: Option<Vec<T>>,
    vector: Option<Vec<T>>,
    params: Vec<f64>,
    has_values: bool,
    has_grads: bool,
    in_place: bool,
    together: bool,
}

impl<T: Float> Ragged<T> {
    pub fn new(entry: &Entry, random: &mut Generator) -> Self {
        let kind = kind_of(entry).expect("a shape that is known");
        let rows = random.below(6);
        let (width, steps, count) = match kind {
            Kind::Lists => (random.of(&[1, 2, 3, 4, 5, 8, 9, 33, 130]), 1, 0),
            Kind::Sequences => (random.of(&[1, 2, 3, 5, 17]), random.of(&[0, 1, 2, 3, 5, 9, 70]), random.below(5)),
            Kind::Regions => {
                let pixels = random.of(&[0, 1, 2, 3, 31, 32, 33, 127, 128, 129, 300]);
                (random.of(&[1, 1, 2, 3, 5, 260]), pixels, pixels)
            }
        };
        let used = |most: usize, random: &mut Generator| {
            (!random.one_in(3)).then(|| (0..rows).map(|_| random.below(most + 1) as i32).collect::<Vec<i32>>())
        };
        let lengths = match kind {
            Kind::Lists => [used(width, random), None],
            Kind::Sequences => [used(steps, random), used(count, random)],
            Kind::Regions => [None, None],
        };
        let length = match (&lengths[0], kind) {
            (Some(sizes), Kind::Lists) => sizes.iter().sum::<i32>() as usize,
            _ => rows * steps * width,
        };
        let names =
            entry.arguments.iter().filter(|name| ["scores", "relevance", "logits", "pred", "target"].contains(name));
        let inputs = names.map(|name| array(random, length, domain(entry.name, name))).collect();
        let first = entry.arguments.iter().position(|name| *name == "work").expect("scratch memory");
        let params = entry.arguments[first + 1..].iter().map(|name| parameter(name, width, random)).collect();
        Ragged {
            kind,
            rows,
            width,
            steps,
            count,
            scale: random.of(&[1.0, 1e-40, 1e30, 0.0]),
            inputs,
            labels: labels(random, rows * count, width),
            lengths,
            weight: random.one_in(2).then(|| weight_list(random, rows)),
            vector: (kind == Kind::Regions && random.one_in(2)).then(|| weight_list(random, width)),
            params,
            has_values: random.one_in(2),
            has_grads: !random.one_in(4),
            in_place: random.one_in(4),
            together: kind == Kind::Regions && rows > 0 && random.one_in(3),
        }
    }

    pub fn text(&self) -> String {
        let Ragged { rows, width, steps, count, lengths, params, has_values, has_grads, in_place, together, .. } = self;
        format!(
            "{rows} of {steps} x {width}, {count} labels, lengths {lengths:?}, parameters {params:?}, values {has_values}, \
             gradients {has_grads}, in place {in_place}, together {together}"
        )
    }

    /// The rows from one on.
    fn from(&self, first: usize) -> Self {
        let start = self.start(first);
        Ragged {
            rows: self.rows - first,
            inputs: self.inputs.iter().map(|x| x[start..].to_vec()).collect(),
            labels: self.labels[first * self.count..].to_vec(),
            lengths: self.lengths.each_ref().map(|x| x.as_ref().map(|x| x[first..].to_vec())),
            weight: self.weight.as_ref().map(|x| x[first..].to_vec()),
            vector: self.vector.clone(),
            params: self.params.clone(),
            ..*self
        }
    }

    /// Where a row begins.
    fn start(&self, row: usize) -> usize {
        match (&self.lengths[0], self.kind) {
            (Some(sizes), Kind::Lists) => sizes[..row].iter().sum::<i32>() as usize,
            _ => row * self.steps * self.width,
        }
    }

    /// Bytes that the kernel works in.
    fn work_size(&self) -> usize {
        match self.kind {
            Kind::Lists => list_work_size::<T>(self.width),
            Kind::Sequences => CtcCall::<T>::work_size(self.steps, self.width, self.count, self.has_grads),
            Kind::Regions => region_work_size::<T>(self.width),
        }
    }

    /// Losses that it has.
    fn samples(&self) -> usize {
        match self.kind {
            Kind::Regions => self.width * if self.together { 1 } else { self.rows },
            _ => self.rows,
        }
    }
}

/// Runs a case with its arrays at one side of their pages.
fn run<T: Float>(entry: &Entry, case: &Ragged<T>, side: Side) -> Outcome {
    let blank = T::from_f64(77.0);
    let mut inputs: Vec<_> = case.inputs.iter().map(|x| Guarded::new(x, side)).collect();
    let labels = Guarded::new(&case.labels, side);
    let lengths = case.lengths.each_ref().map(|x| x.as_ref().map(|x| Guarded::new(x, side)));
    let [weight, vector] = [&case.weight, &case.vector].map(|x| x.as_ref().map(|x| Guarded::new(x, side)));
    let mut values = case.has_values.then(|| Guarded::new(&vec![blank; case.samples()], side));
    let mut grad = Guarded::new(&vec![blank; case.inputs[0].len()], side);
    let mut work = Guarded::<u64>::new(&vec![u64::MAX; case.work_size().next_multiple_of(64) / 8], Side::Start);
    let states = if case.kind == Kind::Regions { 6 * case.samples() } else { 0 };
    let mut states = Guarded::<u64>::new(&vec![u64::MAX; states], side);
    let place = match (case.has_grads, case.in_place) {
        (false, _) => null_mut(),
        (_, true) => inputs[0].as_mut_ptr(),
        _ => grad.as_mut_ptr(),
    };
    let given = Given {
        rows: case.rows,
        width: case.width,
        columns: 0,
        scale: case.scale,
        values: values.as_mut().map_or(null_mut(), Guarded::as_mut_ptr),
        weight: weight.as_ref().map_or(null(), Guarded::as_ptr),
        inputs: inputs.iter().map(Guarded::as_ptr).collect(),
        labels: labels.as_ptr(),
        steps: case.steps,
        count: case.count,
        lengths: lengths.each_ref().map(|x| x.as_ref().map_or(null(), Guarded::as_ptr)),
        vector: vector.as_ref().map_or(null(), Guarded::as_ptr),
        outputs: outputs(entry).map(|_| place).collect(),
        work: work.as_mut_ptr().expose_provenance(),
        states: states.as_mut_ptr().expose_provenance(),
        phases: if case.together { phase::ALL | phase::TOGETHER } else { phase::ALL },
        params: case.params.clone(),
    };
    // SAFETY: all arrays have the lengths that the kernel's shape says; the gradient is apart, or in the place of the first input.
    let result = unsafe { call(kernel(entry.name), &mut record(entry, &given)) };
    for (i, input) in inputs.iter().enumerate() {
        input.check();
        let is_written = i == 0 && case.in_place && case.has_grads;
        assert!(
            is_written || input.list().iter().map(bits).eq(case.inputs[i].iter().map(bits)),
            "input {i} was written"
        );
    }
    [&weight, &vector, &values].into_iter().flatten().for_each(Guarded::check);
    lengths.iter().flatten().for_each(Guarded::check);
    labels.check();
    grad.check();
    work.check();
    states.check();
    let written = if case.in_place && case.has_grads { &inputs[0] } else { &grad };
    Outcome {
        result: result.map(|sum| bits(&sum)),
        values: values.iter().flat_map(|x| x.list().iter().map(bits)).collect(),
        outputs: vec![written.list().iter().map(bits).collect()],
        slopes: vec![],
    }
}

/// What holds for any data.
pub fn check<T: Float>(entry: &Entry, case: &Ragged<T>, random: &mut Generator) {
    let outcome = run(entry, case, Side::End);
    assert_eq!(outcome, run(entry, case, Side::Start), "the same call elsewhere");
    let sum = match outcome.result {
        Err(place) => return assert!((0..case.rows).contains(&(place as usize)), "{place}"),
        Ok(sum) => f64::from_bits(sum),
    };
    check_sum(sum, case.has_values, &outcome.values);
    if case.rows == 0 || case.together {
        return;
    }
    let first = random.below(case.rows);
    let part = run(entry, &case.from(first), Side::End);
    let before = if case.has_values { first * (case.samples() / case.rows) } else { 0 };
    assert_eq!(part.values, outcome.values[before..], "values from row {first} on");
    assert_eq!(part.outputs[0], outcome.outputs[0][case.start(first)..], "gradients from row {first} on");
}
