//! Between exponentials and derivatives: the few numbers of a row, and what a loss makes of them.

use crate::simd::Vector;

/// What is known of rows, a row a lane of doubles.
#[derive(Clone, Copy)]
pub struct Known<W> {
    /// Multiplies derivatives.
    pub scale: W,
    /// The largest e: 1, or the unit of a temperature's exponentials.
    pub top: W,
    /// Σ e_k
    pub sum: W,
    /// Σ e_k without the largest.
    pub rest: W,
    /// ln (Σ e_k/top)
    pub log_sum: W,
    /// What the label's weight has on top of t.
    pub peak: W,
    /// e of the label.
    pub e: W,
    /// (max − z)/2 of the label, over a temperature.
    pub half_gap: W,
    /// Whether second derivatives are wanted.
    pub second: bool,
}

/// What a loss makes of it.
pub struct Results<W> {
    /// The loss.
    pub loss: W,
    /// f: the gradient is f e_k, less `scale` t_k if weights are spread, but
    pub slope: W,
    /// this at the label.
    pub slope_y: W,
    /// If weights are spread: what it is at the largest, if its p may exceed ½.
    pub(super) slope_top: W,
    /// Multiplies those weights.
    pub(super) scale: W,
    /// H, C and o: the second derivative is H p_k (1 − p_k) + C (o e_k)², but
    pub curvature: [W; 3],
    /// this at the label.
    pub curvature_y: W,
}

impl<X> Known<X> {
    /// The same numbers in another form.
    #[inline(always)]
    pub fn map<W>(self, f: impl Fn(X) -> W) -> Known<W> {
        let Known { scale, top, sum, rest, log_sum, peak, e, half_gap, second } = self;
        let [scale, top, sum, rest, log_sum, peak, e, half_gap] =
            [scale, top, sum, rest, log_sum, peak, e, half_gap].map(f);
        Known { scale, top, sum, rest, log_sum, peak, e, half_gap, second }
    }
}

impl<W: Vector> Known<W> {
    /// Σ e_k without the label's.
    #[inline(always)]
    pub fn others(&self) -> W {
        W::select(self.e.eq(self.top), self.rest, self.sum - self.e)
    }
    /// No loss.
    #[inline(always)]
    pub fn nothing(&self) -> Results<W> {
        let zero = W::zero();
        Results {
            loss: zero,
            slope: zero,
            slope_y: zero,
            slope_top: zero,
            scale: self.scale,
            curvature: [zero; 3],
            curvature_y: zero,
        }
    }
    /// −Σ t_k ln p_k, with derivatives p_k Σt − t_k and Σt p_k (1−p_k), from Σ t_k, Σ t_k (max − z_k)/2, and t of the label and
    /// the largest, all without the peak.
    #[inline(always)]
    pub(super) fn cross_entropy(&self, total: W, half_loss: W, t: W, t_top: W) -> Results<W> {
        let Known { scale, top, sum, rest, peak, e, .. } = *self;
        let (zero, others) = (W::zero(), self.others());
        // A label without a peak, where all of its weight is smoothed away, may be masked.
        let at_label = (peak * self.half_gap).drop(peak.eq(zero));
        let (total, half_loss, by_sum) = (total + peak, half_loss + at_label, scale / sum);
        // p (Σt − t) − t (1−p), where 1 − p is a sum.
        let exact = |e: W, t: W, others: W| (e * (total - t) - t * others) * by_sum;
        Results {
            loss: half_loss + half_loss + total * self.log_sum,
            slope: total * by_sum,
            slope_y: exact(e, t + peak, others),
            slope_top: exact(top, t_top + peak.keep(e.eq(top)), rest),
            scale,
            curvature: [scale * total, zero, zero],
            curvature_y: if self.second { total * by_sum * e * (others / sum) } else { zero },
        }
    }
}
