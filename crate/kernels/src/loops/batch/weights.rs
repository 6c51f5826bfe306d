//! What embeddings pull at each other with: the derivatives of the losses in the scores.

use super::{Scores, Tile};
use crate::loops::matrix::splat;
use crate::math::exp_nonpositive;
use crate::simd::{Float, Vector};

/// What weights are multiplied by, so that small ones don't underflow before 1/τ and 1/|z| multiply them.
pub const GAIN: f64 = (1u64 << 32) as f64;

impl<T: Float> Scores<T> {
    /// Turns a tile into the shares in the softmaxes of its rows, p(i, k), and of its columns where they have their own,
    /// p(i, k) + p(k, i), times [`GAIN`].
    ///
    /// # Safety
    /// - The tile is computed; `top` and `inverse` hold what was subtracted, and the gain over the total.
    #[inline(never)]
    pub(super) unsafe fn weigh(&self, tile: &Tile<T>) {
        let [above, beside] = self.sides;
        // eˣ = (e^{x/2})², which doesn't underflow before the gain is in it.
        let share = |x: T::Vec, top: T::Vec, inverse: T::Vec| {
            let e = exp_nonpositive((x - top) * T::Vec::c(0.5));
            e * inverse * e
        };
        for i in tile.rows.clone() {
            // SAFETY: i and k … k + LANES are embeddings or padding, and the tile's.
            unsafe {
                let (top_i, inverse_i) = (splat(*above.top.add(i)), splat(*above.inverse.add(i)));
                for k in tile.columns.clone().step_by(T::Vec::LANES) {
                    let (place, inverse_k) = (tile.place(i, k), T::Vec::load(beside.inverse.add(k)));
                    let x = T::Vec::load(place);
                    let weight = if self.bounded {
                        x * (inverse_i + inverse_k)
                    } else if self.sums_columns {
                        share(x, top_i, inverse_i) + share(x, T::Vec::load(beside.top.add(k)), inverse_k)
                    } else {
                        share(x, top_i, inverse_i)
                    };
                    weight.store(place);
                }
            }
        }
    }
}
