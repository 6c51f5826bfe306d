//! The softmax loss of a list.

use crate::loops::row::{Invalid, OneRow, Row};
use crate::loops::softmax;
use crate::loops::walk::is_clean;
use crate::losses::softmax::softmax_target::TargetPlan;
use crate::losses::target::Target;
use crate::simd::Float;

/// −Σ y_i ln p_i with p = softmax(s) and y ≥ 0 the relevance, of any sum.
///
/// Gradient with respect to s: p_i Y − y_i with Y = Σ y. An element with y_i = 0 contributes 0 even at s_i = −∞; a list without relevance
/// has loss 0.
///
/// Cao, Qin, Liu, Tsai, Li (2007), <https://doi.org/10.1145/1273496.1273513>; rax' `softmax_loss`.
pub struct RankingSoftmax;

impl<T: Float> OneRow<T, 2, 1> for RankingSoftmax {
    unsafe fn row(&self, row: &Row<T, 2, 1>) -> Result<f64, Invalid> {
        let (y, zero) = (row.inputs[1], T::from_f64(0.0));
        // SAFETY: i is less than the width.
        let at = |i: usize| unsafe { *y.add(i) };
        if (0..row.width).any(|i| at(i) < zero) {
            return Err(Invalid);
        }
        // SAFETY: the caller's guarantee.
        unsafe {
            if !is_clean::<T::Vec>(y, row.width) {
                return Ok(row.first().fill(f64::NAN));
            }
            let counts = (0..row.width).any(|i| at(i) != zero);
            let plan = counts.then_some(TargetPlan::new(Target::given(y, false), 0.0, 0.0));
            Ok(softmax::row(row, plan))
        }
    }
}
