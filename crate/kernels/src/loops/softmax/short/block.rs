//! Blocks of groups of four rows, each step for all of them.

use super::ShortRows;
use super::lanes::{COLUMNS, ColumnMemory, LANES, Pair, SHORT, columns, pair};
use super::read::exps;
use crate::loops::row::{RowCall, write_losses};
use crate::loops::shift::shift_mut;
use crate::loops::softmax::temperature::{Temperature, exp_unit, inverse_of};
use crate::loops::{Outcome, Total};
use crate::simd::{Float, Vector};
use core::mem::MaybeUninit;

/// The most groups of a block.
pub(super) const GROUPS: usize = 8;

/// What is known of four rows.
#[derive(Clone, Copy)]
pub(super) struct Group<T: Float> {
    /// Where they begin.
    pub(super) starts: [usize; LANES],
    pub(super) labels: [usize; LANES],
    /// A bit for each row to be done alone.
    pub(super) alone: u32,
    pub(super) weight: T::Four,
    pub(super) peak: Pair<T>,
    pub(super) offset: Pair<T>,
    pub(super) max: T::Four,
    /// Σ e_k, Σ e_k without the largest, and ln (Σ e_k/u), u the largest.
    pub(super) sum: Pair<T>,
    pub(super) rest: Pair<T>,
    pub(super) log_sum: T::Four,
    /// Without weights, and with them.
    pub(super) losses: [f64; LANES],
    pub(super) products: [f64; LANES],
}

/// Columns of all groups of a block.
pub(super) struct Columns<'a, T: Float> {
    pub(super) z: &'a mut [T::Four],
    pub(super) e: &'a mut [T::Four],
    /// What e is made of; then derivatives.
    pub(super) other: &'a mut [T::Four],
    pub(super) t: &'a mut [T::Four],
}

/// What is the same for all blocks.
pub(super) struct Setting<'a, T: Float> {
    pub(super) loss: &'a dyn ShortRows<T>,
    pub(super) call: &'a RowCall<T, 1, 1>,
    /// The second input.
    pub(super) targets: *const T,
    /// The width, rounded up to an even number: columns are worked on in pairs.
    pub(super) even: usize,
    pub(super) is_plain: bool,
    pub(super) is_other: bool,
    /// T, unless it is 1, 1/T, and the unit of exponentials.
    pub(super) temperature: Option<Temperature>,
    pub(super) inverse: f64,
    pub(super) unit: f64,
    /// The weight of all classes besides the label's, if it is the same for all.
    pub(super) uniform: Option<f64>,
    /// Where the derivatives of rows that are done alone go, which are not kept.
    pub(super) unused: *mut T,
}

/// Adds up the losses of a chunk and writes what has a pointer. `targets` is the second input, of losses that have one; `alone`
/// does one row, and returns its loss and weight.
///
/// # Safety
/// As [`row::Rowwise::rows`](crate::loops::row::Rowwise::rows); the width is in 1..=[`SHORT`].
#[inline(never)]
pub unsafe fn run<T: Float>(
    loss: &dyn ShortRows<T>,
    alone: &dyn Fn(usize) -> Result<[f64; 2], usize>,
    call: &RowCall<T, 1, 1>,
    targets: *const T,
) -> Outcome {
    // At least 2, which the compiler can't know.
    let even = call.width.next_multiple_of(2).max(2);
    let most = (COLUMNS / even).min(GROUPS);
    let count = most.min(call.rows.div_ceil(LANES));
    let mut memory = [const { ColumnMemory::<T>::uninit() }; 4];
    let [z, e, other, t] = memory.each_mut().map(|memory| columns::<T>(memory, count * even));
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
        products: [0.0; LANES],
    };
    let mut groups = [const { MaybeUninit::<Group<T>>::uninit() }; GROUPS];
    for group in groups.iter_mut().take(count) {
        group.write(none);
    }
    let mut unused = MaybeUninit::<[T; SHORT]>::uninit();
    let temperature = loss.temperature();
    let setting = Setting {
        loss,
        call,
        targets,
        even,
        is_plain: loss.is_plain(),
        is_other: loss.is_other(),
        temperature,
        inverse: inverse_of(temperature),
        unit: exp_unit(temperature),
        // A weight too small for the element type is none.
        uniform: loss.uniform(call.width).map(|t| T::from_f64(t).to_f64()),
        unused: unused.as_mut_ptr().cast(),
    };
    let (mut products, mut total, mut r) = ([0.0; GROUPS * LANES], Total::default(), 0);
    while r < call.rows {
        let count = most.min((call.rows - r).div_ceil(LANES));
        // SAFETY: so many are written above, and no later block has more.
        let groups: &mut [Group<T>] = unsafe { core::slice::from_raw_parts_mut(groups.as_mut_ptr().cast(), count) };
        // SAFETY: the caller's guarantees; there are this many groups of rows.
        unsafe {
            setting.read(groups, &mut columns, r);
            exps(groups, &mut columns, even, setting.temperature);
            setting.finish(groups, &mut columns);
        }
        let rows = (count * LANES).min(call.rows - r);
        for (k, group) in groups.iter_mut().enumerate() {
            let alone_here = |lane: &usize| group.alone >> lane & 1 == 1 && k * LANES + lane < rows;
            let results = group.losses.iter_mut().zip(&mut group.products).enumerate();
            for (lane, (to, product)) in results.filter(|(lane, _)| alone_here(lane)) {
                let [loss, weight] = alone(r + k * LANES + lane)?;
                (*to, *product) = (loss, loss * weight);
            }
            products.as_chunks_mut().0[k] = group.products;
        }
        // SAFETY: there are as many rows from `r` on, and no more than products.
        unsafe {
            let products = products.get_unchecked(..rows);
            write_losses(products, shift_mut(call.values, r));
            total.add_all(products, |row| factors(groups, row));
        }
        r += rows;
    }
    Ok(total)
}

/// A row's loss and weight. A row that doesn't count has loss 0.
#[cold]
fn factors<T: Float>(groups: &[Group<T>], row: usize) -> [f64; 2] {
    let lane = row % LANES;
    groups.get(row / LANES).map_or([0.0; 2], |group| [group.losses[lane], group.weight.lane(lane).to_f64()])
}
