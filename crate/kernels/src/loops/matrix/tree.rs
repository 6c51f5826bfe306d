//! Products whose sums keep their digits however many terms there are: runs of a few terms, which are added pairwise.
//!
//! **Precision.** A term is rounded once as a product, and then passes through at most [`RUN`] − 1 additions of its run and ⌈log₂(n/RUN)⌉
//! further ones: the sum of n terms is off by at most (13 + log₂ n)·u of the sum of their magnitudes, and by n·u where there are no more than
//! [`RUN`], u = 2⁻²⁴ (2⁻⁵³) being half a unit in the last place of 1. The order of all additions is a matter of n alone.

use super::{Block, Left, QUAD, multiply, pair, plus, store};
use crate::math::two_sum;
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// Rows of half a block: what is left of few classes needs no more.
const HALF: usize = QUAD / 2;

/// Terms that are added one after another.
pub const RUN: usize = 16;

/// More than any number of runs has binary digits.
const LEVELS: usize = 30;

/// Writes a·b over `terms` terms, at least one: some rows of a pair of registers, `stride` apart. Element (r, k) of `a` is at 4k + r, and `b` is
/// a panel.
///
/// # Safety
/// - `a` is valid for reads of four elements a term, `b` of a pair of registers a term, `to` for writes of the rows.
#[inline(always)]
pub unsafe fn product<T: Float, const ROWS: usize>(a: *const T, b: *const T, terms: usize, to: *mut T, stride: usize) {
    // SAFETY: the caller's guarantee.
    unsafe {
        if terms <= RUN {
            store::<T, ROWS>(run(a, b, terms), to, stride)
        } else {
            runs::<T, ROWS>(a, b, terms, to, stride)
        }
    }
}

/// The first `rows` rows of a block, and perhaps more: two that are left over take half the time.
///
/// # Safety
/// As [`product`], of all rows of a block, which lie close.
#[inline(never)]
pub unsafe fn part_of_block<T: Float>(rows: usize, a: *const T, b: *const T, terms: usize, to: *mut T) {
    let stride = pair::<T>();
    // SAFETY: the caller's guarantee.
    unsafe {
        // Of doubles a second loop would gain less than it weighs.
        if rows <= HALF && !T::Vec::DOUBLE {
            product::<T, HALF>(a, b, terms, to, stride);
        } else {
            product::<T, QUAD>(a, b, terms, to, stride);
        }
    }
}

/// A run.
///
/// # Safety
/// As [`product`].
#[inline(always)]
unsafe fn run<T: Float, const ROWS: usize>(a: *const T, b: *const T, terms: usize) -> Block<T, ROWS> {
    // SAFETY: the caller's guarantee.
    unsafe { multiply(Left { at: a, row: 1, step: QUAD }, b, terms) }
}

/// The same of more terms than a run has.
///
/// # Safety
/// As [`product`].
#[inline(never)]
unsafe fn runs<T: Float, const ROWS: usize>(a: *const T, b: *const T, terms: usize, to: *mut T, stride: usize) {
    // Sums of 2^level runs each, as a counter in binary has its ones. Places are computed without checks, which would bring messages along.
    let mut sums = [const { MaybeUninit::<Block<T, ROWS>>::uninit() }; LEVELS];
    let sums = sums.as_mut_ptr().cast::<Block<T, ROWS>>();
    let count = terms.div_ceil(RUN);
    for number in 0..count {
        let (start, level) = (number * RUN, number.trailing_ones() as usize);
        // SAFETY: the run is within the terms; levels that the counter has a one in are written.
        unsafe {
            let mut sum = run(a.add(start * QUAD), b.add(start * pair::<T>()), RUN.min(terms - start));
            for below in 0..level {
                sum = plus::<T, ROWS>(*sums.add(below), sum);
            }
            *sums.add(level) = sum;
        }
    }
    // The counter's ones from the lowest on, which is there.
    let (mut level, mut rest) = (count.trailing_zeros() as usize, count & (count - 1));
    // SAFETY: those levels are written; the caller's guarantee.
    unsafe {
        let mut sum = *sums.add(level);
        while rest != 0 {
            level = rest.trailing_zeros() as usize;
            sum = plus::<T, ROWS>(*sums.add(level), sum);
            rest &= rest - 1;
        }
        store::<T, ROWS>(sum, to, stride);
    }
}

/// A sum in two parts: the larger is what a register holds of it, the other what additions have lost.
#[derive(Clone, Copy)]
pub struct Exact<V>(pub V, pub V);

impl<V: Vector> Exact<V> {
    /// Adds a term. What is lost is found without an error, but where something overflows.
    #[inline(always)]
    pub fn plus(self, term: V) -> Self {
        let [sum, rest] = two_sum(self.0, term);
        Exact(sum, self.1 + rest)
    }

