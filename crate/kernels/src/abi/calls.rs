//! From a kernel's arguments to the loop of its shape: written once for each shape, as a copy in every kernel would be an eighth of the
//! module.

use super::arguments::{Arguments, report, total};
use crate::loops::Total;
use crate::loops::batch::{Batch, Tasks};
use crate::loops::element::{Facts, Loops};
use crate::loops::row::Rowwise;
use crate::loops::transpose::Matrices;
use crate::loops::{element, pair, row, row::terms};
use crate::simd::Float;
use core::array::from_fn;
use core::ptr::{null, null_mut};

/// Runs a pointwise loss with so many inputs, gradients and second derivatives.
///
/// # Safety
/// - `arguments` are as [`pointwise!`](super::entries::pointwise) says, and meet the conditions of [`element::run`].
#[inline(never)]
pub(crate) unsafe fn pointwise<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    arguments: *mut f64,
    inputs: usize,
    grads: usize,
    hess: usize,
) -> i32 {
    let mut list = Arguments(arguments);
    // SAFETY: the caller's guarantee.
    unsafe {
        let (total, scale) = (total(&mut list), list.next());
        let call = elements(list, scale, inputs, grads, hess);
        report(element::run(loss, facts, &call, total), arguments)
    }
}

/// Reads a number of elements, and the pointers that follow.
///
/// # Safety
/// - `list` holds a count, values, weight, and so many inputs, gradients and second derivatives.
#[inline(never)]
unsafe fn elements<T: Float>(
    mut list: Arguments,
    scale: f64,
    inputs: usize,
    grads: usize,
    hess: usize,
) -> element::ElementCall<T> {
    // SAFETY: the caller's guarantee.
    unsafe {
        element::ElementCall {
            scale,
            n: list.next(),
            values: list.next(),
            weight: list.next(),
            inputs: from_fn(|i| if i < inputs { list.next() } else { null::<T>() }),
            grads: from_fn(|i| if i < grads { list.next() } else { null_mut::<T>() }),
            hess: from_fn(|i| if i < hess { list.next() } else { null_mut::<T>() }),
        }
    }
}

/// Runs a loss of rows that are sums of terms, with so many inputs and gradients.
///
/// # Safety
/// - `arguments` are as [`terms!`](super::entries::terms) says, and meet the conditions of [`terms::rows`].
#[inline(never)]
pub(crate) unsafe fn terms<T: Float>(
    term: &dyn Loops<T>,
    facts: &Facts,
    arguments: *mut f64,
    inputs: usize,
    grads: usize,
) -> i32 {
    let mut list = Arguments(arguments);
    // SAFETY: the caller's guarantee.
    unsafe {
        let (total, scale, rows) = (total(&mut list), list.next(), list.next());
        let call = elements(list, scale, inputs, grads, grads);
        report(terms::rows(term, facts, &call, rows, total), arguments)
    }
}

/// Runs a loss of rows, which has labels, and a vector of its own, or not.
///
/// # Safety
/// - `arguments` are as [`rowwise!`](super::entries::rowwise) says, and meet the conditions of [`row::Rowwise::rows`].
#[inline(never)]
pub(crate) unsafe fn rowwise<T: Float, const I: usize, const G: usize>(
    loss: &dyn Rowwise<T, I, G>,
    arguments: *mut f64,
    labels: bool,
    vector: bool,
    ignore_index: f64,
) -> i32 {
    let mut list = Arguments(arguments);
    // SAFETY: the caller's guarantee.
    unsafe {
        let total = total(&mut list);
        let call = row::RowCall {
            scale: list.next(),
            rows: list.next(),
            width: list.next(),
            values: list.next(),
            weight: list.next(),
            inputs: from_fn(|_| list.next()),
            labels: if labels { list.next() } else { null() },
            ignore_index,
            grads: from_fn(|i| *list.0.add(usize::from(vector) + i).cast()),
            hess: from_fn(|i| *list.0.add(usize::from(vector) + G + i).cast()),
        };
        report(loss.rows(&call, total), arguments)
    }
}

/// Reads the call of a loss of embeddings, which has targets or not, and the running sum.
///
/// # Safety
/// - `list` holds the arguments that [`embeddings!`](super::entries::embeddings) says.
#[inline(never)]
pub(crate) unsafe fn embeddings<T: Float, const R: usize>(
    mut list: Arguments,
    target: bool,
) -> (Total, pair::PairCall<T, R>) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let total = total(&mut list);
        let call = pair::PairCall {
            scale: list.next(),
            rows: list.next(),
            width: list.next(),
            values: list.next(),
            weight: list.next(),
            inputs: from_fn(|_| list.next()),
            target: if target { list.next() } else { null() },
            grads: from_fn(|_| list.next()),
        };
        (total, call)
    }
}

/// Reads a batch of so many inputs, with labels or not.
///
/// # Safety
/// - `list` holds the arguments that [`batch!`](super::entries::batch) says.
#[inline(always)]
pub(crate) unsafe fn batch<T: Float>(mut list: Arguments, inputs: usize, labels: bool) -> (Total, Batch<T>) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let total = total(&mut list);
        let batch = Batch {
            scale: list.next(),
            tasks: Tasks { count: list.next(), first: list.next(), step: list.next() },
            threads: list.next(),
            n: list.next(),
            m: list.next(),
            dim: list.next(),
            values: list.next(),
            inputs: from_fn(|i| if i < inputs { list.next() } else { null::<T>() }),
            labels: if labels { list.next() } else { null() },
            grads: from_fn(|i| if i < inputs { list.next() } else { null_mut::<T>() }),
            work: list.next(),
        };
        (total, batch)
    }
}

/// Transposes matrices: data of any kind is in its domain.
///
/// # Safety
/// - `list` holds the arguments that [`transpose!`](super::entries::transpose) says, which meet the conditions of [`Matrices::transpose`].
pub(crate) unsafe fn transpose<T: Float>(mut list: Arguments) -> i32 {
    // SAFETY: the caller's guarantee.
    unsafe {
        let matrices = Matrices::<T> {
            from: list.next(),
            from_stride: list.next(),
            to: list.next(),
            to_stride: list.next(),
            rows: list.next(),
            columns: list.next(),
            count: list.next(),
        };
        matrices.transpose();
    }
    -1
}
