//! Walks along a row, register by register.
//!
//! Registers are taken four at a time while that many are left, then singly. A last incomplete one overlaps the one before
//! it; only a row shorter than a register is filled up with zeros. How a row is walked depends on its width alone.

mod find;
mod place;
mod sums;

use crate::simd::{Float, Vector};
pub use find::{is_clean, largest, position};
pub use place::{At, load, store};
pub use sums::{strips, sums};

/// The incomplete last register of a row, if there is one, read as far back as makes it whole.
#[inline(always)]
fn last<V: Vector>(width: usize) -> Option<usize> {
    (width > V::LANES && !width.is_multiple_of(V::LANES)).then(|| width - V::LANES)
}

/// Calls `f(at, n, load(at, n))` for every register of a row: `n` elements from `at` on. The last may overlap the one before it,
/// and is loaded first: what `f` makes of an element may be written in its place if it depends on that element alone.
#[inline(always)]
pub fn each<V: Vector, X: Copy>(width: usize, load: impl Fn(At, usize) -> X, mut f: impl FnMut(At, usize, X)) {
    let lanes = V::LANES;
    let last = last::<V>(width).map(|at| (at.into(), lanes, load(at.into(), lanes)));
    let mut at = 0;
    while at + 4 * lanes <= width {
        for constant in [0, lanes, 2 * lanes, 3 * lanes] {
            let at = At { turn: at, constant };
            f(at, lanes, load(at, lanes));
        }
        at += 4 * lanes;
    }
    while at < width {
        let n = lanes.min(width - at);
        let (place, n, x) = match last {
            Some(last) if n < lanes => last,
            _ => (at.into(), n, load(at.into(), n)),
        };
        f(place, n, x);
        at += lanes;
    }
}

/// Calls `f(at, n)` for every register of a row, one at a time and the last incomplete: simpler than [`each`], and slower.
#[inline(always)]
pub fn each_singly<V: Vector>(width: usize, mut f: impl FnMut(usize, usize)) {
    for at in (0..width).step_by(V::LANES) {
        f(at, V::LANES.min(width - at));
    }
}

/// Calls `f(at)` for whole registers that cover a row of at least one register: the last may overlap the one before it.
#[inline(always)]
pub fn cover<V: Vector>(width: usize, mut f: impl FnMut(usize)) {
    let last = width - V::LANES;
    let mut at = 0;
    while at < last {
        f(at);
        at += V::LANES;
    }
    f(last);
}

/// Writes `x` to each of `n` elements; nothing if `p` is null.
///
/// # Safety
/// - `p` is null or valid for writes of `n` elements.
#[inline(never)]
pub unsafe fn fill<T: Float>(p: *mut T, n: usize, x: f64) {
    if p.is_null() {
        return;
    }
    let whole = T::Vec::c(x);
    // SAFETY: the caller's guarantee; all bits 0 is the float 0.
    unsafe {
        if x == 0.0 && n >= 64 {
            p.write_bytes(0, n);
        } else if n < T::Vec::LANES {
            whole.store_first(p, n);
        } else {
            cover::<T::Vec>(n, |at| whole.store(p.add(at)));
        }
    }
}

/// Writes a multiple of a row, less the same `shift` for each element; `to` may be the row itself.
///
/// # Safety
/// - `x` is valid for reads and `to` for writes of `width` elements.
#[inline(never)]
pub unsafe fn multiply<T: Float>(x: *const T, [factor, shift]: [f64; 2], to: *mut T, width: usize) {
    let [factor, shift] = [factor, shift].map(T::Vec::c);
    // SAFETY: at + n ≤ width.
    unsafe { each::<T::Vec, _>(width, |at, n| load(x, at, n), |at, n, x: T::Vec| store(x * factor - shift, to, at, n)) }
}

/// Adds every register of a row to one of four accumulators in turn, so that none waits for the one before it; zeros fill up the last.
///
/// # Safety
/// - `x` is valid for reads of `width` elements.
#[inline(always)]
pub unsafe fn in_turn<V: Vector, A: Copy>(
    x: *const V::Elem,
    width: usize,
    start: A,
    mut add: impl FnMut(&mut A, V),
) -> [A; 4] {
    let (lanes, mut all, mut at) = (V::LANES, [start; 4], 0);
    // SAFETY: what is read starts before the width, and ends there at the latest.
    unsafe {
        while at + 4 * lanes <= width {
            for (k, one) in all.iter_mut().enumerate() {
                add(one, V::load(x.add(at).add(k * lanes)));
            }
            at += 4 * lanes;
        }
        while at < width {
            add(&mut all[0], load(x, at, lanes.min(width - at)));
            at += lanes;
        }
    }
    all
}