    /// The sum, rounded once.
    #[inline(always)]
    pub fn value(self) -> V {
        let whole = self.0 + self.1;
        // An infinite sum has lost infinities.
        V::select(self.1.is_nan(), self.0, whole)
    }
}

/// Where a block of results goes: into rows of a matrix, of which the last rows and columns may not be there.
#[derive(Clone, Copy)]
pub struct Target<T> {
    /// The block's first element.
    pub to: *mut T,
    /// From one row to the next.
    pub stride: usize,
    /// How many rows of four, and columns of a pair of registers, there are.
    pub rows: usize,
    /// See above.
    pub columns: usize,
    /// Memory for two blocks in which sums of several blocks grow; null where they grow in the matrix itself.
    pub sums: *mut T,
    /// Which of these blocks this one is.
    pub part: Part,
}

/// What of a sum over several calls this one is.
#[derive(Clone, Copy)]
pub struct Part {
    /// Whether there were others before.
    pub before: bool,
    /// Whether others follow.
    pub after: bool,
}

impl<T: Float> Target<T> {
    /// Adds a·b over `terms` terms: see [`product`].
    ///
    /// # Safety
    /// - As [`product`], and as [`Self::take`].
    #[inline(always)]
    pub unsafe fn add(&self, a: *const T, b: *const T, terms: usize) {
        let Part { before, after } = self.part;
        let is_first = !before && (self.sums.is_null() || !after);
        // SAFETY: the caller's guarantee; a block has as many elements at most.
        unsafe {
            if is_first && self.rows == QUAD && self.columns == pair::<T>() {
                product::<T, QUAD>(a, b, terms, self.to, self.stride);
            } else {
                let mut block = [const { MaybeUninit::<T>::uninit() }; 4 * 8];
                let block = block.as_mut_ptr().cast::<T>();
                part_of_block(self.rows, a, b, terms, block);
                self.take(block);
            }
        }
    }

    /// Adds a block to the sums, or is the first; the last one is what the matrix gets.
    ///
    /// # Safety
    /// - `block` has the target's rows; the matrix is valid for writes at these rows and columns, and holds sums if there were some and there is
    ///   no memory for them; the memory is valid for reads and writes of two blocks.
    #[inline(never)]
    unsafe fn take(&self, block: *mut T) {
        let (lanes, Part { before, after }) = (T::Vec::LANES, self.part);
        if self.sums.is_null() || !(before || after) {
            // SAFETY: the caller's guarantee.
            unsafe {
                if before {
                    self.write(block, |x, at, n| T::Vec::load_first(at, n) + x)
                } else {
                    self.write(block, |x, _, _| x)
                }
            };
            return;
        }
        let lost = self.sums.wrapping_add(QUAD * pair::<T>());
        for i in (0..self.rows * pair::<T>()).step_by(lanes) {
            // SAFETY: the register is within the blocks.
            unsafe {
                let (at, below) = (self.sums.add(i), lost.add(i));
                let term = T::Vec::load(block.add(i));
                let sum = if before {
                    Exact(T::Vec::load(at), T::Vec::load(below)).plus(term)
                } else {
                    Exact(term, T::Vec::zero())
                };
                if after {
                    sum.0.store(at);
                    sum.1.store(below);
                } else {
                    sum.value().store(block.add(i));
                }
            }
        }
        if !after {
            // SAFETY: the caller's guarantee.
            unsafe { self.write(block, |x, _, _| x) };
        }
    }

    /// Writes a block to the matrix, as what `with` makes of a register, its place, and how many lanes of it are there.
    ///
    /// # Safety
    /// - As above.
    #[inline(always)]
    unsafe fn write(&self, block: *const T, with: impl Fn(T::Vec, *const T, usize) -> T::Vec) {
        let (lanes, pair) = (T::Vec::LANES, pair::<T>());
        if self.columns >= pair {
            for r in 0..self.rows {
                for c in [0, lanes] {
                    // SAFETY: the row and the columns are there.
                    unsafe {
                        let at = self.to.add(r * self.stride + c);
                        with(T::Vec::load(block.add(r * pair + c)), at, lanes).store(at);
                    }
                }
            }
            return;
        }
        for r in 0..self.rows {
            for c in (0..self.columns).step_by(lanes) {
                // SAFETY: the row and the lanes are there.
                unsafe {
                    let (at, n) = (self.to.add(r * self.stride + c), lanes.min(self.columns - c));
                    with(T::Vec::load(block.add(r * pair + c)), at, n).store_first(at, n);
                }
            }
        }
    }
}
