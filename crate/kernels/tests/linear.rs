//! The kernels of a linear layer: every shape around every boundary, each array between pages that can't be touched, against plain sums of
//! doubles; and the same bits wherever arrays lie and however a call is cut.

#[path = "bits/mod.rs"]
#[allow(dead_code)]
mod bits;
#[path = "support/call.rs"]
mod call;
#[path = "fuzz/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "fuzz/guarded.rs"]
#[allow(dead_code)]
mod guarded;
#[path = "support/record.rs"]
#[allow(dead_code)]
mod record;

use bits::{Line, hash, linear_lines};
use call::{call, count, entry, kernel, pointer};
use data::Generator;
use guarded::{Guarded, Side};
use losskit_kernels::simd::{Float, Vector};
use record::{Given, outputs, record};
use std::iter::{once, repeat_n};
use std::ptr::{null, null_mut};

/// Rows, elements of a row, and classes.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    rows: usize,
    dim: usize,
    classes: usize,
}

/// What a layer gives.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    scores: Vec<f64>,
    hidden: Vec<f64>,
    weight: Vec<f64>,
    bias: Vec<f64>,
}

/// How a call is cut and laid out: none of it is to change a bit.
#[derive(Clone, Copy, Debug)]
struct Way {
    side: Side,
    /// Quads that are laid out together.
    together: usize,
    /// Rows that are packed at a time, and columns that hidden's gradient is computed of.
    packed: usize,
    /// Classes that scores are computed of at a time. Of few, hidden's gradient gets one block a call, else all of them.
    block: usize,
}

fn run<T: Float>(name: &str, given: &[f64]) {
    let kind = if T::Vec::DOUBLE { "f64" } else { "f32" };
    let mut arguments = [&[0.0, 0.0], given].concat();
    // SAFETY: the arrays have the sizes that the arguments say.
    unsafe { call(kernel(&format!("linear_{name}_{kind}")), &mut arguments) }.expect("no fault");
}

fn list<T: Float>(x: &[T]) -> Vec<f64> {
    x.iter().map(|x| x.to_f64()).collect()
}

/// How a call is cut where that is a matter of its bits.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Rows of a chunk.
    chunk: usize,
    /// Classes of a block.
    block: usize,
    /// Whether sums over chunks grow in memory of their own, or else in the gradients.
    in_sums: bool,
    with_bias: bool,
}

