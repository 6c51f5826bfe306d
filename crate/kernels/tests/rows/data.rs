//! Rows made from their number: alike, apart, with one class that towers, and of every size a float has.

use losskit_kernels::loops::softmax::short::lanes::{SHORT, SHORT_WEIGHED};

/// The widths of rows, in turn.
pub const WIDTHS: [usize; 12] =
    [2, 3, 5, 10, 16, 33, SHORT_WEIGHED, SHORT_WEIGHED + 1, SHORT - 1, SHORT, SHORT + 1, 1000];

/// Numbers that look random.
pub struct Random(u64);

impl Random {
    /// Those of a row.
    pub fn new(number: u32) -> Random {
        let mut random = Random(u64::from(number) ^ 0x9e37_79b9_7f4a_7c15);
        random.unit();
        random
    }
    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// Of either sign, and of every size between two powers of two.
    fn wide(&mut self, low: f64, high: f64) -> f64 {
        self.between(low, high).exp2() * [-1.0, 1.0][self.below(2)]
    }
}

/// Logits.
pub fn logits(random: &mut Random, row: &mut [f32]) {
    let spread = [1e-3, 1.0, 8.0, 40.0, 300.0, 2e4][random.below(6)];
    let base = [0.0, 3.0, -1000.0, 1e5, random.wide(-40.0, 20.0)][random.below(5)];
    let any_size = random.below(8) == 0;
    for z in row.iter_mut() {
        *z = if any_size { random.wide(-149.0, 127.0) } else { base + spread * (random.unit() - 0.5) } as f32;
    }
    if random.below(4) == 0 {
        row[random.below(row.len())] += random.between(0.0, 110.0) as f32;
    }
}

/// Probabilities above 0 that needn't sum to 1.
pub fn units(random: &mut Random, row: &mut [f32]) {
    let kind = random.below(4);
    let share = 1.0 / row.len() as f64;
    for p in row {
        *p = match kind {
            0 => random.between(1e-6, 1.0),
            1 => random.wide(-149.0, 0.0).abs(),
            2 => 1.0 - random.wide(-24.0, -1.0).abs(),
            _ => share * random.between(0.01, 1.0),
        } as f32;
    }
}

/// As [`units`], a few of them 0.
pub fn weights(random: &mut Random, row: &mut [f32]) {
    units(random, row);
    if random.below(2) == 0 {
        row[random.below(row.len())] = 0.0;
    }
}

/// Log-variances and the like: near 0, or in the exponential's tails.
pub fn any(random: &mut Random, row: &mut [f32]) {
    for x in row {
        *x = match random.below(3) {
            0 => random.wide(-60.0, 3.0),
            1 => random.between(-110.0, 88.0),
            _ => random.between(-3.0, 3.0),
        } as f32;
    }
}
