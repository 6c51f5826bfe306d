//! Places in a row, and what is read and written there.

use crate::simd::Vector;
use core::ops::Add;

/// A place in a row: where a turn of a loop starts, and what is constant in the code. Loads and stores get the second part
/// for free, as long as it isn't added to the first.
#[derive(Clone, Copy)]
pub struct At {
    pub(super) turn: usize,
    pub(super) constant: usize,
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