/// The layer on rows in chunks; `slopes` makes derivatives of so many scores, in their place.
fn layer<T: Float>(
    Sizes { rows, dim, classes }: Sizes,
    Cut { chunk, block: half, in_sums, with_bias }: Cut,
    inputs: &[Vec<T>; 3],
    way: Way,
    slopes: &mut dyn FnMut(*mut T, usize),
) -> Outcome {
    let Way { side, together, packed, block } = way;
    let lanes = 2 * T::Vec::LANES;
    let [hidden, weight, bias] = inputs.each_ref().map(|x| Guarded::new(x, side));
    let room = |n: usize| Guarded::new(&vec![T::from_f64(77.0); n], side);
    let wide = dim.next_multiple_of(lanes);
    let (hidden_grad, weight_grad, bias_grad) = (room(rows * dim), room(classes * dim), room(classes));
    let weight_sums = room(2 * classes.next_multiple_of(4) * wide);
    let bias_sums = room(2 * classes);
    let mut all = Vec::new();
    let (c, p) = (count, |x: &Guarded<T>, at: usize| pointer(x.as_ptr().wrapping_add(at)));
    for start in (0..rows).step_by(chunk) {
        let n = chunk.min(rows - start);
        let (by_rows, by_columns) = (room(n.next_multiple_of(lanes) * dim), room(n * wide));
        let scores = room(n * classes);
        for first in (0..n).step_by(packed) {
            let some = packed.min(n - first);
            let from = p(&hidden, (start + first) * dim);
            run::<T>("pack", &[c(some), c(dim), c(first), c(n), from, p(&by_rows, 0), p(&by_columns, 0)]);
        }
        let quads = room(4 * together * dim.max(n));
        for first in (0..classes).step_by(block) {
            let k = block.min(classes - first);
            let b = if with_bias { p(&bias, first) } else { c(0) };
            let places = [p(&by_rows, 0), p(&weight, first * dim), b, p(&scores, first), p(&quads, 0)];
            run::<T>("scores", &[&[c(n), c(k), c(dim), c(classes), c(together)], &places[..]].concat());
        }
        slopes(scores.as_ptr().cast_mut(), n * classes);
        let sums = room(2 * n.next_multiple_of(4) * wide);
        let span = if block < half { half } else { classes };
        for first in (0..classes).step_by(span) {
            let k = span.min(classes - first);
            let work = room((n.min(128).next_multiple_of(4) + 4 * lanes) * half.min(k));
            for column in (0..dim).step_by(packed) {
                let part = [c((first > 0).into()), c((first + k < classes).into())];
                let shape = [c(n), c(packed.min(dim - column)), c(k), c(classes), c(half)];
                let sums = p(&sums, 2 * column * n.next_multiple_of(4));
                let to = p(&hidden_grad, start * dim + column);
                let places = [p(&scores, first), p(&weight, first * dim + column), c(dim), sums, to, c(dim)];
                run::<T>("hidden", &[&shape, &part[..], &places, &[p(&work, 0)]].concat());
            }
            work.check();
        }
        let part = [c((start > 0).into()), c((start + n < rows).into())];
        let at = |x: &Guarded<T>, place: usize| if in_sums { p(x, place) } else { c(0) };
        let tail =
            [p(&scores, 0), p(&by_columns, 0), at(&weight_sums, 0), p(&weight_grad, 0), c(together), p(&quads, 0)];
        run::<T>("weight", &[&[c(n), c(classes), c(dim), c(classes)], &part[..], &tail[..]].concat());
        let tail = [p(&scores, 0), at(&bias_sums, 0), at(&bias_sums, classes), p(&bias_grad, 0)];
        run::<T>("bias", &[&[c(n), c(classes), c(classes)], &part[..], &tail[..]].concat());
        all.extend(list(scores.list()));
        [&by_rows, &by_columns, &scores, &quads, &sums].iter().for_each(|x| x.check());
    }
    [&hidden, &weight, &bias, &hidden_grad, &weight_grad, &bias_grad, &weight_sums, &bias_sums]
        .iter()
        .for_each(|x| x.check());
    let [hidden, weight, bias] = [&hidden_grad, &weight_grad, &bias_grad].map(|x| list(x.list()));
    Outcome { scores: all, hidden, weight, bias }
}

/// Whether sums are within a few units in the last place of their terms' magnitudes; `of(i)` gives the terms of the i-th.
fn check<T: Float>(what: &str, got: &[f64], of: impl Fn(usize) -> Vec<f64>) {
    let unit = if T::Vec::DOUBLE { f64::EPSILON } else { f32::EPSILON.into() };
    for (i, x) in got.iter().enumerate() {
        let terms = of(i);
        let (sum, size) = terms.iter().fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()));
        let allowed = (8.0 + (terms.len() as f64).log2()) * unit * size;
        assert!((x - sum).abs() <= allowed, "{what}[{i}] is {x}, should be {sum} ± {allowed}");
    }
}

fn check_sums<T: Float>(Sizes { rows, dim, classes }: Sizes, inputs: &[Vec<T>; 3], with_bias: bool, outcome: &Outcome) {
    let [hidden, weight, bias] = inputs.each_ref().map(|x| list(x));
    let g = &outcome.scores;
    check::<T>("scores", g, |i| {
        let (r, k) = (i / classes, i % classes);
        let products = (0..dim).map(|d| hidden[r * dim + d] * weight[k * dim + d]);
        products.chain(with_bias.then_some(bias[k])).collect()
    });
    let slope = |r: usize, k: usize| g[r * classes + k];
    check::<T>("hidden", &outcome.hidden, |i| {
        (0..classes).map(|k| slope(i / dim, k) * weight[k * dim + i % dim]).collect()
    });
    check::<T>("weight", &outcome.weight, |i| {
        (0..rows).map(|r| slope(r, i / dim) * hidden[r * dim + i % dim]).collect()
    });
    check::<T>("bias", &outcome.bias, |k| (0..rows).map(|r| slope(r, k)).collect());
}

