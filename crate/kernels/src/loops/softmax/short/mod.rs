//! Losses of the softmax of short rows, four rows at once, a row a lane: no register is partly empty, nothing is summed
//! across lanes, and what a row takes once is done for all in one register.
//!
//! **Order of work.** Groups of four rows are done a block at a time, each step for all of them, so that constants stay in
//! registers and no step has to wait for the one before it.
//!
//! A row's bits depend neither on its lane nor on the other rows. Rows that don't count, are out of the domain or have no
//! finite maximum leave their lane unused and are done alone.

mod finish;
mod known;
pub mod lanes;
mod read;

use crate::loops::row::call::{Call, shift_mut};
use crate::loops::row::write_losses;
use crate::loops::softmax::short::lanes::{COLUMNS, LANES, Pair, Room, SHORT, Wide, columns, pair};
use crate::loops::{Outcome, Total};
use crate::simd::{Float, Mask, Vector};
use core::mem::MaybeUninit;
pub use known::{Known, Results};
use read::exps;

/// The most groups of a block.
const GROUPS: usize = 8;

/// A loss of the softmax of its first input: p_k = e_k/Σe with e_k = e^(z_k − max z). It is −Σ t_k ln p_k for weights t_k, or has
/// its own formula.
pub trait ShortRows<T: Float> {
    /// The weight that all classes have besides the label's, if it is the same for all of them.
    fn uniform(&self, _width: usize) -> Option<f64> {
        None
    }
    /// Whether the label's weight is 1 in every row, and there are no others.
    fn is_plain(&self) -> bool {
        false
    }
    /// Says what the weights are.
    ///
    /// # Safety
    /// - The labels are less than the width; the targets are valid for reads of the width.
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>);
    /// Whether the loss has its own formula, of the label's p.
    fn is_other(&self) -> bool {
        false
    }
    /// That formula.
    fn finish(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        known.nothing()
    }
}

/// Rows that are computed together; a row may be there more than once.
pub struct Rows<T> {
    /// Elements of a row.
    pub width: usize,
    /// Class labels; 0 without.
    pub labels: [usize; LANES],
    /// Where the rows of the second input begin, for losses that have one.
    pub targets: [*const T; LANES],
}

/// The weights of rows, a row a lane.
pub struct Weights<'a, T: Float> {
    /// t_k of each class, without the label's peak; not read if it is uniform.
    pub t: &'a mut [T::Four],
    /// What the label's weight has on top.
    pub peak: Pair<T>,
    /// A part of the loss that depends on targets alone.
    pub offset: Pair<T>,
    /// A bit for each row to be done alone: its targets are out of the domain, or make it not count.
    pub alone: u32,
}

impl<T: Float> Weights<'_, T> {
    /// The label has `keep` times `weight` on top of what is spread. A row of weight 0 doesn't count.
    pub fn set_peak(&mut self, weight: T::Four, keep: f64) {
        self.peak = weight.widen().map(|weight| weight * Wide::<T>::c(keep));
        self.alone = weight.eq(T::Four::zero()).bits();
    }
}

/// What is known of four rows.
#[derive(Clone, Copy)]
struct Group<T: Float> {
    /// Where they begin.
    starts: [usize; LANES],
    labels: [usize; LANES],
    /// A bit for each row to be done alone.
    alone: u32,
    weight: T::Four,
    peak: Pair<T>,
    offset: Pair<T>,
    max: T::Four,
    /// Σ e_k, Σ e_k without the largest, and its logarithm.
    sum: Pair<T>,
    rest: Pair<T>,
    log_sum: T::Four,
    losses: [f64; LANES],
}

/// Columns of all groups of a block.
struct Columns<'a, T: Float> {
    z: &'a mut [T::Four],
    e: &'a mut [T::Four],
    /// What e is made of; then derivatives.
    other: &'a mut [T::Four],
    t: &'a mut [T::Four],
}

