//! What is looked for in a row: a NaN, the largest element, the place of one.

use super::{cover, last, load};
use crate::simd::{Mask, Vector};

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
