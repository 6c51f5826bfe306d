//! Short rows as columns: register k holds the k-th element of four rows, a row a lane.

use crate::simd::{Float, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// The longest row that is short, an even number: beyond it the register by register way is as quick.
pub const SHORT: usize = 160;

/// The same if each class has a weight of its own: another column to read and to work on.
pub const SHORT_WEIGHED: usize = 104;

/// The same of doubles, whose columns fill the cache sooner.
pub const SHORT_WEIGHED_DOUBLES: usize = 72;

/// Rows that are computed together: the lanes of [`Float::Four`].
pub const LANES: usize = 4;

/// How many columns may be in work. Not a multiple of 256: processors take a store for one that a load 4096 bytes on has to wait for.
pub const COLUMNS: usize = 208;

/// Room for columns.
pub type ColumnMemory<T> = MaybeUninit<[<T as Float>::Four; COLUMNS]>;

/// A register of doubles: half the rows.
pub type Wide<T> = <<T as Float>::Four as Vector>::Wide;

/// A double for each row.
pub type Pair<T> = [Wide<T>; 2];

/// The same double for each row.
#[inline(always)]
pub fn pair<T: Float>(x: f64) -> Pair<T> {
    [Wide::<T>::c(x); 2]
}

/// `count` columns of zeros.
pub fn columns<T: Float>(memory: &mut ColumnMemory<T>, count: usize) -> &mut [T::Four] {
    let (first, count): (*mut T::Four, usize) = (memory.as_mut_ptr().cast(), count.min(COLUMNS));
    // SAFETY: there is room.
    unsafe {
        // Without `volatile` it would be a call of what fills memory, which takes longer for a few columns.
        (0..count).for_each(|k| first.add(k).write_volatile(T::Four::zero()));
        core::slice::from_raw_parts_mut(first, count)
    }
}

/// Columns two by two, as loops take them: the second costs no arithmetic of places. Their number is even.
#[inline(always)]
pub fn pairs<V>(columns: &[V]) -> &[[V; 2]] {
    columns.as_chunks().0
}

/// As [`pairs`], to be written.
#[inline(always)]
pub fn pairs_mut<V>(columns: &mut [V]) -> &mut [[V; 2]] {
    columns.as_chunks_mut().0
}

/// One element of each row.
///
/// # Safety
/// - The pointers are valid for reads.
#[inline(always)]
pub unsafe fn gather<T: Float>(from: [*const T; LANES]) -> T::Four {
    // SAFETY: the caller's guarantee; the array has the lanes of a register.
    unsafe { T::Four::load(from.map(|p| *p).as_ptr()) }
}

/// Each row's element of the column that is given for it.
///
/// # Safety
/// - There are these columns.
#[inline(always)]
pub unsafe fn pick<T: Float>(columns: &[T::Four], given: [usize; LANES]) -> T::Four {
    let first: *const T = columns.as_ptr().cast();
    // SAFETY: a register lies in memory as its lanes do; the caller's guarantee.
    unsafe { gather(from_fn(|lane| first.add(given[lane] * LANES + lane))) }
}

/// Writes one element of each row.
///
/// # Safety
/// - The pointers are valid for writes.
#[inline(always)]
pub unsafe fn scatter<T: Float>(x: T::Four, to: [*mut T; LANES]) {
    let mut lanes = [T::from_f64(0.0); LANES];
    // SAFETY: the array has the lanes of a register; the caller's guarantee.
    unsafe {
        x.store(lanes.as_mut_ptr());
        for (x, to) in lanes.into_iter().zip(to) {
            *to = x;
        }
    }
}

/// Reads rows into columns.
///
/// # Safety
/// - The rows are valid for reads of `width` elements, and not empty; there are at least `width` columns.
#[inline(never)]
pub unsafe fn read<T: Float>(rows: &[*const T; LANES], width: usize, columns: &mut [T::Four]) {
    // SAFETY: the caller's guarantees; at + LANES ≤ width.
    unsafe {
        if width < LANES {
            for (k, column) in columns.iter_mut().enumerate().take(width) {
                *column = gather(rows.map(|row| row.add(k)));
            }
        } else {
            for at in (0..width).step_by(LANES) {
                // The last registers may overlap those before them.
                let at = at.min(width - LANES);
                let square = T::Four::transpose(rows.map(|row| T::Four::load(row.add(at))));
                columns.as_mut_ptr().add(at).cast::<[T::Four; LANES]>().write(square);
            }
        }
    }
}

/// Writes columns times `factor` as rows.
///
/// # Safety
/// - The rows are valid for writes of `width` elements; there are at least `width` columns.
#[inline(never)]
pub unsafe fn write<T: Float>(rows: &[*mut T; LANES], width: usize, columns: &[T::Four], factor: T::Four) {
    // SAFETY: the caller's guarantees; at + LANES ≤ width.
    unsafe {
        if width < LANES {
            for (k, &column) in columns.iter().enumerate().take(width) {
                scatter(column * factor, rows.map(|row| row.add(k)));
            }
        } else {
            for at in (0..width).step_by(LANES) {
                let at = at.min(width - LANES);
                let square = columns.as_ptr().add(at).cast::<[T::Four; LANES]>().read();
                for (row, x) in rows.iter().zip(T::Four::transpose(square.map(|column| column * factor))) {
                    x.store(row.add(at));
                }
            }
        }
    }
}
