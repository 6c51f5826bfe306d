//! Losses of rows that are sums over their elements, each of them a term by itself: as many rows as fill a strip go through the
//! term's pointwise loop together, so that short rows don't cost the set-up of a row each.
//!
//! **Order of work.** A row's terms are added up strip by strip, whatever rows lie beside it.

use crate::loops::element::{self, Facts, Kernel, Loops, Pointwise};
use crate::loops::row::{Invalid, Row, RowCall};
use crate::loops::shift::{shift, shift_mut};
use crate::loops::walk::fill;
use crate::loops::{Outcome, STRIP, Total, by_chunks, chunk_rows};
use crate::simd::{Float, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

/// Adds the call's losses to `total` and writes what has a pointer, by the term of one element.
///
/// # Safety
/// As [`Rowwise::rows`](crate::loops::row::Rowwise::rows).
#[inline(always)]
pub unsafe fn run<T: Float, L, const I: usize, const G: usize>(
    term: L,
    call: &RowCall<T, I, G>,
    total: Total,
) -> Outcome
where
    L: Pointwise<I, G>,
{
    let kernel = Kernel(term);
    let elements = element::ElementCall {
        n: call.width,
        scale: call.scale,
        values: call.values,
        weight: call.weight,
        inputs: from_fn(|i| call.inputs.get(i).copied().unwrap_or(null())),
        grads: from_fn(|g| call.grads.get(g).copied().unwrap_or(null_mut())),
        hess: from_fn(|g| call.hess.get(g).copied().unwrap_or(null_mut())),
    };
    // SAFETY: the caller's guarantee.
    unsafe { rows(&kernel, &kernel.facts(), &elements, call.rows, total) }
}

/// The loss of one row.
///
/// # Safety
/// As [`OneRow::row`](crate::loops::row::OneRow::row).
#[inline(always)]
pub unsafe fn row<T: Float, L, const I: usize, const G: usize>(term: L, row: &Row<T, I, G>) -> Result<f64, Invalid>
where
    L: Pointwise<I, G>,
{
    let Row { width, scale, inputs, grads, hess, .. } = *row;
    let (values, weight) = (null_mut(), null());
    let call =
        RowCall { rows: 1, width, scale, values, weight, labels: null(), ignore_index: f64::NAN, inputs, grads, hess };
    // SAFETY: the caller's guarantee.
    unsafe { run(term, &call, Total::default()) }.map(|total| total.value()).map_err(|_| Invalid)
}

/// Runs over rows of `call.n` elements, whose values and weights are those of rows.
///
/// # Safety
/// As [`run`].
pub unsafe fn rows<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &element::ElementCall<T>,
    rows: usize,
    total: Total,
) -> Outcome {
    by_chunks(rows, chunk_rows(call.n), total, |first, count| {
        // SAFETY: these rows are within the call; those of the chunk are its own.
        unsafe {
            let part = call.part(first * call.n, count * call.n);
            let (values, weight) = (shift_mut(call.values, first), shift(call.weight, first));
            chunk(loss, facts, &element::ElementCall { n: call.n, values, weight, ..part }, count)
        }
    })
}

/// The sum of a chunk of rows.
///
/// # Safety
/// As [`rows`].
#[inline(never)]
unsafe fn chunk<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &element::ElementCall<T>, rows: usize) -> Outcome {
    let (width, mut total) = (call.n, Total::default());
    let mut losses = MaybeUninit::<([T; STRIP], T::Vec)>::uninit();
    let losses: *mut T = losses.as_mut_ptr().cast();
    // A row with a weight has a scale of its own. Sixteen rows are whole groups, whatever their width.
    let most = if call.weight.is_null() { (STRIP / width.max(1)).max(1) } else { 1 };
    let most = if most < 16 { most } else { most - most % 16 };
    let mut first = 0;
    while first < rows {
        let count = most.min(rows - first);
        let mut add = |r: usize, value: f64, weight: f64| {
            if !call.values.is_null() {
                // SAFETY: r is less than the number of rows.
                unsafe { *call.values.add(r) = T::from_f64(weight * value) };
            }
            total.add_weighted(value, weight);
        };
        // SAFETY: these rows are within the call, and several are one strip at most.
        unsafe {
            let weight = if call.weight.is_null() { 1.0 } else { (*call.weight.add(first)).to_f64() };
            let part = element::ElementCall {
                scale: call.scale * weight,
                values: losses,
                weight: null(),
                ..call.part(first * width, count * width)
            };
            if weight == 0.0 {
                part.grads.into_iter().chain(part.hess).for_each(|p| fill(p, width, 0.0));
                add(first, 0.0, 1.0);
            } else if count == 1 {
                add(first, one(loss, facts, &part).map_err(|_| first)?, weight);
            } else {
                element::strip(loss, facts, &part, None).map_err(|at| first + at / width.max(1))?;
                (0..count).for_each(|r| add(first + r, sum_of(losses.add(r * width), width).value(), 1.0));
            }
        }
        first += count;
    }
    Ok(total)
}

/// The loss of one row, whose terms go to `values`, a strip at a time.
///
/// # Safety
/// As [`run`]; there is room for a strip of values.
unsafe fn one<T: Float>(loss: &dyn Loops<T>, facts: &Facts, row: &element::ElementCall<T>) -> Result<f64, usize> {
    let mut total = Total::default();
    for start in (0..row.n).step_by(STRIP) {
        // SAFETY: the strip is within the row.
        unsafe {
            let part = element::ElementCall { values: row.values, ..row.part(start, STRIP.min(row.n - start)) };
            element::strip(loss, facts, &part, None)?;
            total.merge(sum_of(part.values, part.n));
        }
    }
    Ok(total.value())
}

/// Σ of `n` terms of a strip, by fours of registers as [`sums`](crate::loops::walk::sums), but the last isn't read twice.
///
/// # Safety
/// - `terms` is valid for reads of `n` elements and a register: what is read beyond them isn't counted.
#[inline(never)]
unsafe fn sum_of<T: Float>(terms: *const T, n: usize) -> Total {
    let (lanes, mut at) = (T::Vec::LANES, 0);
    // SAFETY: at is less than the number of terms.
    let read = |at: usize| unsafe { T::Vec::load(terms.add(at)) };
    let mut sum = [<T::Vec as Vector>::Wide::zero(); 2];
    while at + 4 * lanes <= n {
        let [a, b, c, d] = from_fn(|k| read(at + k * lanes));
        ((a + b) + (c + d)).accumulate(&mut sum);
        at += 4 * lanes;
    }
    while at < n {
        read(at).keep(T::Vec::first(n - at)).accumulate(&mut sum);
        at += lanes;
    }
    let mut total = Total { sum: (sum[0] + sum[1]).total(), excess: 0.0 };
    if !total.sum.is_finite() {
        total = Total::default();
        // SAFETY: i < n.
        (0..n).for_each(|i| total.add(unsafe { *terms.add(i) }.to_f64()));
    }
    total
}
