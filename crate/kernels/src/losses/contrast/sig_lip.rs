//! The sigmoid loss of SigLIP: whether two embeddings are a pair is asked of each two by themselves.

use crate::loops::batch::{Batch, GAIN, Room, Rule, Scores, Tile};
use crate::loops::matrix::TILE;
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
#[derive(Clone, Copy)]
pub struct SigLip {
    /// > 0
    pub scale: f64,
    /// Any number.
    pub bias: f64,
    /// Whether s compares cosines, else dot products.
    pub normalize: bool,
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize, threads: usize) -> usize {
    let mut room = Room::new(null_mut());
    Pairs::<T>::new(&mut room, n, dim, threads);
    room.used
}

/// Two sets of embeddings, each with its pair in the other.
pub struct Pairs<T> {
    scores: Scores<T>,
    /// Σⱼ W(i,j) of each first embedding.
    weights: *mut f64,
    /// Multiplies derivatives in scores, without what [`GAIN`] has in it.
    factor: f64,
    loss: SigLip,
}

impl<T: Float> Pairs<T> {
    fn new(room: &mut Room, n: usize, dim: usize, threads: usize) -> Self {
        let scores = Scores::between(room, [n, n], dim, threads);
        Pairs { scores, weights: room.take(n), factor: 1.0, loss: SigLip { scale: 1.0, bias: 0.0, normalize: true } }
    }
}

impl<T: Float> Rule<T> for Pairs<T> {
    fn scores(&self) -> &Scores<T> {
        &self.scores
    }

    fn has_two_passes(&self) -> bool {
        false
    }

    unsafe fn begin(&self) {
        // SAFETY: there are as many weights.
        unsafe { self.weights.write_bytes(0, self.scores.sides[0].count) }
    }

    /// Computes weights, and notes of each row the sum of its losses, and in the place of a column that of its weights.
    unsafe fn prepare(&self, tile: &Tile<T>) {
        // SAFETY: the caller's guarantee.
        unsafe {
            self.scores.compute(tile);
            self.loss.weigh(self.scores.sides[0].count, tile);
        }
    }

    unsafe fn gather(&self, tile: &Tile<T>, [rows, _]: [bool; 2]) {
        let side = self.scores.sides[0];
        if rows {
            for i in tile.rows.start..tile.rows.end.min(side.count) {
                // SAFETY: i is a row, of which the tile has notes.
                unsafe {
                    *side.sum.add(i) += *tile.of_row(i);
                    *self.weights.add(i) += *tile.of_row(i).add(TILE);
                }
            }
        }
    }

    unsafe fn settle(&self, i: usize, values: *mut T) -> f64 {
        // SAFETY: i is an embedding, for which values has a place.
        unsafe {
            let loss = *self.scores.sides[0].sum.add(i);
            if !values.is_null() {
                *values.add(i) = T::from_f64(loss);
            }
            loss
        }
    }

    unsafe fn slopes(&self, along: f64) -> [f64; 2] {
        // SAFETY: each embedding has a weight, which was noted before it was settled.
        let weights = (0..self.scores.sides[0].count).fold(0.0, |sum, i| sum + unsafe { *self.weights.add(i) });
        [along * self.factor, weights * self.factor]
    }
}

impl SigLip {
    /// The losses of the first embeddings, and the derivatives in scale and bias, of a batch: see [`run`](crate::loops::batch::run).
    ///
    /// # Safety
    /// - `inputs` and `grads` are valid for `n · dim` elements, `values` for `n`, or null where that is allowed.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding, but not in steps: a batch whose threads are lost is
    ///   done again.
    pub unsafe fn of<T: Float>(&self, batch: &Batch<T>) -> Pairs<T> {
        let mut pairs = Pairs::new(&mut Room::new(batch.work), batch.n, batch.dim, batch.threads);
        (pairs.factor, pairs.loss) = (batch.scale / GAIN, *self);
        pairs.scores.sharpness = T::from_f64(self.scale);
        (pairs.scores.normalize, pairs.scores.factor) = (self.normalize, self.scale * pairs.factor);
        pairs
    }

    /// Turns the scores of a tile into weights times [`GAIN`], and notes the losses and the weights of its rows, of `n` embeddings in all.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    #[inline(never)]
    unsafe fn weigh<T: Float>(&self, n: usize, tile: &Tile<T>) {
        let lanes = T::Vec::LANES;
        for i in tile.rows.clone() {
            // SAFETY: the registers, and (i, i) where it is asked, are the tile's; padding has notes as well.
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
                let mut sums = [losses.total(), weights.total()];
                if let Some(score) = pair {
                    let (loss, weight) = self.pair::<T>(score);
                    *tile.place(i, i) = T::from_f64(weight);
                    sums = [sums[0] + loss, sums[1] + weight];
                }
                *tile.of_row(i) = sums[0];
                *tile.of_row(i).add(TILE) = sums[1];
            }
        }
    }

    /// ln(1 + eˣ) and σ(x) times the gain, x = t + bias; 0 where nothing counts, and where t is −∞.
    #[inline(always)]
    fn stranger<V: Vector>(&self, t: V, counts: V::Mask) -> (V, V) {
        let [x, rest] = two_sum(t, V::c(self.bias));
        // Of an infinity nothing is lost.
        let rest = rest.keep(x.abs().lt(V::c(f64::INFINITY)));
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
