//! Walks along a row, register by register.
//!
//! Registers are taken four at a time while that many are left, then singly. A last incomplete one overlaps the one before
//! it; only a row shorter than a register is filled up with zeros. How a row is walked depends on its width alone.

mod sums;

use crate::simd::{Float, Mask, Vector};
use core::ops::Add;
pub use sums::{strips, sums};

/// A place in a row: where a turn of a loop starts, and what is constant in the code. Loads and stores get the second part
/// for free, as long as it isn't added to the first.
#[derive(Clone, Copy)]
pub struct At {
    turn: usize,
    constant: usize,
}

impl From<usize> for At {
    #[inline(always)]
    fn from(turn: usize) -> Self {
        At { turn, constant: 0 }
    }
}

impl Add<usize> for At {
    type Output = Self;
    #[inline(always)]
    fn add(self, further: usize) -> Self {
        At { turn: self.turn + further, constant: self.constant }
    }
}

/// Reads the first `n` of the lanes at `at`; zeros in the others.
///
/// # Safety
/// - `p` is valid for reads of `at + n` elements, `n <= LANES`.
#[inline(always)]
pub unsafe fn load<V: Vector>(p: *const V::Elem, at: impl Into<At>, n: usize) -> V {
    let At { turn, constant } = at.into();
    // SAFETY: the caller's guarantee.
    unsafe {
        let p = p.add(turn).add(constant);
        if n == V::LANES { V::load(p) } else { V::load_first(p, n) }
    }
}

/// Writes the first `n` of the lanes at `at`; nothing if `p` is null.
///
/// # Safety
/// - `p` is null or valid for writes of `at + n` elements, `n <= LANES`.
#[inline(always)]
pub unsafe fn store<V: Vector>(x: V, p: *mut V::Elem, at: impl Into<At>, n: usize) {
    if !p.is_null() {
        let At { turn, constant } = at.into();
        // SAFETY: the caller's guarantee.
        unsafe {
            let p = p.add(turn).add(constant);
            if n == V::LANES { x.store(p) } else { x.store_first(p, n) }
        }
    }
}

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

/// Whether a row has no NaN.
///
/// # Safety
/// - `x` is valid for reads of `width` elements.
#[inline(always)]
pub unsafe fn is_clean<V: Vector>(x: *const V::Elem, width: usize) -> bool {
    let mut bad = V::Mask::none();
    let mut look = |x: V| bad = bad | x.is_nan();
    // SAFETY: places are less than the width.
    unsafe {
        if width < V::LANES {
            look(load(x, 0, width));
        } else {
            cover::<V>(width, |at| look(V::load(x.add(at))));
        }
    }
    !bad.any()
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

/// The largest element of a row; −∞ if it has none. NaN is passed over.
///
/// # Safety
/// - `x` is valid for reads of `width` elements.
#[inline(always)]
pub unsafe fn largest<V: Vector>(x: *const V::Elem, width: usize) -> V::Elem {
    let lanes = V::LANES;
    let least = V::c(f64::NEG_INFINITY);
    let mut max = [least; 4];
    let mut at = 0;
    while at + 4 * lanes <= width {
        for (k, max) in max.iter_mut().enumerate() {
            // SAFETY: at + 4·LANES ≤ width.
            *max = max.pmax(unsafe { V::load(x.add(at).add(k * lanes)) });
        }
        at += 4 * lanes;
    }
    while at < width {
        let n = lanes.min(width - at);
        let (at_here, n) = last::<V>(width).filter(|_| n < lanes).map_or((at, n), |last| (last, lanes));
        // SAFETY: at_here + n ≤ width.
        let part = unsafe { load::<V>(x, at_here, n) };
        max[0] = max[0].pmax(if n == lanes { part } else { V::select(V::first(n), part, least) });
        at += lanes;
    }
    max[0].pmax(max[1]).pmax(max[2].pmax(max[3])).largest()
}

/// The place of the first element that equals `value`.
///
/// # Safety
/// - `x` is valid for reads of `width` elements.
#[inline(always)]
pub unsafe fn position<V: Vector>(x: *const V::Elem, width: usize, value: f64) -> Option<usize> {
    (0..width).step_by(V::LANES).find_map(|at| {
        let n = V::LANES.min(width - at);
        // SAFETY: at + n ≤ width.
        let found = (unsafe { load::<V>(x, at, n) }.eq(V::c(value)) & V::first(n)).bits();
        (found != 0).then(|| at + found.trailing_zeros() as usize)
    })
}
