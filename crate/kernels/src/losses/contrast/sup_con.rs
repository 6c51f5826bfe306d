//! The supervised contrastive loss: each embedding finds those of its class among all others.

use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Tile};
use crate::loops::matrix::TILE;
use crate::math::ln;
use crate::simd::{Float, Vector};
use core::ops::Range;
use core::ptr::{null, null_mut};

/// −1/|P| Σ_{p∈P} s(i,p) + ln Σ_{k≠i} e^{s(i,k)} of embedding i, P the others of its class: s(i,k) = cos(zᵢ, zₖ)/τ, or zᵢ·zₖ/τ. Without
/// others of its class an embedding is nobody's anchor: 0.
///
/// Its derivative is p_k in s(i,k) of another class, p_k the softmax over the others, and p_k − 1/|P| of the same class. Where P is one,
/// loss and derivative are those of NT-Xent, with nothing subtracted.
///
/// Gradient with respect to all embeddings, of the sum over i: with W(i,k) = p(i,k) + p(k,i) − 2/|P| [same class],
/// gᵢ = Σ_k W(i,k) uₖ/τ, and through uᵢ = zᵢ/|zᵢ|: (gᵢ − (gᵢ·uᵢ)uᵢ)/|zᵢ|. A zero vector has cosine 0 and gradient 0.
/// With respect to τ: −Σᵢ gᵢ·uᵢ/2τ.
///
/// Embeddings are taken in the order of their classes, so that those of a class lie side by side.
///
/// Khosla et al. (2020), equation 2, <https://arxiv.org/abs/2004.11362>.
pub struct SupCon {
    /// τ > 0
    pub temperature: f64,
    /// Whether s compares cosines, else dot products.
    pub normalize: bool,
}

/// A batch in the order of its classes.
pub struct Classes<T> {
    scores: Scores<T>,
    /// The sum of scores with others of the class; of two, each other's score.
    positive: *mut f64,
    /// Which embedding of the input comes in this place.
    order: *mut usize,
    /// The class of the embedding in this place.
    class: *mut usize,
    /// Where each class begins, and the next one.
    start: *mut usize,
    /// The class of each embedding of the input.
    labels: *const i32,
    temperature: f64,
}

impl<T: Float> Classes<T> {
    fn new(room: &mut Room, n: usize, dim: usize, threads: usize) -> Self {
        Classes {
            scores: Scores::among(room, n, dim, threads),
            positive: room.take(n),
            order: room.take(n),
            class: room.take(n),
            start: room.take(n.saturating_add(2)),
            labels: null(),
            temperature: 1.0,
        }
    }

    /// Sorts the embeddings by their classes, of which there are no more.
    ///
    /// # Safety
    /// - There is a label for each.
    unsafe fn sort(&self) {
        let (n, labels) = (self.scores.sides[0].count, self.labels);
        // SAFETY: classes are less than n, so that `start` has two places beyond each, and every embedding finds one.
        unsafe {
            self.start.write_bytes(0, n + 2);
            self.positive.write_bytes(0, n);
            let class = |i: usize| *labels.add(i) as usize;
            // Counts, two places on; then where each class begins, one place on: that moves on as it is filled.
            (0..n).for_each(|i| *self.start.add(class(i) + 2) += 1);
            (2..n + 2).for_each(|c| *self.start.add(c) += *self.start.add(c - 1));
            for i in 0..n {
                let next = self.start.add(class(i) + 1);
                *self.order.add(*next) = i;
                *self.class.add(*next) = class(i);
                *next += 1;
            }
        }
    }

    /// The places of the class of the embedding in place i.
    ///
    /// # Safety
    /// - `i` is a place.
    unsafe fn range(&self, i: usize) -> Range<usize> {
        // SAFETY: the classes are sorted.
        unsafe {
            let class = self.start.add(*self.class.add(i));
            *class..*class.add(1)
        }
    }

    /// Calls `f` with each row of a tile, the places of its class, and those of them that are columns of the tile.
    ///
    /// # Safety
    /// - The classes are sorted.
    unsafe fn each(&self, tile: &Tile<T>, mut f: impl FnMut(usize, usize, Range<usize>)) {
        for i in tile.rows.start..tile.rows.end.min(self.scores.sides[0].count) {
            // SAFETY: i is a place.
            let class = unsafe { self.range(i) };
            let columns = class.start.max(tile.columns.start)..class.end.min(tile.columns.end);
            f(i, class.len(), columns);
        }
    }
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize, threads: usize) -> usize {
    let mut room = Room::new(null_mut());
    Classes::<T>::new(&mut room, n, dim, threads);
    room.used
}

impl<T: Float> Rule<T> for Classes<T> {
    fn scores(&self) -> &Scores<T> {
        &self.scores
    }

