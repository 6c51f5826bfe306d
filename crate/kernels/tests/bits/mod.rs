//! The calls of `test/bits/hashes.txt`: their data, made like test/bits/bits.mjs makes it, and the hash of what comes out.

use losskit_kernels::simd::Float;

/// One line of the file.
pub struct Line {
    pub kernel: String,
    pub shape: String,
    pub double: bool,
    pub rows: usize,
    pub width: usize,
    seed: u32,
    inputs: Vec<String>,
    pub params: Vec<f64>,
    vector: Vec<f64>,
    /// Whether the call has second derivatives, if the kernel has them.
    pub has_hess: bool,
    pub bits: String,
    pub text: String,
}

impl Line {
    /// Rows of numbers that a sample has: steps, or pixels.
    fn each(&self) -> usize {
        match self.shape.as_str() {
            "sequence" => STEPS,
            "region" => PIXELS,
            _ => 1,
        }
    }

    /// So many numbers of an input.
    #[allow(dead_code)]
    pub fn numbers<T: Float>(&self, input: usize, length: usize) -> Vec<T> {
        let mut next = Generator(self.seed.wrapping_add(input as u32));
        (0..length).map(|_| T::from_f64(next.draw(&self.inputs[input], self.double))).collect()
    }

    /// Elements of each input that has rows.
    pub fn elements(&self) -> usize {
        self.rows * self.width * self.each()
    }
}

/// The calls of one kernel; those that are put together from several, like the ELBO's, are left out.
pub fn lines() -> Vec<Line> {
    all().filter(|line| !line.kernel.is_empty() && line.shape != "linear").collect()
}

/// Those of a linear layer with a loss that is one kernel, which is named.
#[allow(dead_code)]
pub fn linear_lines() -> Vec<Line> {
    all().filter(|line| !line.kernel.is_empty() && line.shape == "linear").collect()
}

fn all() -> impl Iterator<Item = Line> {
    include_str!("../../../../test/bits/hashes.txt").lines().map(parse)
}

fn parse(text: &str) -> Line {
    // The name, the precision, the size and the options; then fields.
    let words: Vec<&str> = text.split(' ').collect();
    let field = |key: &str| {
        let found = words[4..].iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        found.unwrap_or_else(|| panic!("no {key} in {text}"))
    };
    let list = |key| field(key).split(',').filter(|x| !x.is_empty()).map(|x| x.parse().expect("a number")).collect();
    let (rows, width) = words[2].split_once('x').expect("rows x width");
    Line {
        kernel: field("kernel").into(),
        shape: field("shape").into(),
        double: words[1] == "float64",
        has_hess: !words.contains(&"order=1"),
        rows: rows.parse().unwrap(),
        width: width.parse().unwrap(),
        seed: field("seed").parse().unwrap(),
        inputs: field("inputs").split(',').map(String::from).collect(),
        params: list("params"),
        vector: list("vector"),
        bits: words[words.len() - 1].into(),
        text: text.into(),
    }
}

/// Steps of a sequence, and its labels.
pub const STEPS: usize = 70;
/// Pixels of an image.
pub const PIXELS: usize = 150;
pub const SPELT: usize = 7;

/// Whole numbers of 32 bits (mulberry32).
struct Generator(u32);

impl Generator {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x6d2b79f5);
        let mut t = (self.0 ^ (self.0 >> 15)).wrapping_mul(1 | self.0);
        t = t.wrapping_add((t ^ (t >> 7)).wrapping_mul(61 | t)) ^ t;
        t ^ (t >> 14)
    }

    fn draw(&mut self, domain: &str, double: bool) -> f64 {
        match domain {
            "sign" => return f64::from(self.next() & 1) * 2.0 - 1.0,
            "binary" => return f64::from(self.next() & 1),
            _ => (),
        }
        let high = f64::from(self.next() >> 12) * 2f64.powi(-20);
        let fraction = high + if double { f64::from(self.next() >> 12) * 2f64.powi(-40) } else { 0.0 };
        if domain == "unit" {
            return 0.0625 + 0.875 * fraction;
        }
        let exponent = (self.next() % 13) as i32 - 6;
        let magnitude = (0.5 + fraction) * 2f64.powi(exponent);
        let negative = self.next() & 1 == 1;
        if negative && domain == "real" { -magnitude } else { magnitude }
    }
}

/// A call's arrays.
pub struct Arrays<T> {
    pub inputs: Vec<Vec<T>>,
    pub labels: Vec<i32>,
    pub vector: Vec<T>,
    pub values: Vec<T>,
    pub outputs: Vec<Vec<T>>,
}

impl<T: Float> Arrays<T> {
    /// The data of a line, room for so many values and derivatives.
    pub fn new(line: &Line, values: usize, outputs: usize) -> Arrays<T> {
        let (mut inputs, mut labels, zero) = (vec![], vec![], T::from_f64(0.0));
        for (seed, domain) in (line.seed..).zip(&line.inputs) {
            let mut next = Generator(seed);
            let (domain, by_row) =
                domain.strip_suffix("/row").map_or((domain.as_str(), false), |domain| (domain, true));
            let sequence = line.shape == "sequence";
            if domain == "labels" && sequence {
                let (width, blank) = (line.width as u32, line.params[0] as u32);
                let mut label = || (blank + 1 + next.next() % (width - 1)) % width;
                labels = (0..line.rows * SPELT).map(|_| label() as i32).collect();
                continue;
            }
            if domain == "labels" {
                let count = if line.shape == "region" { line.rows * PIXELS } else { line.rows };
                labels = (0..count).map(|_| (next.next() % line.width as u32) as i32).collect();
                continue;
            }
            let length = if by_row { line.rows } else { line.elements() };
            inputs.push((0..length).map(|_| T::from_f64(next.draw(domain, line.double))).collect());
        }
        Arrays {
            inputs,
            labels,
            vector: line.vector.iter().map(|&x| T::from_f64(x)).collect(),
            values: vec![zero; values],
            outputs: vec![vec![zero; line.elements()]; outputs],
        }
    }

    /// The hash of all that came out.
    pub fn hash(&self, slopes: &[f64], sum: f64) -> String {
        let derivatives = self.outputs.iter().flatten();
        let numbers = self.values.iter().chain(derivatives).map(|x| x.to_f64());
        hash(numbers.chain(slopes.iter().copied()).chain([sum]))
    }
}

/// The hash of numbers; NaN has but one.
pub fn hash(numbers: impl IntoIterator<Item = f64>) -> String {
    let (mut a, mut b) = (0x811c9dc5u32, 0x9e3779b9u32);
    for x in numbers {
        let bits = if x.is_nan() { 0x7ff80000u64 << 32 } else { x.to_bits() };
        for word in [bits as u32, (bits >> 32) as u32] {
            a = (a ^ word).wrapping_mul(0x85ebca6b);
            a ^= a >> 13;
            b = (b ^ word).wrapping_mul(0xc2b2ae35);
            b ^= b >> 16;
        }
    }
    format!("{a:08x}{b:08x}")
}
