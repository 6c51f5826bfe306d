//! Losses of regions: how far what a prediction covers of an image is what it should.

pub mod dice;
pub mod jaccard;
pub mod tversky;

use crate::abi::{Arguments, Registry, entries, report, total, work};
use crate::loops::Outcome;
use crate::loops::region::{Activation, RegionCall, Regional, work_size};
use crate::simd::Float;
use core::ptr::null;
use dice::dice;
use jaccard::jaccard;
use tversky::Tversky;

/// A loss of regions, by labels and by dense targets. A line is the name for each, the parameters, and the loss. Its arguments are
/// `sum, excess, scale, images, classes, pixels, inner, start, count, phases, values, weight, pred, labels or target, class_weight, grad,
/// states, work, parameters…, activation`, and of labels `ignore_index`.
macro_rules! regions {
    ($name:ident ($($param:ident),*) $loss:expr) => {
        entries!($name(sum excess scale images classes pixels inner start count phases values weight pred labels class_weight grad states work;
            $($param)* activation ignore_index) |arguments| {
            // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
            unsafe { report(run::<T>(Arguments(arguments), true, activation, ignore_index, &$loss), arguments) }
        })
    };
    ($name:ident dense ($($param:ident),*) $loss:expr) => {
        entries!($name(sum excess scale images classes pixels inner start count phases values weight pred target class_weight grad states work;
            $($param)* activation) |arguments| {
            // SAFETY: as above.
            unsafe { report(run::<T>(Arguments(arguments), false, activation, f64::NAN, &$loss), arguments) }
        })
    };
}

/// A line a loss and a form of its target, and one for the size of their work area.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    regions!(dice (smooth) dice(smooth)),
    regions!(dice_dense dense (smooth) dice(smooth)),
    regions!(jaccard (smooth) jaccard(smooth)),
    regions!(jaccard_dense dense (smooth) jaccard(smooth)),
    regions!(tversky (alpha, beta, gamma, smooth) Tversky { alpha, beta, gamma, smooth }),
    regions!(tversky_dense dense (alpha, beta, gamma, smooth) Tversky { alpha, beta, gamma, smooth }),
    work!(regions_work (classes) work_size::<T>(classes)),
];

/// Runs a loss: one copy for all.
///
/// # Safety
/// - The arguments are those that [`regions!`] says, and meet the conditions of [`RegionCall::run`].
#[inline(never)]
unsafe fn run<T: Float>(
    mut list: Arguments,
    labelled: bool,
    activation: f64,
    ignore_index: f64,
    loss: &dyn Regional,
) -> Outcome {
    // SAFETY: the caller's guarantee.
    unsafe {
        let total = total(&mut list);
        let scale = list.next();
        let [images, classes, pixels, inner, start, count, phases] = core::array::from_fn(|_| list.next());
        let (values, weight, pred) = (list.next(), list.next(), list.next());
        let (labels, target) = if labelled { (list.next(), null()) } else { (null(), list.next()) };
        let call = RegionCall::<T> {
            scale,
            images,
            classes,
            pixels,
            inner,
            start,
            count,
            phases,
            values,
            weight,
            pred,
            labels,
            target,
            class_weight: list.next(),
            grad: list.next(),
            states: list.next(),
            work: list.next(),
            activation: Activation::of(activation),
            ignore_index,
        };
        call.run(loss, total)
    }
}
