//! NT-Xent, the loss of SimCLR: each view picks its partner among all the views of a batch.

use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Tile};
use crate::simd::Float;
use core::ptr::null_mut;

/// −s(i,j) + ln Σ_{k≠i} e^{s(i,k)} of each of the 2N views i, j its partner: s(i,k) = cos(zᵢ, zₖ)/τ, or zᵢ·zₖ/τ.
///
/// With the softmax p of view i over the others and the share q = Σ_{k≠j} p_k of its negatives, the loss is ln(1 + q/(1 − q)),
/// computed so that it stays accurate where it is small. Its derivative is p_k in s(i,k), and −q in s(i,j).
///
/// Gradient with respect to all views, of the sum over i: with W(i,k) = p(i,k) + p(k,i), and −(qᵢ + qⱼ) for partners,
/// gᵢ = Σ_k W(i,k) uₖ/τ, and through uᵢ = zᵢ/|zᵢ|: (gᵢ − (gᵢ·uᵢ)uᵢ)/|zᵢ|. A zero vector has cosine 0 and gradient 0.
/// With respect to τ: −Σᵢ gᵢ·uᵢ/2τ, as each score is in the losses of two views.
///
/// The matrix of scores is never built. It is symmetric, so that half of its tiles are computed, in each of two passes
/// unless they fit into a work area of about the size of the views.
///
/// Chen, Kornblith, Norouzi, Hinton (2020), <https://arxiv.org/abs/2002.05709>.
pub struct NtXent {
    /// τ > 0
    pub temperature: f64,
    /// Whether s compares cosines, else dot products.
    pub normalize: bool,
}

/// Bytes that a batch of N pairs works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize, threads: usize) -> usize {
    let mut room = Room::new(null_mut());
    Pairs::<T>::new(&mut room, n, dim, threads);
    room.used
}

/// N pairs of views: the first views, then the second.
pub struct Pairs<T> {
    scores: Scores<T>,
    /// The score of each pair.
    positive: *mut f64,
    pairs: usize,
    temperature: f64,
}

impl<T: Float> Pairs<T> {
    fn new(room: &mut Room, pairs: usize, dim: usize, threads: usize) -> Self {
        let scores = Scores::among(room, pairs.saturating_mul(2), dim, threads);
        Pairs { scores, positive: room.take(pairs), pairs, temperature: 1.0 }
    }

    /// The other view of the same sample.
    fn partner(&self, view: usize) -> usize {
        if view < self.pairs { view + self.pairs } else { view - self.pairs }
    }
}

impl<T: Float> Rule<T> for Pairs<T> {
    fn scores(&self) -> &Scores<T> {
        &self.scores
    }

    /// View h · pairs + i is row i of input h.
    unsafe fn origin(&self, _: usize, view: usize) -> [usize; 2] {
        let is_second = view >= self.pairs;
        [usize::from(is_second), if is_second { view - self.pairs } else { view }]
    }

    unsafe fn mask(&self, tile: &Tile<T>) {
        for i in tile.rows.start..tile.rows.end.min(2 * self.pairs) {
            // SAFETY: i is a row of the tile, and one of the pairs where that is asked.
            unsafe {
                tile.remove(i, i);
                let score = tile.remove(i, self.partner(i));
                if i < self.pairs
                    && let Some(score) = score
                {
                    *self.positive.add(i) = score;
                }
            }
        }
    }

    unsafe fn mend(&self, tile: &Tile<T>) {
        let share = self.scores.sides[0].sum;
        for i in tile.rows.start..tile.rows.end.min(2 * self.pairs) {
            let partner = self.partner(i);
            if tile.columns.contains(&partner) {
                // SAFETY: both are views, and the place is the tile's.
                unsafe { *tile.place(i, partner) = T::from_f64(-(*share.add(i) + *share.add(partner)) * GAIN) };
            }
        }
    }

    unsafe fn settle(&self, i: usize, values: *mut T) -> f64 {
        let (scores, side) = (&self.scores, self.scores.sides[0]);
        // SAFETY: i is a view.
        unsafe {
            let positive = *self.positive.add(i.min(self.partner(i)));
            let most = if scores.bounded { 0.0 } else { *side.most.add(i) };
            // A view without negatives has added up nothing but placeholders.
            let negatives = if self.pairs == 1 { 0.0 } else { *side.sum.add(i) };
            side.settle(i, &Anchor::new(positive, most, negatives, scores), values)
        }
    }

    unsafe fn slopes(&self, along: f64) -> [f64; 2] {
        [-0.5 * along * self.scores.factor / self.temperature, 0.0]
    }
}

impl NtXent {
    /// The losses of all 2N views, and the derivative in τ, of a batch: see [`run`](crate::loops::batch::run).
    ///
    /// # Safety
    /// - Embeddings and gradients are valid for `n · dim` elements, `values` for `2 · n`, or null where that is allowed.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding, but not in steps: a batch whose threads are lost is
    ///   done again.
    pub unsafe fn of<T: Float>(&self, batch: &Batch<T>) -> Pairs<T> {
        let pairs = Pairs::new(&mut Room::new(batch.work), batch.n, batch.dim, batch.threads);
        let scores = pairs.scores.at(self.temperature, self.normalize, batch.scale);
        Pairs { scores, temperature: self.temperature, ..pairs }
    }
}