    unsafe fn begin(&self) {
        // SAFETY: the caller's guarantee.
        unsafe { self.sort() }
    }

    unsafe fn origin(&self, _: usize, i: usize) -> [usize; 2] {
        // SAFETY: every place has an embedding.
        [0, unsafe { *self.order.add(i) }]
    }

    /// Notes of each row and column the sum of its scores with others of its class.
    unsafe fn mask(&self, tile: &Tile<T>) {
        // SAFETY: the tile's scores are computed, and what is removed and noted is the tile's.
        unsafe {
            tile.notes.write_bytes(0, 2 * TILE);
            self.each(tile, |i, size, same| {
                for k in same.filter(|&k| k != i) {
                    let score = match size {
                        2 => tile.remove(i, k).unwrap_or_default(),
                        _ => (*tile.place(i, k)).to_f64(),
                    };
                    *tile.of_row(i) += score;
                    *tile.of_column(k) += score;
                }
                tile.remove(i, i);
            });
        }
    }

    unsafe fn gather(&self, tile: &Tile<T>, [rows, columns]: [bool; 2]) {
        let count = self.scores.sides[0].count;
        let places =
            |range: &Range<usize>, wanted| range.start..if wanted { range.end.min(count) } else { range.start };
        // SAFETY: the tile is prepared, and the places are embeddings.
        unsafe {
            self.scores.add(tile, [rows, columns]);
            places(&tile.rows, rows).for_each(|i| *self.positive.add(i) += *tile.of_row(i));
            places(&tile.columns, columns && !tile.is_diagonal)
                .for_each(|k| *self.positive.add(k) += *tile.of_column(k));
        }
    }

    unsafe fn mend(&self, tile: &Tile<T>) {
        let share = self.scores.sides[0].sum;
        // SAFETY: the places are the tile's.
        unsafe {
            self.each(tile, |i, size, same| {
                let pull = -2.0 * GAIN / (size as f64 - 1.0);
                for k in same.filter(|&k| k != i) {
                    let place = tile.place(i, k);
                    *place = match size {
                        2 => T::from_f64(-(*share.add(i) + *share.add(k)) * GAIN),
                        _ => T::from_f64((*place).to_f64() + pull),
                    };
                }
            });
        }
    }

    unsafe fn settle(&self, i: usize, values: *mut T) -> f64 {
        // SAFETY: i is a place, and values has an element for each embedding.
        unsafe {
            let loss = self.scores.sides[0].settle(i, &self.anchor(i), null_mut());
            if !values.is_null() {
                *values.add(*self.order.add(i)) = T::from_f64(loss);
            }
            loss
        }
    }

    unsafe fn slopes(&self, along: f64) -> [f64; 2] {
        [-0.5 * along * self.scores.factor / self.temperature, 0.0]
    }
}

impl SupCon {
    /// The losses of all anchors, and the derivative in τ, of a batch: see [`run`](crate::loops::batch::run).
    ///
    /// # Safety
    /// - Embeddings and gradient are valid for `n · dim` elements, `labels` and `values` for `n`, or null where that is allowed; labels are
    ///   from 0 on and less than `n`.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that the gradient may be the embeddings, but not in steps: a batch whose threads are lost is
    ///   done again.
    pub unsafe fn of<T: Float>(&self, batch: &Batch<T>) -> Classes<T> {
        let classes = Classes::new(&mut Room::new(batch.work), batch.n, batch.dim, batch.threads);
        let scores = classes.scores.at(self.temperature, self.normalize, batch.scale);
        Classes { scores, labels: batch.labels, temperature: self.temperature, ..classes }
    }
}

impl<T: Float> Classes<T> {
    /// The results of the embedding in place i.
    ///
    /// # Safety
    /// - All tiles are gathered, and i is a place.
    unsafe fn anchor(&self, i: usize) -> Anchor {
        let (scores, side) = (&self.scores, self.scores.sides[0]);
        // SAFETY: the caller's guarantee.
        let (size, positive, most, sum) =
            unsafe { (self.range(i).len(), *self.positive.add(i), *side.most.add(i), *side.sum.add(i)) };
        let top = if scores.bounded { 0.0 } else { most };
        match size {
            1 => Anchor { loss: 0.0, share: 0.0, inverse: 0.0, top },
            // Two that are alone have added up nothing but placeholders.
            2 => Anchor::new(positive, top, if side.count == 2 { 0.0 } else { sum }, scores),
            _ => {
                let mean = positive / (size as f64 - 1.0);
                let log = ln(<f64 as Float>::Vec::c(sum)).lane(0);
                Anchor { loss: scores.stretch * (top - mean) + log, share: 0.0, inverse: 1.0 / sum, top }
            }
        }
    }
}
