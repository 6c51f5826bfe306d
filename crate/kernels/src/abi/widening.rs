//! The kernels that every module has besides its losses': numbers of other types as float32. What they were may be of any type, so that
//! they come in pairs of another kind.

use super::{Arguments, Registry};
use crate::loops::widen::{doubles, halves, longs};

/// A kernel from numbers of a type. Its arguments are `from, n, to`.
macro_rules! widening {
    ($name:ident |$from:ident, $n:ident, $to:ident| $body:expr) => {{
        unsafe fn kernel(arguments: *mut f64) -> i32 {
            let mut list = Arguments(arguments);
            // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
            unsafe {
                let ($from, $n, $to) = (list.next(), list.next(), list.next());
                $body
            }
            -1
        }
        super::Entry {
            name: stringify!($name),
            count: 3,
            #[cfg(not(target_arch = "wasm32"))]
            arguments: &["from", "n", "to"],
            #[cfg(not(target_arch = "wasm32"))]
            differentiate: None,
            kernel,
        }
    }};
}

/// A line a type.
pub const WIDENING: Registry = &[
    [
        widening!(widen_int64 | from, n, to | longs(from, n, to, true)),
        widening!(widen_uint64 | from, n, to | longs(from, n, to, false)),
    ],
    [
        widening!(widen_float16 | from, n, to | halves(from, n, to)),
        widening!(widen_float64 | from, n, to | doubles(from, n, to)),
    ],
];
