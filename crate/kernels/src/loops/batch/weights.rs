//! What views pull at each other with: the derivatives of the losses in the scores.

use super::{Scores, Tile};
use crate::loops::batch::work::Work;
use crate::loops::matrix::splat;
use crate::math::exp_nonpositive;
use crate::simd::{Float, Vector};

/// What weights are multiplied by, so that small ones don't underflow before 1/τ and 1/|z| multiply them.
pub const GAIN: f64 = (1u64 << 32) as f64;

impl<T: Float> Scores<T> {
    /// Turns a tile into the weights with which its views pull at each other: p(i, k) + p(k, i), and −(qᵢ + qₖ) of partners, all
    /// times [`GAIN`].
    ///
    /// # Safety
    /// - The tile is computed; `top`, `inverse` and `sum` hold what was subtracted, the gain over the total, and q.
    #[inline(never)]
    pub unsafe fn weigh(&self, tile: &Tile<T>) {
        let Work { top, inverse, sum, .. } = self.work;
        for i in tile.rows.clone() {
            // SAFETY: i and k … k + LANES are views or padding, and the tile's.
            unsafe {
                let (top_i, inverse_i) = (splat(*top.add(i)), splat(*inverse.add(i)));
                for k in tile.columns.clone().step_by(T::Vec::LANES) {
                    let (place, inverse_k) = (tile.place(i, k), T::Vec::load(inverse.add(k)));
                    let x = T::Vec::load(place);
                    let weight = if self.bounded {
                        x * (inverse_i + inverse_k)
                    } else {
                        // eˣ = (e^{x/2})², which doesn't underflow before the gain is in it.
                        let half = T::Vec::c(0.5);
                        let here = exp_nonpositive((x - top_i) * half);
                        let there = exp_nonpositive((x - T::Vec::load(top.add(k))) * half);
                        here * inverse_i * here + there * inverse_k * there
                    };
                    weight.store(place);
                }
                let partner = self.shape.partner(i);
                if tile.columns.contains(&partner) && i < self.shape.views() {
                    *tile.place(i, partner) = T::from_f64(-(*sum.add(i) + *sum.add(partner)) * GAIN);
                }
            }
        }
    }
}
