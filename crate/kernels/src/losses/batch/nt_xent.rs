//! NT-Xent, the loss of SimCLR: each view picks its partner among all the views of a batch.

use crate::loops::Total;
use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Tile, first_pass, second_pass};
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

/// The memory of a batch.
struct Layout<T> {
    scores: Scores<T>,
    /// The score of each pair.
    positive: *mut f64,
}

impl<T: Float> Layout<T> {
    fn new(room: &mut Room, pairs: usize, dim: usize) -> Self {
        Layout { scores: Scores::among(room, pairs.saturating_mul(2), dim), positive: room.take(pairs) }
    }
}

/// Bytes that a batch of N pairs works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize) -> usize {
    let mut room = Room::new(null_mut());
    Layout::<T>::new(&mut room, n, dim);
    room.used
}

/// N pairs of views: the first views, then the second.
struct Pairs<T> {
    scores: Scores<T>,
    positive: *mut f64,
    pairs: usize,
}

impl<T: Float> Pairs<T> {
    /// The other view of the same sample.
    fn partner(&self, view: usize) -> usize {
        if view < self.pairs { view + self.pairs } else { view - self.pairs }
    }
}

impl<T: Float> Rule<T> for Pairs<T> {
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
}

impl NtXent {
    /// The sum of all 2N losses, and its derivative in τ times the scale; writes what has a pointer.
    ///
    /// # Safety
    /// - Embeddings and gradients are valid for `n · dim` elements, `values` for `2 · n`, or null where that is allowed.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding.
    pub unsafe fn run<T: Float>(&self, batch: &Batch<T>) -> (Total, [f64; 2]) {
        let (Batch { n: pairs, dim, inputs, grads, .. }, normalize) = (*batch, self.normalize);
        let Layout { scores, positive } = Layout::new(&mut Room::new(batch.work), pairs, dim);
        let rule = Pairs { scores: scores.at(self.temperature, normalize), positive, pairs };
        let (scores, side, wants_gradient) = (&rule.scores, rule.scores.sides[0], !grads[0].is_null());
        let factor = batch.scale / self.temperature / GAIN;
        let mut along = 0.0;
        // SAFETY: the caller's guarantees; view h · pairs + i is row i of embedding h.
        unsafe {
            side.clear();
            for (h, from) in inputs.into_iter().enumerate() {
                (0..pairs).for_each(|i| side.pack(h * pairs + i, from.add(i * dim), normalize));
            }
            first_pass(scores, &rule, wants_gradient);
            let sum = losses(&rule, batch.values);
            if wants_gradient {
                second_pass(scores, &rule);
                for (h, to) in grads.into_iter().enumerate() {
                    (0..pairs).for_each(|i| along += side.unpack(h * pairs + i, to.add(i * dim), normalize, factor));
                }
            }
            (sum, [-0.5 * along * factor / self.temperature, 0.0])
        }
    }
}

/// Turns sums into losses, and into what the second pass needs. Returns the sum of losses.
///
/// # Safety
/// - The first pass is done; `values` is null or has an element for each view.
unsafe fn losses<T: Float>(rule: &Pairs<T>, values: *mut T) -> Total {
    let (scores, side, pairs, mut total) = (&rule.scores, rule.scores.sides[0], rule.pairs, Total::default());
    for i in 0..2 * pairs {
        // SAFETY: i is a view, and values has an element for each.
        unsafe {
            let positive = *rule.positive.add(i.min(rule.partner(i)));
            let most = if scores.bounded { 0.0 } else { *side.most.add(i) };
            // A view without negatives has added up nothing but placeholders.
            let negatives = if pairs == 1 { 0.0 } else { *side.sum.add(i) };
            let anchor = Anchor::new(positive, most, negatives, scores);
            total.add(side.settle(i, &anchor, values));
        }
    }
    total
}