fn check_all<T: Float>(seed: u64) {
    let mut random = Generator::new(seed, "linear");
    let edges = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 67, 130];
    for number in 0..if cfg!(miri) { 3 } else { 150 } {
        let [rows, dim, classes] =
            [0; 3].map(|_| edges[random.below(edges.len() - if number % 3 == 0 { 0 } else { 4 })]);
        let sizes = Sizes { rows, dim, classes };
        let draw = |random: &mut Generator| T::from_f64((random.below(2001) as f64 - 1000.0) / 300.0);
        let mut filled = |n: usize| (0..n).map(|_| draw(&mut random)).collect::<Vec<T>>();
        let inputs = [filled(rows * dim), filled(classes * dim), filled(classes)];
        let (chunk, two) = (1 + random.below(rows), number % 2 == 0);
        let way = Way { side: Side::End, together: 3, packed: 8, block: 4 };
        let block = if two { classes.div_ceil(2).next_multiple_of(4) } else { classes };
        let cut = Cut { chunk, block, in_sums: two, with_bias: !two };
        let outcome = layer(sizes, cut, &inputs, way, &mut |_, _| ());
        check_sums(sizes, &inputs, !two, &outcome);
        for other in [
            Way { side: Side::Start, ..way },
            Way { together: 1, packed: 16, block: 16, ..way },
            Way { together: 16, packed: 1000, block: 1000, ..way },
        ] {
            assert_eq!(outcome, layer(sizes, cut, &inputs, other, &mut |_, _| ()), "{sizes:?}, {cut:?}, {other:?}");
        }
    }
}

#[test]
fn floats() {
    check_all::<f32>(1);
}

#[test]
fn doubles() {
    check_all::<f64>(2);
}

/// What is infinite stays so, in sums of several chunks too.
#[test]
fn sums_that_overflow() {
    let sizes = Sizes { rows: 20, dim: 3, classes: 5 };
    let inputs = [vec![1e38f32; 60], vec![1.0; 15], vec![0.0; 5]];
    let way = Way { side: Side::End, together: 1, packed: 8, block: 16 };
    for two in [false, true] {
        let cut = Cut { chunk: 6, block: if two { 4 } else { 5 }, in_sums: two, with_bias: !two };
        let outcome = layer(sizes, cut, &inputs, way, &mut |_, _| ());
        assert!(outcome.weight.iter().chain(&outcome.bias).all(|x| *x == f64::INFINITY), "{outcome:?}");
    }
}

/// The loss of scores against zeros, whose derivatives take their place.
///
/// # Safety
/// - `scores` is valid for reads and writes of so many.
unsafe fn squares<T: Float>(scores: *mut T, count: usize) -> f64 {
    let entry = entry(if T::Vec::DOUBLE { "mse_f64" } else { "mse_f32" });
    let zeros = vec![T::from_f64(0.0); count];
    let given = Given {
        rows: count,
        width: 1,
        columns: 0,
        scale: 1.0,
        values: null_mut(),
        weight: null(),
        inputs: vec![scores.cast_const(), zeros.as_ptr()],
        labels: null(),
        steps: 0,
        count: 0,
        lengths: [null(); 2],
        vector: null(),
        outputs: once(scores).chain(repeat_n(null_mut(), outputs(entry).count() - 1)).collect(),
        work: 0,
        states: 0,
        phases: 0,
        params: vec![],
    };
    // SAFETY: the caller's guarantee; a gradient may take the place of its input.
    unsafe { call(kernel(entry.name), &mut record(entry, &given)) }.expect("a sum")
}

/// What WebAssembly gives for a line: rows by 512, and classes by 256, are what the facade takes of these shapes at a time.
fn hash_of<T: Float>(line: &Line) -> String {
    let (rows, classes, dim) = (line.rows, line.width, line.params[0] as usize);
    let inputs = [line.numbers(0, rows * dim), line.numbers(1, classes * dim), line.numbers(2, classes)];
    let cut = Cut { chunk: 512, block: 256, in_sums: rows > 512, with_bias: true };
    let way = Way { side: Side::End, together: 16, packed: 1000, block: 1000 };
    let mut sum = 0.0;
    let Outcome { hidden, weight, bias, .. } =
        // SAFETY: the scores are there.
        layer::<T>(Sizes { rows, dim, classes }, cut, &inputs, way, &mut |z, n| sum += unsafe { squares(z, n) });
    hash([hidden, weight, bias, vec![sum]].concat())
}

#[test]
fn the_host_gives_the_bits_of_webassembly() {
    let lines = linear_lines();
    assert!(lines.len() > 3);
    for line in &lines {
        let got = if line.double { hash_of::<f64>(line) } else { hash_of::<f32>(line) };
        assert_eq!(got, line.bits, "{}; after a change of the arithmetic, `npm run bits` writes it anew", line.text);
    }
}
