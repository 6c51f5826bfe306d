//! The softmax loss of a list.

use crate::loops::row::{Invalid, OneRow, Row};
use crate::loops::softmax;
use crate::loops::walk::{each_singly, load};
use crate::losses::softmax::softmax_target::TargetPlan;
use crate::losses::target::Target;
use crate::simd::{Float, Mask, Vector};

/// −Σ y_i ln p_i with p = softmax(s) and y ≥ 0 the relevance, of any sum.
///
/// Gradient with respect to s: p_i Y − y_i with Y = Σ y. An element with y_i = 0 contributes 0 even at s_i = −∞; a list without relevance
/// has loss 0.
///
/// Cao, Qin, Liu, Tsai, Li (2007), <https://doi.org/10.1145/1273496.1273513>; rax' `softmax_loss`.
pub struct RankingSoftmax;

impl<T: Float> OneRow<T, 2, 1> for RankingSoftmax {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (y, zero) = (row.inputs[1], T::Vec::zero());
        let [mut below, mut other, mut nan] = [<T::Vec as Vector>::Mask::none(); 3];
        each_singly::<T::Vec>(row.width, |at, n| {
            // SAFETY: at + n is at most the width.
            let y: T::Vec = unsafe { load(y, at, n) };
            (below, other, nan) = (below | y.lt(zero), other | zero.lt(y), nan | y.is_nan());
        });
        if below.any() {
            return Err(Invalid);
        }
        // SAFETY: the caller's guarantee.
        unsafe {
            if nan.any() {
                return Ok(row.first().fill(f64::NAN));
            }
            let plan = other.any().then(|| TargetPlan::new(Target::given(y, false), 0.0, 0.0));
            Ok(softmax::row(row, plan))
        }
    }
}
