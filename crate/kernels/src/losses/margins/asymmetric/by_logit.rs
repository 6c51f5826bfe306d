//! Probabilities of doubles, of e^−|z|.

use super::{Asymmetric, Side, sign};
use crate::losses::binary::binary_cross_entropy_with_logits::to_exp;
use crate::math::{expm1_small, log1p_positive};
use crate::simd::Vector;

impl Asymmetric {
    /// The steps to e^−|z| and l.
    #[inline(always)]
    pub(super) fn logit_step<V: Vector>(&self, step: usize, [z, y]: [V; 2], staged: [V; 2]) -> [V; 2] {
        let exp = to_exp(step, z, staged);
        if step == 0 { exp } else { [exp[0], self.minus_ln([z, y], exp[0])] }
    }
    /// Of t = e^−|ζ| and l.
    #[inline(always)]
    pub(super) fn side_by_logit<V: Vector>(&self, [z, y]: [V; 2], [t, l]: [V; 2]) -> Side<V> {
        let (zero, one) = (V::zero(), V::c(1.0));
        let (zeta, plain) = (z * sign(y), self.plain(y));
        let up = zero.lt(zeta);
        let over = one / (one + t);
        let (wrong, right) = V::swap(up, t * over, over);
        let (mu, rest) = (V::c(self.shift), V::c(1.0 - self.shift));
        // (1 − μ) − μ t, or t (1 − μ) − μ; near their zero, at ζ = ln(μ/(1 − μ)), from the distance to it.
        let plainly = V::select(up, rest - mu * t, t * rest - mu);
        let distance = zeta - V::c(self.edge);
        let from_edge = V::select(up, zero - rest * expm1_small(zero - distance), mu * expm1_small(distance));
        let near = distance.abs().lt(V::c(0.5));
        let shifted = (V::select(near, from_edge, plainly) * over).pmax(zero);
        let (u, w) = (V::select(plain, wrong, shifted), V::select(plain, right, right + mu));
        let (tiny, root) = Side::deep(zeta);
        Side { wrong, right, u, w, t: u / w, l, finite: l.pmin(V::c(f64::MAX)), tiny, root }
    }
    /// −ln w = ln(1 + u/w). Of a plain ratio that may overflow it is ζ.
    #[inline(always)]
    fn minus_ln<V: Vector>(&self, [z, y]: [V; 2], t: V) -> V {
        let zeta = z * sign(y);
        let Side { t, .. } = self.side_by_logit([z, y], [t, t]);
        V::select(V::c(40.0).lt(zeta) & self.plain(y), zeta, log1p_positive(t))
    }
}
