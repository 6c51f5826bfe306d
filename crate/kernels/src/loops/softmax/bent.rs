//! Rows of logits that are bounded before their softmax, or divided by any temperature, however extreme.
//!
//! **Precision.** Doubles, whatever the logits are. Strip by strip, and nothing of a row is kept: it is read once for its largest logit,
//! once for the sums, and once more for each result.

use crate::loops::STRIP;
use crate::loops::cells::{Cells, Strip, Wide, map, map_with, sum};
use crate::math;
use crate::simd::Vector;

/// What is done to logits: z → c tanh(z/c)/T. −∞ stays −∞, with slope 1/T: a class that is masked.
#[derive(Clone, Copy)]
pub struct Bend {
    /// c > 0, or NaN: no bound
    pub softcap: f64,
    /// T > 0
    pub temperature: f64,
}

/// A row of logits, and what is done to them.
#[derive(Clone, Copy)]
pub struct Logits {
    /// The logits z.
    pub z: Cells,
    /// Elements.
    pub width: usize,
    /// What is done to them.
    pub bend: Bend,
}

/// The softmax of such a row: p_k = e_k/Σe, e_k = e^gap_k.
#[derive(Clone, Copy)]
pub struct BentSoftmax {
    /// The largest logit, as it was given.
    pub max: f64,
    /// Σ e_k
    pub sum: f64,
    /// Σ e_k without the largest, which is 1.
    pub rest: f64,
    /// ln Σ e_k
    pub log_sum: f64,
}

impl BentSoftmax {
    /// Where p exceeds ½.
    #[inline(always)]
    pub fn is_top(&self, e: Wide) -> <Wide as Vector>::Mask {
        // No e is 2.
        e.eq(Wide::c(if self.sum < 2.0 { 1.0 } else { 2.0 }))
    }
    /// p and 1 − p from e, where p may be near 1 as a sum.
    #[inline(always)]
    pub fn sides(&self, e: Wide) -> (Wide, Wide) {
        let [sum, rest] = [self.sum, self.rest].map(Wide::c);
        (e / sum, Wide::select(e.eq(Wide::c(1.0)), rest, sum - e) / sum)
    }
}

impl Logits {
    /// The softmax; None where no limit exists: NaN, all −∞, or two +∞ without a bound.
    ///
    /// # Safety
    /// - The row is valid for reads.
    #[inline(never)]
    pub unsafe fn softmax(&self) -> Option<BentSoftmax> {
        let (mut strip, mut max, mut nan, mut infinite) = ([0.0; STRIP], f64::NEG_INFINITY, false, 0);
        for start in (0..self.width).step_by(STRIP) {
            // SAFETY: the strip is within the row.
            let n = unsafe { self.z.read(start, self.width, &mut strip) };
            for &z in strip.iter().take(n) {
                nan |= z.is_nan();
                infinite += u32::from(z == f64::INFINITY);
                max = if z > max { z } else { max };
            }
        }
        if nan || max == f64::NEG_INFINITY || (infinite > 1 && self.bend.softcap.is_nan()) {
            return None;
        }
        // What is 1 is the largest, or as good as: the others are summed by themselves, so that nothing cancels.
        let (mut ones, mut others) = (0.0, 0.0);
        for start in (0..self.width).step_by(STRIP) {
            // SAFETY: as above.
            let n = unsafe { self.exps(max, start, &mut strip) };
            for e in strip.iter_mut().take(n).filter(|e| **e == 1.0) {
                (ones, *e) = (ones + 1.0, 0.0);
            }
            others += sum(&strip, n);
        }
        let rest = others + (ones - 1.0);
        Some(BentSoftmax { max, sum: others + ones, rest, log_sum: math::log1p_positive(Wide::c(rest)).lane(0) })
    }

    /// e of a strip from `start` on; says how many these are.
    ///
    /// # Safety
    /// - The row is valid for reads.
    pub unsafe fn exps(&self, max: f64, start: usize, strip: &mut Strip) -> usize {
        // SAFETY: the caller's guarantee.
        let n = unsafe { self.gaps(max, start, strip) };
        map(strip, n, math::exp_short);
        n
    }

