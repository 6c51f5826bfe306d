//! Probabilities of floats: one exponential gives e^−ζ and its distance to the edge, where u is 0, and every lane takes the same way.

use super::{Asymmetric, Side, least, sign};
use crate::math::{NORMAL, SCALE, exp_from_edge, from_edge_parts, log1p_positive, minus_ln_of_parts};
use crate::simd::Vector;

impl Asymmetric {
    /// 1 where μ is s, 0 elsewhere: as a factor it takes fewer instructions than a mask.
    #[inline(always)]
    fn share<V: Vector>(&self, y: V) -> V {
        (V::c(1.0) - y) * V::c(if self.shift < least::<V>() { 0.0 } else { 1.0 })
    }
    /// The steps to u and C, times [`SCALE`] where μ is s. With a = e^−ζ and b = 1 − a s/(1 − s), its distance to the edge: P = 1/(1 + a),
    /// C = a/(1 + a), u = (1 − s) b/(1 + a), or P where μ is 0.
    ///
    /// `FLAT` says that what u is below the normal range doesn't matter, as exponents are 1 or more.
    #[inline(always)]
    pub(super) fn edge_step<V: Vector, const FLAT: bool>(&self, step: usize, [z, y]: [V; 2], staged: [V; 2]) -> [V; 2] {
        let (zeta, share) = (z * sign(y), self.share(y));
        if step == 0 {
            return from_edge_parts(zeta, &self.float_edge, share);
        }
        let (a, b) = exp_from_edge(staged, &self.float_edge, share);
        let scale = V::c(1.0) + V::c(SCALE - 1.0) * share;
        let over = scale / (scale + a);
        let u = (b - V::c(self.shift) * share * b) * over;
        [if FLAT { u } else { u.drop(zeta.lt(V::c(-NORMAL))) }, a * over]
    }
    /// Of u and C: P = u + μ, w = C + μ.
    ///
    /// `FLAT` says that exponents are 1 or more: the power of u then has larger errors than −ln w may have where w is between ½ and 1.
    #[inline(always)]
    pub(super) fn side_by_edge<V: Vector, const FLAT: bool>(&self, [z, y]: [V; 2], [u, far]: [V; 2]) -> Side<V> {
        let share = self.share(y);
        let right = far * (V::c(1.0) - V::c(1.0 - 1.0 / SCALE) * share);
        let mu = V::c(self.shift) * share;
        let w = right + mu;
        // Below the edge, C + μ may be much more than 1.
        let w = if self.shift > 0.3 { w.pmin(V::c(1.0)) } else { w };
        let t = u / w;
        let finite = if FLAT {
            let (m, e) = w.split();
            // −ln(1 − u) where w is near 1
            minus_ln_of_parts(V::select(e.eq(V::zero()), u, V::c(1.0) - m), e)
        } else {
            log1p_positive(t)
        };
        // Where μ is 0, l goes on beyond what a reaches.
        let l = finite.pmax(z * sign(y) * (V::c(1.0) - share));
        let (tiny, root) = Side::deep(z * sign(y));
        Side { wrong: u + mu, right, u, w, t, l, finite, tiny, root }
    }
}
