//! Losses of lists that are to be ranked.

pub mod list_mle;
pub mod rank_net;
pub mod ranking_softmax;

use crate::abi::{Arguments, Registry, entries, report, total, work};
use crate::loops::list::ListCall;
use crate::simd::Float;
use list_mle::ListMle;
use rank_net::RankNet;
use ranking_softmax::RankingSoftmax;

/// A loss of lists. A line is the name, and the loss, made of its scratch memory. Its arguments are `sum, excess, scale, rows, width, values,
/// weight, scores, relevance, lengths, grad, work`.
macro_rules! lists {
    ($name:ident |$work:ident| $loss:expr) => {
        entries!($name(sum excess scale rows width values weight scores relevance lengths grad work;) |arguments| {
            // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
            unsafe {
                let mut list = Arguments(arguments);
                let total = total(&mut list);
                let (call, $work) = ListCall::<T>::read(list);
                report(call.run(&$loss, total), arguments)
            }
        })
    };
}

/// A line a loss, and one for the scratch memory of all of them.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    lists!(list_mle |work| ListMle { work }),
    lists!(rank_net |work| RankNet { work }),
    lists!(ranking_softmax |_work| RankingSoftmax),
    work!(list_work (width) work_size::<T>(width)),
];

/// Doubles for each element of the longest list, at most.
const DOUBLES: usize = 6;

/// Elements beyond a list's end that are there in each array, so that registers are whole.
const PADDING: usize = 4;

/// Bytes that lists of at most so many elements are worked on in.
pub fn work_size<T: Float>(width: usize) -> usize {
    width.saturating_add(PADDING).saturating_mul(DOUBLES * size_of::<f64>())
}

/// Cuts scratch memory into arrays of as many doubles as a list has elements, and some padding; the places of a sort take the last.
///
/// # Safety
/// - `work` is valid for [`work_size`] bytes.
unsafe fn arrays(work: *mut f64, width: usize) -> [*mut f64; DOUBLES] {
    // SAFETY: the caller's guarantee.
    core::array::from_fn(|k| unsafe { work.add(k * (width + PADDING)) })
}
