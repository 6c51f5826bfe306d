//! The calls that are tried: sizes around every boundary, and numbers of every kind.

use crate::record::{numbered, outputs};
use losskit_kernels::abi::Entry;
use losskit_kernels::simd::{Float, Vector};

/// Random numbers (splitmix64).
pub struct Generator(u64);

impl Generator {
    pub fn new(seed: u64, name: &str) -> Self {
        let start = name.bytes().fold(seed, |seed, byte| seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        Generator(start)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn of<X: Copy>(&mut self, list: &[X]) -> X {
        list[self.below(list.len())]
    }

    /// In (0, 1).
    fn fraction(&mut self) -> f64 {
        (self.next() >> 12) as f64 / (1u64 << 52) as f64
    }
}

/// What an array is filled with.
#[derive(Clone, Copy)]
pub enum Kind {
    Usual,
    Unit,
    Binary,
    Sign,
    Huge,
    Tiny,
    Bits,
    Special,
    Zero,
}

impl Kind {
    fn draw<T: Float>(self, random: &mut Generator) -> T {
        let sign = if random.one_in(2) { -1.0 } else { 1.0 };
        let power = |x: f64, by: f64| 2f64.powf(x * by) * sign;
        let (most, least) = if T::Vec::DOUBLE { (1023.9, -1074.0) } else { (127.9, -149.0) };
        let x = random.fraction();
        T::from_f64(match self {
            Kind::Usual => 8.0 * x * sign,
            Kind::Unit => x,
            Kind::Binary => x.round(),
            Kind::Sign => sign,
            Kind::Huge => power(0.5 + 0.5 * x, most),
            Kind::Tiny => power(0.7 + 0.3 * x, least),
            // Any bits: NaN of any payload among them.
            Kind::Bits if T::Vec::DOUBLE => f64::from_bits(random.next()),
            Kind::Bits => return from_bits(random.next() as u32),
            Kind::Special => random.of(&[
                f64::NAN,
                -f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                0.0,
                -0.0,
                1.0,
                -1.0,
                f64::MAX,
                5e-324,
            ]),
            Kind::Zero => 0.0,
        })
    }
}

/// A float with these bits: by way of a double, which would quiet a signalling NaN.
fn from_bits<T: Float>(bits: u32) -> T {
    let x = f32::from_bits(bits);
    // SAFETY: a `T` of four bytes is an `f32`.
    unsafe { std::mem::transmute_copy(&x) }
}

/// One call.
pub struct Case<T> {
    pub rows: usize,
    pub width: usize,
    pub scale: f64,
    pub inputs: Vec<Vec<T>>,
    pub labels: Vec<i32>,
    pub vector: Option<Vec<T>>,
    /// Whether that is one number an element.
    pub is_per_element: bool,
    pub weight: Option<Vec<T>>,
    /// Weights, and values, in a row.
    pub per_weight: usize,
    pub samples_per_row: usize,
    pub params: Vec<f64>,
    pub has_values: bool,
    pub has_grads: bool,
    pub has_hess: bool,
    /// Whether gradients take the places of their inputs.
    pub in_place: bool,
    pub is_batch: bool,
}

/// The vectors of one number a class, or an element.
const VECTORS: [&str; 3] = ["class_weight", "alpha", "pos_weights"];

/// What arguments are called that aren't inputs, derivatives or parameters.
const NAMED: [&str; 16] = [
    "sum", "excess", "scale", "tasks", "first", "step", "threads", "n", "m", "rows", "width", "dim", "values",
    "weight", "labels", "work",
];

/// Arguments of shapes that are in `ragged.rs`.
const ELSEWHERE: [&str; 3] = ["steps", "lengths", "pixels"];

/// Whether the shape of a kernel is known here.
pub fn is_known(entry: &Entry) -> bool {
    entry.arguments.contains(&"scale") && !entry.arguments.iter().any(|name| ELSEWHERE.contains(name))
}

impl<T: Float> Case<T> {
    pub fn new(entry: &Entry, random: &mut Generator) -> Self {
        let has = |name: &str| entry.arguments.contains(&name);
        let is_batch = has("work");
        let by_element = has("n") && !is_batch;
        let (rows, width) = sizes(random, by_element, is_batch);
        let length = rows * width;
        let first = entry.arguments.iter().position(|name| name.starts_with("grad")).expect("a gradient");
        let end = first + outputs(entry).count();
        let slopes = entry.arguments.iter().filter(|name| name.starts_with("slope")).count();
        let params = &entry.arguments[end + usize::from(is_batch) + slopes..];
        let params: Vec<f64> = params.iter().map(|name| parameter(name, width, random)).collect();
        let mut inputs = vec![];
        for name in &entry.arguments[..first] {
            if !NAMED.contains(name) && !VECTORS.contains(name) {
                let length = if *name == "target" && is_pairs(entry) { rows } else { length };
                inputs.push(array(random, length, domain(entry.name, name)));
            }
        }
        let vector = entry.arguments.iter().any(|name| VECTORS.contains(name)) && !random.one_in(3);
        let weights = !is_batch && random.one_in(2);
        // Of NT-Xent both views.
        let samples_per_row = if by_element { width } else { 1 + usize::from(entry.name.starts_with("nt_xent")) };
        Case {
            rows,
            width,
            scale: random.of(&[1.0, 1.0, 1.0 / length.max(1) as f64, 1e-40, 1e30, 0.0]),
            inputs,
            labels: match (has("labels"), is_batch) {
                (false, _) => vec![],
                (_, false) => labels(random, rows, width),
                (_, true) => numbered(&labels(random, rows, 4)),
            },
            vector: vector.then(|| weight_list(random, if by_element { length } else { width })),
            is_per_element: by_element,
            weight: weights.then(|| weight_list(random, samples_per_row * rows)),
            per_weight: samples_per_row,
            samples_per_row,
            params,
            has_values: random.one_in(2),
            has_grads: !random.one_in(4),
            has_hess: random.one_in(3),
            in_place: random.one_in(4) && first_inputs_are_differentiated(entry),
            is_batch,
        }
    }

    pub fn text(&self) -> String {
        let Case { rows, width, scale, params, has_values, has_grads, has_hess, in_place, .. } = self;
        let (vector, weight) = (self.vector.is_some(), self.weight.is_some());
        format!(
            "{rows} x {width}, scale {scale:e}, parameters {params:?}, vector {vector}, weights {weight}, \
             values {has_values}, gradients {has_grads}, second {has_hess}, in place {in_place}"
        )
    }
}

/// Contrastive pairs have a target a pair, which isn't a row of numbers.
fn is_pairs(entry: &Entry) -> bool {
    entry.arguments.contains(&"z1")
}

/// Whether the gradients are those of the first inputs, in order, so that each may lie in its place.
fn first_inputs_are_differentiated(entry: &Entry) -> bool {
    // The log-variance comes after the target there.
    !entry.arguments.contains(&"grad_log_var") || !entry.arguments.contains(&"target")
}

/// Rows and width: around registers, groups, strips and chunks.
fn sizes(random: &mut Generator, by_element: bool, is_batch: bool) -> (usize, usize) {
    if is_batch {
        return (random.below(9), random.of(&[1, 2, 3, 7, 8, 17]));
    }
    let near = random.of(&[0, 1, 2, 4, 8, 16, 32, 64, 128, 160, 512, 520]);
    let width = (near + random.below(4)).saturating_sub(random.below(3));
    if by_element {
        let chunks = if random.one_in(12) { 8190 + random.below(20) } else { 0 };
        return (width + chunks, 1);
    }
    let rows = random.of(&[0, 1, 2, 3, 4, 5, 8, 13, 70]).min(20_000 / width.max(1));
    (rows, width.max(1))
}

/// What an input must hold to be in its domain, most of the time.
pub fn domain(loss: &str, name: &str) -> Kind {
    let is_sign =
        ["hinge", "squared_hinge", "soft_margin", "cosine_embedding"].iter().any(|prefix| loss.starts_with(prefix));
    match name {
        "target" if is_sign => Kind::Sign,
        "target" if loss.starts_with("binary_focal") || loss.starts_with("contrastive") => Kind::Binary,
        "p" | "q" | "pred" => Kind::Unit,
        "target" if ["dice", "jaccard", "tversky"].iter().any(|prefix| loss.starts_with(prefix)) => Kind::Unit,
        "relevance" => Kind::Unit,
        "target" if loss.contains("cross_entropy") || loss.starts_with("nll") => Kind::Unit,
        _ => Kind::Usual,
    }
}

/// Numbers of one kind, or of several.
pub fn array<T: Float>(random: &mut Generator, n: usize, domain: Kind) -> Vec<T> {
    let strange =
        random.of(&[Kind::Huge, Kind::Tiny, Kind::Bits, Kind::Special, Kind::Zero, Kind::Binary, Kind::Usual]);
    let rarely = random.of(&[1, 3, 50, usize::MAX, usize::MAX, usize::MAX]);
    (0..n).map(|_| if random.one_in(rarely) { strange.draw(random) } else { domain.draw(random) }).collect()
}

/// Weights: finite, from 0 on.
pub fn weight_list<T: Float>(random: &mut Generator, n: usize) -> Vec<T> {
    let kind = random.of(&[Kind::Unit, Kind::Binary, Kind::Zero, Kind::Huge]);
    (0..n)
        .map(|_| kind.draw::<T>(random).to_f64().abs())
        .map(|w| T::from_f64(if w < 1e-30 { 0.0 } else { w }))
        .collect()
}

pub fn labels(random: &mut Generator, rows: usize, width: usize) -> Vec<i32> {
    let wild = random.one_in(6);
    let any = |random: &mut Generator| {
        let bits = random.next() as i32;
        random.of(&[-1, i32::MIN, i32::MAX, width as i32, -100, bits])
    };
    (0..rows).map(|_| if wild && random.one_in(4) { any(random) } else { random.below(width) as i32 }).collect()
}

/// A parameter: one that the facade lets pass, or, for the memory's sake, any number.
pub fn parameter(name: &str, width: usize, random: &mut Generator) -> f64 {
    if random.one_in(40) {
        return random.of(&[f64::NAN, f64::INFINITY, -1.0, 1e300, 5e-324, -0.0]);
    }
    match name {
        "blank" => random.below(width) as f64,
        "activation" => random.of(&[0.0, 1.0, 2.0]),
        "infeasible" => random.of(&[0.0, 1.0]),
        "smooth" => random.of(&[0.0, 1e-5, 1.0]),
        "ignore_index" => random.of(&[f64::NAN, -100.0, 0.0, width as f64 - 1.0]),
        "distance" => random.of(&[0.0, 1.0, 2.0]),
        "p" => random.of(&[1.0, 2.0]),
        "swap" | "normalize" | "symmetric" | "half" | "full" | "westonWatkins" | "weston_watkins" => {
            random.of(&[0.0, 1.0])
        }
        name if name.starts_with("log_") => random.of(&[0.0, 1.0]),
        "label_smoothing" | "l1_ratio" | "alpha1" | "alpha0" => random.of(&[0.0, 0.1, 1.0]),
        "eps" => random.of(&[0.0, 1e-7, 0.25]),
        _ => random.of(&[0.5, 1.0, 2.0, 3.5, 0.07]),
    }
}
