//! Sums over a row.

use super::{At, last};
use crate::loops::STRIP;
use crate::simd::Vector;

/// Calls `f(start, n)` for every strip of a row: `n` elements from `start` on.
#[inline(always)]
pub fn strips(width: usize, mut f: impl FnMut(usize, usize)) {
    for start in (0..width).step_by(STRIP) {
        f(start, STRIP.min(width - start));
    }
}

/// Sums what `f(at, n, load(at, n))` returns for every register of a strip, which is walked as by [`each`](super::each).
///
/// Four registers are added pairwise, everything else as doubles.
#[inline(always)]
pub fn sums<V: Vector, X: Copy, const N: usize>(
    width: usize,
    load: impl Fn(At, usize) -> X,
    mut f: impl FnMut(At, usize, X) -> [V; N],
) -> [f64; N] {
    let lanes = V::LANES;
    let last = last::<V>(width).map(|at| (at.into(), lanes, load(at.into(), lanes)));
    let mut sums = [[V::Wide::zero(); 2]; N];
    let mut at = 0;
    while at + 4 * lanes <= width {
        let [a, b, c, d] = core::array::from_fn(|k| {
            let at = At { turn: at, constant: k * lanes };
            f(at, lanes, load(at, lanes))
        });
        for i in 0..N {
            ((a[i] + b[i]) + (c[i] + d[i])).accumulate(&mut sums[i]);
        }
        at += 4 * lanes;
    }
    while at < width {
        let left = lanes.min(width - at);
        let (place, n, x) = match last {
            Some(last) if left < lanes => last,
            _ => (at.into(), left, load(at.into(), left)),
        };
        let x = f(place, n, x);
        // What hasn't been counted: the first lanes of an incomplete register, the last ones of a whole one.
        let counts = if n == lanes { !V::first(lanes - left) } else { V::first(left) };
        for i in 0..N {
            x[i].keep(counts).accumulate(&mut sums[i]);
        }
        at += lanes;
    }
    sums.map(|sum| (sum[0] + sum[1]).total())
}
