//! The loop of light losses, over whole groups, with nothing but values and gradients asked for. It is kept so small that
//! the sums stay in registers.

use super::strips::Sums;
use super::{Call, Pointwise, Terms};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::hint::black_box;
use core::ops::Range;

/// Takes groups of the part until its end, or up to one whose loss isn't finite if that matters. Returns where it stopped,
/// and whether the inputs so far may all be within their domain.
///
/// # Safety
/// - The pointers that are there are valid up to the part's end; it has whole groups.
#[inline(never)]
pub unsafe fn while_finite<T: Float, L, const I: usize, const G: usize, const GRAD: bool>(
    loss: &L,
    call: &Call<T>,
    part: Range<usize>,
    sums: &mut Sums<T>,
) -> (usize, bool)
where
    L: Pointwise<I, G>,
{
    let lanes = T::Vec::LANES;
    // Opaque, or the conversion to a register moves into the loop.
    let scale = black_box(T::Vec::c(call.scale * loss.factor_finite()));
    let mut fine = !<T::Vec as Vector>::Mask::none();
    let mut local = *sums;
    let mut start = part.start;
    while start < part.end {
        // SAFETY: start + 4·LANES ≤ n.
        let load = |k: usize| from_fn(|i| unsafe { T::Vec::load(call.inputs[i].add(start + k * lanes)) });
        let terms: [Terms<T::Vec, G>; 4] = from_fn(|k| {
            let x = load(k);
            if L::CHECKED {
                fine = fine & loss.valid(x);
            }
            loss.eval_finite(x)
        });
        let sum = (terms[0].value + terms[1].value) + (terms[2].value + terms[3].value);
        // Infinity and NaN times 0 are NaN.
        if L::GUARDED && (!(sum * T::Vec::zero()).eq(T::Vec::zero())).any() {
            break;
        }
        if GRAD {
            for (k, terms) in terms.iter().enumerate() {
                for g in 0..G {
                    // SAFETY: as above.
                    unsafe { (terms.grad[g] * scale).store(call.grads[g].add(start + k * lanes)) };
                }
            }
        }
        sum.accumulate(&mut local);
        start += 4 * lanes;
    }
    *sums = local;
    (start, !(L::CHECKED && (!fine).any()))
}
