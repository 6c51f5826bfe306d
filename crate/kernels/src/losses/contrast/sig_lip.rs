//! The sigmoid loss of SigLIP: whether two embeddings are a pair is asked of each two by themselves.

use crate::loops::Total;
use crate::loops::batch::{Batch, GAIN, Room, Scores, Tile, add_products};
use crate::math::{exp_nonpositive, log1p, two_sum};
use crate::simd::{Float, Vector};
use core::ptr::null_mut;

/// −Σⱼ ln σ(l(i,j) x(i,j)) of each of N first embeddings i, j over the N second ones: l is 1 of a pair i = j, else −1, and
/// x(i,j) = scale · s(i,j) + bias with s(i,j) = cos(aᵢ, bⱼ), or aᵢ·bⱼ.
///
/// Its derivative in x(i,j) is σ(x), and −σ(−x) of a pair. Gradient with respect to both, with W these derivatives, of the sum over i:
/// scale · Σⱼ W(i,j) vⱼ of aᵢ and scale · Σᵢ W(i,j) uᵢ of bⱼ, and through u = z/|z|: (g − (g·u)u)/|z|. A zero vector has
/// cosine 0 and gradient 0. With respect to scale: Σ W s = Σᵢ gᵢ·uᵢ/scale, and to bias: Σ W.
///
/// One pass over the tiles does it, as nothing is normalised over rows.
///
/// Zhai, Mustafa, Kolesnikov, Beyer (2023), <https://arxiv.org/abs/2303.15343>.
pub struct SigLip {
    /// > 0
    pub scale: f64,
    /// Any number.
    pub bias: f64,
    /// Whether s compares cosines, else dot products.
    pub normalize: bool,
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize) -> usize {
    let mut room = Room::new(null_mut());
    Scores::<T>::between(&mut room, [n, n], dim);
    room.used
}

impl SigLip {
    /// The sum of the losses of the first embeddings, and its derivatives in scale and bias times the scale of the call; writes what
    /// has a pointer.
    ///
    /// # Safety
    /// - `inputs` and `grads` are valid for `n · dim` elements, `values` for `n`, or null where that is allowed.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding.
    pub unsafe fn run<T: Float>(&self, batch: &Batch<T>) -> (Total, [f64; 2]) {
        let (Batch { n, dim, inputs, grads, values, .. }, normalize) = (*batch, self.normalize);
        let mut scores = Scores::<T>::between(&mut Room::new(batch.work), [n, n], dim);
        scores.sharpness = T::from_f64(self.scale);
        let (wants_gradient, factor) = (!grads[0].is_null(), batch.scale / GAIN);
        let (mut along, mut weights, mut total) = ([0.0; 2], 0.0, Total::default());
        // SAFETY: the caller's guarantees.
        unsafe {
            for (side, from) in scores.sides.into_iter().zip(inputs) {
                side.clear();
                (0..n).for_each(|i| side.pack(i, from.add(i * dim), normalize));
            }
            for tile in scores.tiles(false) {
                scores.compute(&tile);
                weights += self.weigh(&scores, &tile);
                if wants_gradient {
                    add_products(&scores, &tile);
                }
            }
            for i in 0..n {
                let loss = *scores.sides[0].sum.add(i);
                if !values.is_null() {
                    *values.add(i) = T::from_f64(loss);
                }
                total.add(loss);
            }
            if wants_gradient {
                for (h, side) in scores.sides.into_iter().enumerate() {
                    let factor = self.scale * factor;
                    (0..n).for_each(|i| along[h] += side.unpack(i, grads[h].add(i * dim), normalize, factor));
                }
            }
        }
        (total, [along[0] * factor, weights * factor])
    }

    /// Turns the scores of a tile into weights times [`GAIN`], and adds the losses of its rows to their sums. Returns the sum of
    /// the weights.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    #[inline(never)]
    unsafe fn weigh<T: Float>(&self, scores: &Scores<T>, tile: &Tile<T>) -> f64 {
        let (lanes, n) = (T::Vec::LANES, scores.sides[0].count);
        let mut all = 0.0;
        for i in tile.rows.clone() {
            // SAFETY: the registers, and (i, i) where it is asked, are the tile's; padding has a sum as well.
            unsafe {
                let pair = (i < n && tile.columns.contains(&i)).then(|| (*tile.place(i, i)).to_f64());
                if pair.is_some() {
                    *tile.place(i, i) = T::from_f64(f64::NEG_INFINITY);
                }
                let (mut losses, mut weights) = (T::Vec::zero(), T::Vec::zero());
                for k in tile.columns.clone().step_by(lanes) {
                    let place = tile.place(i, k);
                    let counts = T::Vec::first(if i < n { n.saturating_sub(k).min(lanes) } else { 0 });
                    let (loss, weight) = self.stranger(T::Vec::load(place), counts);
                    weight.store(place);
                    (losses, weights) = (losses + loss, weights + weight);
                }
                *scores.sides[0].sum.add(i) += losses.total();
                all += weights.total();
                if let Some(score) = pair {
                    let (loss, weight) = self.pair::<T>(score);
                    *scores.sides[0].sum.add(i) += loss;
                    *tile.place(i, i) = T::from_f64(weight);
                    all += weight;
                }
            }
        }
        all
    }

    /// ln(1 + eˣ) and σ(x) times the gain, x = t + bias; 0 where nothing counts, and where t is −∞.
    #[inline(always)]
    fn stranger<V: Vector>(&self, t: V, counts: V::Mask) -> (V, V) {
        let [x, rest] = two_sum(t, V::c(self.bias));
        let is_positive = V::zero().lt(x);
        // e^{−|x|} = h², with what rounding took from x. h doesn't underflow before the gain is in it.
        let h = exp_nonpositive(-x.abs() * V::c(0.5));
        let right = h + h * rest.flip(is_positive);
        let (e, gain) = (h * right, V::c(GAIN));
        let loss = V::zero().pmax(x) + log1p(e);
        let weight = V::select(is_positive, gain, h * gain * right) / (V::c(1.0) + e);
        let is_none = t.eq(V::c(f64::NEG_INFINITY));
        (loss.keep(counts).drop(is_none), weight.keep(counts).drop(is_none))
    }

    /// The same of a pair, ln(1 + e⁻ˣ) and −σ(−x) times the gain.
    fn pair<T: Float>(&self, score: f64) -> (f64, f64) {
        let bias = T::from_f64(self.bias).to_f64();
        let negative = SigLip { bias: -bias, ..*self };
        let all = <f64 as Float>::Vec::first(2);
        let (loss, weight) = negative.stranger(<f64 as Float>::Vec::c(-score), all);
        (loss.lane(0), -weight.lane(0))
    }
}
