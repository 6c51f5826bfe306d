//! InfoNCE: each query picks its key among all keys; with both directions, the loss of CLIP.

use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Side, Tile};
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

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, m: usize, dim: usize, threads: usize) -> usize {
    let mut room = Room::new(null_mut());
    Pairs::<T>::new(&mut room, [n, m], dim, threads);
    room.used
}

/// Queries, the first keys being theirs.
pub struct Pairs<T> {
    scores: Scores<T>,
    /// The score of each query with its key.
    positive: *mut f64,
    /// What weighs a direction: ½ of two, else 1.
    part: f64,
    temperature: f64,
}

impl<T: Float> Pairs<T> {
    fn new(room: &mut Room, sizes: [usize; 2], dim: usize, threads: usize) -> Self {
        let scores = Scores::between(room, sizes, dim, threads);
        Pairs { scores, positive: room.take(sizes[0]), part: 1.0, temperature: 1.0 }
    }

    /// The tile's queries.
    fn queries(&self, tile: &Tile<T>) -> core::ops::Range<usize> {
        tile.rows.start..tile.rows.end.min(self.scores.sides[0].count)
    }
}

impl<T: Float> Rule<T> for Pairs<T> {
    fn scores(&self) -> &Scores<T> {
        &self.scores
    }

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

    unsafe fn settle(&self, i: usize, values: *mut T) -> f64 {
        let [queries, keys] = self.scores.sides;
        // SAFETY: i is a query, and a key if both directions count, and values has an element for each query.
        unsafe {
            let mut loss = self.direction(queries, i, keys.count > 1);
            if self.scores.sums_columns {
                loss = self.part * (loss + self.direction(keys, i, queries.count > 1));
            }
            if !values.is_null() {
                *values.add(i) = T::from_f64(loss);
            }
            loss
        }
    }

    unsafe fn slopes(&self, along: f64) -> [f64; 2] {
        [-along * self.scores.factor / self.temperature, 0.0]
    }
}

impl InfoNce {
    /// The losses of the queries, and the derivative in τ, of a batch: see [`run`](crate::loops::batch::run).
    ///
    /// # Safety
    /// - `inputs` and `grads` are valid for `n · dim` and `m · dim` elements, `values` for `n`, or null where that is allowed; `n <= m`,
    ///   and `n = m` if symmetric.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding, but not in steps: a batch whose threads are lost is
    ///   done again.
    pub unsafe fn of<T: Float>(&self, batch: &Batch<T>) -> Pairs<T> {
        let pairs = Pairs::new(&mut Room::new(batch.work), [batch.n, batch.m], batch.dim, batch.threads);
        let mut scores = pairs.scores.at(self.temperature, self.normalize, batch.scale);
        scores.sums_columns = self.symmetric;
        let part = if self.symmetric { 0.5 } else { 1.0 };
        Pairs { scores, part, temperature: self.temperature, ..pairs }
    }
}

impl<T: Float> Pairs<T> {
    /// The loss of embedding i of a side, which has negatives or none.
    ///
    /// # Safety
    /// - All tiles are gathered, and i is one of the pairs.
    unsafe fn direction(&self, side: Side<T>, i: usize, has_negatives: bool) -> f64 {
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