/// What is the same for all blocks.
struct Setting<'a, T: Float> {
    loss: &'a dyn ShortRows<T>,
    call: &'a Call<T, 1, 1>,
    /// The second input.
    targets: *const T,
    /// The width, rounded up to an even number: columns are worked on in pairs.
    even: usize,
    is_plain: bool,
    is_other: bool,
    /// The weight of all classes besides the label's, if it is the same for all.
    uniform: Option<f64>,
    /// Room for the derivatives of a row that is done alone.
    unused: *mut T,
}

/// Adds up the losses of a chunk and writes what has a pointer. `targets` is the second input, of losses that have one; `alone`
/// does one row, and returns its weighted loss.
///
/// # Safety
/// As [`row::Rowwise::rows`](crate::loops::row::Rowwise::rows); the width is in 1..=[`SHORT`].
#[inline(never)]
pub unsafe fn run<T: Float>(
    loss: &dyn ShortRows<T>,
    alone: &dyn Fn(usize) -> Result<f64, usize>,
    call: &Call<T, 1, 1>,
    targets: *const T,
) -> Outcome {
    // At least 2, which the compiler can't know.
    let even = call.width.next_multiple_of(2).max(2);
    let most = (COLUMNS / even).min(GROUPS);
    let count = most.min(call.rows.div_ceil(LANES));
    let mut room = [const { Room::<T>::uninit() }; 4];
    let [z, e, other, t] = room.each_mut().map(|room| columns::<T>(room, count * even));
    let mut columns = Columns::<T> { z, e, other, t };
    let none = Group {
        starts: [0; LANES],
        labels: [0; LANES],
        alone: 0,
        weight: T::Four::c(1.0),
        peak: pair::<T>(if call.labels.is_null() { 0.0 } else { 1.0 }),
        offset: pair::<T>(0.0),
        max: T::Four::zero(),
        sum: pair::<T>(0.0),
        rest: pair::<T>(0.0),
        log_sum: T::Four::zero(),
        losses: [0.0; LANES],
    };
    let mut groups = [const { MaybeUninit::<Group<T>>::uninit() }; GROUPS];
    for group in groups.iter_mut().take(count) {
        group.write(none);
    }
    let mut unused = MaybeUninit::<[T; SHORT]>::uninit();
    let setting = Setting {
        loss,
        call,
        targets,
        even,
        is_plain: loss.is_plain(),
        is_other: loss.is_other(),
        // A weight too small for the element type is none.
        uniform: loss.uniform(call.width).map(|t| T::from_f64(t).to_f64()),
        unused: unused.as_mut_ptr().cast(),
    };
    let (mut losses, mut total, mut r) = ([0.0; GROUPS * LANES], Total::default(), 0);
    while r < call.rows {
        let count = most.min((call.rows - r).div_ceil(LANES));
        // SAFETY: so many are written above, and no later block has more.
        let groups: &mut [Group<T>] = unsafe { core::slice::from_raw_parts_mut(groups.as_mut_ptr().cast(), count) };
        // SAFETY: the caller's guarantees; there are this many groups of rows.
        unsafe {
            setting.read(groups, &mut columns, r);
            exps(groups, &mut columns, even);
            setting.finish(groups, &mut columns);
        }
        let rows = (count * LANES).min(call.rows - r);
        for (k, group) in groups.iter().enumerate() {
            losses.as_chunks_mut().0[k] = group.losses;
            for lane in (0..LANES).filter(|lane| group.alone >> lane & 1 == 1 && k * LANES + lane < rows) {
                losses[k * LANES + lane] = alone(r + k * LANES + lane)?;
            }
        }
        // SAFETY: there are as many rows from `r` on, and no more than losses.
        unsafe {
            let losses = losses.get_unchecked(..rows);
            write_losses(losses, shift_mut(call.values, r));
            total.add_all(losses);
        }
        r += rows;
    }
    Ok(total)
}
