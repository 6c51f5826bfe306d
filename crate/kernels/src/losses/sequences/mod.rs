//! Losses of sequences, each of a length of its own.

pub mod ctc;

use crate::abi::{Arguments, Registry, entries, report, total, work};
use ctc::{Ctc, CtcCall};

/// A line a loss, and one for the size of its work area. The arguments are `sum, excess, scale, rows, steps, width, count, values, weight,
/// logits, labels, input_lengths, label_lengths, grad, work, parameters…`, where `count` is the number of labels that there is room for.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    entries!(ctc(sum excess scale rows steps width count values weight logits labels input_lengths label_lengths grad work; blank infeasible) |arguments| {
        // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
        unsafe {
            let mut list = Arguments(arguments);
            let total = total(&mut list);
            let call = CtcCall::<T>::read(list);
            report(Ctc { blank, drops_infeasible: infeasible != 0.0 }.run(&call, total), arguments)
        }
    }),
    work!(ctc_work (steps, width, count, grad) CtcCall::<T>::work_size(steps, width, count, grad != 0)),
];
