//! Sums over a row.

use super::At;
use crate::simd::Vector;

/// Elements between two flushes of a sum: no rounding error grows with more than a strip, or the number of strips.
pub const STRIP: usize = 512;

/// Sums what `f(at, n)` returns for every register of a row.
///
/// Four registers of floats are added pairwise, everything else as doubles. Doubles are taken singly, which keeps the module
/// small.
#[inline(always)]
pub fn sums<V: Vector, const N: usize>(width: usize, mut f: impl FnMut(At, usize) -> [V; N]) -> [f64; N] {
    let lanes = V::LANES;
    let mut total = [0.0; N];
    for start in (0..width).step_by(STRIP) {
        let end = width.min(start + STRIP);
        let mut sums = [[V::Wide::zero(); 2]; N];
        let mut at = start;
        while !V::DOUBLE && at + 4 * lanes <= end {
            let [a, b, c, d] = core::array::from_fn(|k| f(At { turn: at, constant: k * lanes }, lanes));
            for i in 0..N {
                ((a[i] + b[i]) + (c[i] + d[i])).accumulate(&mut sums[i]);
            }
            at += 4 * lanes;
        }
        while at < end {
            let n = lanes.min(end - at);
            let x = f(at.into(), n);
            for i in 0..N {
                let x = if n == lanes { x[i] } else { x[i].keep(V::first(n)) };
                x.accumulate(&mut sums[i]);
            }
            at += lanes;
        }
        for i in 0..N {
            total[i] += (sums[i][0] + sums[i][1]).total();
        }
    }
    total
}

/// As [`sums`], two registers at a time: long formulas gain nothing from being repeated four times in the code.
#[inline(always)]
pub fn sum_each<V: Vector>(width: usize, mut f: impl FnMut(At, usize) -> V) -> f64 {
    let lanes = V::LANES;
    let mut total = 0.0;
    for start in (0..width).step_by(STRIP) {
        let end = width.min(start + STRIP);
        let mut sum = [V::Wide::zero(); 2];
        let mut at = start;
        while !V::DOUBLE && at + 2 * lanes <= end {
            (f(at.into(), lanes) + f(At { turn: at, constant: lanes }, lanes)).accumulate(&mut sum);
            at += 2 * lanes;
        }
        while at < end {
            let n = lanes.min(end - at);
            let x = f(at.into(), n);
            (if n == lanes { x } else { x.keep(V::first(n)) }).accumulate(&mut sum);
            at += lanes;
        }
        total += (sum[0] + sum[1]).total();
    }
    total
}
