//! The kernels of a linear layer: from their arguments to its loops. Data of any kind is in their domain.
//!
//! What threads may cut, classes or columns, is the fourth argument: see [`parts`](super::parts).

use super::Arguments;
use crate::loops::linear::{Bias, Hidden, Pack, Part, Scores, Slopes, Weight};
use crate::simd::Float;

/// A kernel of a linear layer. A line is: the name, the arguments after `sum, excess`, which stay as they are, and the function here that reads
/// them.
macro_rules! linear {
    ($name:ident ($($argument:ident)*) $run:ident) => {
        $crate::abi::entries!($name(sum excess $($argument)*;) |arguments| {
            // SAFETY: the caller's guarantees are those of the loop, and the arguments are in this order.
            unsafe { $crate::abi::linear::$run::<T>($crate::abi::Arguments(arguments.add(2))) }
            -1
        })
    };
}
pub(crate) use linear;

/// Whether there were calls before, and whether others follow.
///
/// # Safety
/// - `list` holds both.
unsafe fn part(list: &mut Arguments) -> Part {
    // SAFETY: the caller's guarantee.
    unsafe { Part { before: list.next::<usize>() != 0, after: list.next::<usize>() != 0 } }
}

/// Lays rows out.
///
/// # Safety
/// - `list` holds what the registry says, which meets the conditions of [`Pack::run`].
pub(crate) unsafe fn pack<T: Float>(mut list: Arguments) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let (rows, dim, first, all) = (list.next(), list.next(), list.next(), list.next());
        Pack::<T> { rows, dim, first, all, from: list.next(), by_rows: list.next(), by_columns: list.next() }.run();
    }
}

/// Computes scores.
///
/// # Safety
/// - `list` holds what the registry says, which meets the conditions of [`Scores::run`].
pub(crate) unsafe fn scores<T: Float>(mut list: Arguments) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let scores = Scores::<T> {
            rows: list.next(),
            classes: list.next(),
            dim: list.next(),
            stride: list.next(),
            together: list.next(),
            by_rows: list.next(),
            weight: list.next(),
            bias: list.next(),
            to: list.next(),
            work: list.next(),
        };
        scores.run();
    }
}

/// Computes derivatives in hidden.
///
/// # Safety
/// - `list` holds what the registry says, which meets the conditions of [`Hidden::run`].
pub(crate) unsafe fn hidden<T: Float>(mut list: Arguments) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let (rows, columns, classes, stride) = (list.next(), list.next(), list.next(), list.next());
        let (block, part, at) = (list.next(), part(&mut list), list.next());
        let hidden = Hidden::<T> {
            slopes: Slopes { rows, classes, at, stride },
            columns,
            block,
            part,
            weight: list.next(),
            weight_stride: list.next(),
            sums: list.next(),
            to: list.next(),
            stride: list.next(),
            work: list.next(),
        };
        hidden.run();
    }
}

/// Computes derivatives in the weight.
///
/// # Safety
/// - `list` holds what the registry says, which meets the conditions of [`Weight::run`].
pub(crate) unsafe fn weight<T: Float>(mut list: Arguments) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let (rows, classes, dim, stride) = (list.next(), list.next(), list.next(), list.next());
        let (part, at) = (part(&mut list), list.next());
        let weight = Weight::<T> {
            slopes: Slopes { rows, classes, at, stride },
            dim,
            part,
            by_columns: list.next(),
            sums: list.next(),
            to: list.next(),
            together: list.next(),
            work: list.next(),
        };
        weight.run();
    }
}

/// Computes derivatives in the bias.
///
/// # Safety
/// - `list` holds what the registry says, which meets the conditions of [`Bias::run`].
pub(crate) unsafe fn bias<T: Float>(mut list: Arguments) {
    // SAFETY: the caller's guarantee.
    unsafe {
        let (rows, classes, stride) = (list.next(), list.next(), list.next());
        let (part, at) = (part(&mut list), list.next());
        let slopes = Slopes { rows, classes, at, stride };
        Bias::<T> { slopes, part, sums: [list.next(), list.next()], to: list.next() }.run();
    }
}