    /// What becomes of a strip of logits from `start` on, less what becomes of the largest; says how many these are.
    ///
    /// # Safety
    /// - The row is valid for reads.
    #[inline(never)]
    pub unsafe fn gaps(&self, max: f64, start: usize, strip: &mut Strip) -> usize {
        // SAFETY: the caller's guarantee.
        let n = unsafe { self.z.read(start, self.width, strip) };
        let Bend { softcap, temperature } = self.bend;
        let [m, half, one] = [max, 0.5, 1.0].map(Wide::c);
        // Of halves, whose difference doesn't overflow. At an infinite largest logit it is 0, not ∞ − ∞.
        let less_max = |z: Wide, unit: f64| ((half * z - half * m) / Wide::c(0.5 * unit)).drop(z.eq(m));
        if softcap.is_nan() {
            map(strip, n, |z| less_max(z, temperature));
            return n;
        }
        // tanh a − tanh b = tanh(a − b)(1 − tanh a tanh b), the last factor from what both lack to ±1; of z < 0 < m, by their sum.
        let (cap, lack_m) = (Wide::c(softcap), lack(m, Wide::c(softcap)));
        let below = Wide::c(if max > 0.0 { 0.0 } else { f64::NEG_INFINITY });
        map(strip, n, |z| {
            let lack_z = lack(z, cap);
            let factor =
                Wide::select(z.lt(below), one + (one - lack_z) * (one - lack_m), lack_z + lack_m - lack_z * lack_m);
            let gap = cap * tanh(less_max(z, softcap)) * factor / Wide::c(temperature);
            let masked = Wide::c(f64::NEG_INFINITY);
            Wide::select(z.eq(masked), masked, gap)
        });
        n
    }

    /// What becomes of the largest logit.
    pub fn top(&self, softmax: &BentSoftmax) -> f64 {
        let Bend { softcap, temperature } = self.bend;
        let bounded =
            if softcap.is_nan() { softmax.max } else { softcap * tanh(Wide::c(softmax.max / softcap)).lane(0) };
        bounded / temperature
    }

    /// Makes derivatives in what becomes of a strip of logits those in the logits: times sech²(z/c)/T.
    ///
    /// # Safety
    /// - The row is valid for reads.
    #[inline(never)]
    pub unsafe fn through(&self, start: usize, derivatives: &mut Strip) {
        let Bend { softcap, temperature } = self.bend;
        let (cap, by) = (Wide::c(softcap), Wide::c(temperature));
        if softcap.is_nan() {
            return map(derivatives, STRIP, |x| x / by);
        }
        let mut z = [0.0; STRIP];
        // SAFETY: the caller's guarantee.
        let n = unsafe { self.z.read(start, self.width, &mut z) };
        map_with(derivatives, &z, n, |x, z| {
            let slope = sech2(z, cap);
            x * Wide::select(z.eq(Wide::c(f64::NEG_INFINITY)), Wide::c(1.0), slope) / by
        });
    }
}

// Calls, as few rows have a bound: each of these inlined is as long as all else here. The C convention, unlike Rust's own, passes
// registers as registers.

#[inline(never)]
extern "C" fn tanh<V: Vector>(x: V) -> V {
    math::tanh(x)
}

/// 1 − tanh |x| = 2E/(1 + E) with x = z/c, E = e^(−2|x|).
#[inline(never)]
extern "C" fn lack<V: Vector>(z: V, c: V) -> V {
    let (x, rest) = quotient(z.abs(), c);
    let e = math::exp_nonpositive(x * V::c(-2.0));
    let e = e - e * (rest + rest);
    (e + e) / (V::c(1.0) + e)
}

/// sech² x with x = z/c.
#[inline(never)]
extern "C" fn sech2<V: Vector>(z: V, c: V) -> V {
    let (x, rest) = quotient(z.abs(), c);
    let slope = math::sech2_of(x, math::decay(x));
    slope - slope * (rest + rest)
}

/// z/c for z ≥ 0, and what its rounding has lost where that counts: at large quotients, whose exponentials would show it. The product of
/// the quotient and c is exact in parts (Dekker 1971, A floating-point technique for extending the available precision).
#[inline(always)]
fn quotient<V: Vector>(z: V, c: V) -> (V, V) {
    let x = z / c;
    let split = |x: V| {
        let high = x * V::c(134_217_729.0);
        let high = high - (high - x);
        (high, x - high)
    };
    let ((a, b), (c_high, c_low)) = (split(x), split(c));
    let product = x * c;
    let error = ((a * c_high - product) + a * c_low + b * c_high) + b * c_low;
    // Beyond 360, where exponentials are 0, parts may overflow.
    let counts = V::c(1.0).lt(x) & x.lt(V::c(360.0));
    (x, (((z - product) - error) / c).keep(counts))
}
