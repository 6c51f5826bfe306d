//! InfoNCE: each query picks its key among all keys; with both directions, the loss of CLIP.

use crate::loops::Total;
use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Side, Tile, first_pass, second_pass};
use crate::simd::Float;
use core::ptr::null_mut;

/// −s(i,i) + ln Σⱼ e^{s(i,j)} of each of N queries i, j over M ≥ N keys: s(i,j) = cos(qᵢ, kⱼ)/τ, or qᵢ·kⱼ/τ. `symmetric` takes half the
/// sum with the loss of key i, which picks its query among all queries: the softmax of column i.
///
/// With the softmax p and the share q = Σ_{j≠i} p_j of the negatives, the loss is ln(1 + q/(1 − q)), computed so that it stays
/// accurate where it is small. Its derivative is p_j in s(i,j), and −q in s(i,i).
///
/// Gradient with respect to queries and keys, of the sum over i: with W the matrix of these derivatives, or half the sum of both
/// directions', Σⱼ W(i,j) vⱼ/τ of query i and Σᵢ W(i,j) uᵢ/τ of key j, and through u = z/|z|: (g − (g·u)u)/|z|. A zero vector
/// has cosine 0 and gradient 0. With respect to τ: −Σᵢ gᵢ·uᵢ/τ over the queries.
///
/// Oord, Li, Vinyals (2018), <https://arxiv.org/abs/1807.03748>; Radford et al. (2021), <https://arxiv.org/abs/2103.00020>.
pub struct InfoNce {
    /// τ > 0
    pub temperature: f64,
    /// Whether s compares cosines, else dot products.
    pub normalize: bool,
    /// Whether keys pick queries as well. There are as many then.
    pub symmetric: bool,
}

/// The memory of a batch.
struct Layout<T> {
    scores: Scores<T>,
    /// The score of each query with its key.
    positive: *mut f64,
}

impl<T: Float> Layout<T> {
    fn new(room: &mut Room, n: usize, m: usize, dim: usize) -> Self {
        Layout { scores: Scores::between(room, [n, m], dim), positive: room.take(n) }
    }
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, m: usize, dim: usize) -> usize {
    let mut room = Room::new(null_mut());
    Layout::<T>::new(&mut room, n, m, dim);
    room.used
}

/// Queries, the first keys being theirs.
struct Pairs<T> {
    scores: Scores<T>,
    positive: *mut f64,
    /// What weighs a direction: ½ of two, else 1.
    part: f64,
}

impl<T: Float> Pairs<T> {
    /// The tile's queries.
    fn queries(&self, tile: &Tile<T>) -> core::ops::Range<usize> {
        tile.rows.start..tile.rows.end.min(self.scores.sides[0].count)
    }
}

impl<T: Float> Rule<T> for Pairs<T> {
    unsafe fn mask(&self, tile: &Tile<T>) {
        for i in self.queries(tile) {
            // SAFETY: i is a row of the tile, and a query.
            unsafe {
                if let Some(score) = tile.remove(i, i) {
                    *self.positive.add(i) = score;
                }
            }
        }
    }

    unsafe fn mend(&self, tile: &Tile<T>) {
        let [queries, keys] = self.scores.sides;
        for i in self.queries(tile) {
            if tile.columns.contains(&i) {
                // SAFETY: i is a query and a key, and the place is the tile's.
                unsafe {
                    let share = *queries.sum.add(i) + if self.scores.sums_columns { *keys.sum.add(i) } else { 0.0 };
                    *tile.place(i, i) = T::from_f64(-share * self.part * GAIN);
                }
            }
        }
    }
}

impl InfoNce {
    /// The sum of the queries' losses, and its derivative in τ times the scale; writes what has a pointer.
    ///
    /// # Safety
    /// - `inputs` and `grads` are valid for `n · dim` and `m · dim` elements, `values` for `n`, or null where that is allowed; `n <= m`,
    ///   and `n = m` if symmetric.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding.
    pub unsafe fn run<T: Float>(&self, batch: &Batch<T>) -> (Total, [f64; 2]) {
        let (Batch { n, m, dim, inputs, grads, .. }, normalize) = (*batch, self.normalize);
        let Layout { scores, positive } = Layout::new(&mut Room::new(batch.work), n, m, dim);
        let mut scores = scores.at(self.temperature, normalize);
        scores.sums_columns = self.symmetric;
        let rule = Pairs { scores, positive, part: if self.symmetric { 0.5 } else { 1.0 } };
        let (scores, wants_gradient) = (&rule.scores, !grads[0].is_null());
        let factor = batch.scale / self.temperature / GAIN;
        let mut along = [0.0; 2];
        // SAFETY: the caller's guarantees.
        unsafe {
            for (side, from) in scores.sides.into_iter().zip(inputs) {
                side.clear();
                (0..side.count).for_each(|i| side.pack(i, from.add(i * dim), normalize));
            }
            first_pass(scores, &rule, wants_gradient);
            let sum = rule.losses(batch.values);
            if wants_gradient {
                second_pass(scores, &rule);
                for (h, side) in scores.sides.into_iter().enumerate() {
                    (0..side.count).for_each(|i| along[h] += side.unpack(i, grads[h].add(i * dim), normalize, factor));
                }
            }
            (sum, [-along[0] * factor / self.temperature, 0.0])
        }
    }
}

impl<T: Float> Pairs<T> {
    /// Turns sums into losses, and into what the second pass needs. Returns the sum of losses.
    ///
    /// # Safety
    /// - The first pass is done; `values` is null or has an element for each query.
    unsafe fn losses(&self, values: *mut T) -> Total {
        let (mut total, [queries, keys]) = (Total::default(), self.scores.sides);
        for i in 0..queries.count {
            // SAFETY: i is a query, and a key if both directions count, and values has an element for each query.
            unsafe {
                let mut loss = self.settle(queries, i, keys.count > 1);
                if self.scores.sums_columns {
                    loss = self.part * (loss + self.settle(keys, i, queries.count > 1));
                }
                if !values.is_null() {
                    *values.add(i) = T::from_f64(loss);
                }
                total.add(loss);
            }
        }
        total
    }

    /// The loss of embedding i of a side, which has negatives or none.
    ///
    /// # Safety
    /// - The first pass is done, and i is one of the pairs.
    unsafe fn settle(&self, side: Side<T>, i: usize, has_negatives: bool) -> f64 {
        // SAFETY: the caller's guarantee.
        unsafe {
            let most = if self.scores.bounded { 0.0 } else { *side.most.add(i) };
            // One without negatives has added up nothing but placeholders.
            let negatives = if has_negatives { *side.sum.add(i) } else { 0.0 };
            let anchor = Anchor::new(*self.positive.add(i), most, negatives, &self.scores);
            side.settle(i, &Anchor { inverse: self.part * anchor.inverse, ..anchor }, null_mut())
        }
    }
}
