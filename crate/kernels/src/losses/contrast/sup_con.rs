//! The supervised contrastive loss: each embedding finds those of its class among all others.

use crate::loops::Total;
use crate::loops::batch::{Anchor, Batch, GAIN, Room, Rule, Scores, Tile, first_pass, second_pass};
use crate::math::ln;
use crate::simd::{Float, Vector};
use core::ptr::null_mut;

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
struct Classes<T> {
    scores: Scores<T>,
    /// The sum of scores with others of the class; of two, each other's score.
    positive: *mut f64,
    /// Which embedding of the input comes in this place.
    order: *mut usize,
    /// The class of the embedding in this place.
    class: *mut usize,
    /// Where each class begins, and the next one.
    start: *mut usize,
}

impl<T: Float> Classes<T> {
    fn new(room: &mut Room, n: usize, dim: usize) -> Self {
        Classes {
            scores: Scores::among(room, n, dim),
            positive: room.take(n),
            order: room.take(n),
            class: room.take(n),
            start: room.take(n.saturating_add(2)),
        }
    }

    /// Sorts `n` embeddings by their classes, which are less than `n`.
    ///
    /// # Safety
    /// - `labels` has as many.
    unsafe fn sort(&self, labels: *const i32, n: usize) {
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
    unsafe fn range(&self, i: usize) -> core::ops::Range<usize> {
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
    unsafe fn each(&self, tile: &Tile<T>, mut f: impl FnMut(usize, usize, core::ops::Range<usize>)) {
        for i in tile.rows.start..tile.rows.end.min(self.scores.sides[0].count) {
            // SAFETY: i is a place.
            let class = unsafe { self.range(i) };
            let columns = class.start.max(tile.columns.start)..class.end.min(tile.columns.end);
            f(i, class.len(), columns);
        }
    }
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(n: usize, _: usize, dim: usize) -> usize {
    let mut room = Room::new(null_mut());
    Classes::<T>::new(&mut room, n, dim);
    room.used
}

impl<T: Float> Rule<T> for Classes<T> {
    unsafe fn mask(&self, tile: &Tile<T>) {
        // SAFETY: the tile's scores are computed, and what is removed and added up is the tile's.
        unsafe {
            self.each(tile, |i, size, same| {
                for k in same.filter(|&k| k != i) {
                    let score = match size {
                        2 => tile.remove(i, k).unwrap_or_default(),
                        _ => (*tile.place(i, k)).to_f64(),
                    };
                    *self.positive.add(i) += score;
                    if !tile.is_diagonal {
                        *self.positive.add(k) += score;
                    }
                }
                tile.remove(i, i);
            });
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
}

impl SupCon {
    /// The sum of the losses of all anchors, and its derivative in τ times the scale; writes what has a pointer.
    ///
    /// # Safety
    /// - Embeddings and gradient are valid for `n · dim` elements, `labels` and `values` for `n`, or null where that is allowed; labels are
    ///   from 0 on and less than `n`.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that the gradient may be the embeddings.
    pub unsafe fn run<T: Float>(&self, batch: &Batch<T>) -> (Total, [f64; 2]) {
        let (Batch { n, dim, inputs: [from, _], grads: [to, _], .. }, normalize) = (*batch, self.normalize);
        let mut classes = Classes::new(&mut Room::new(batch.work), n, dim);
        classes.scores = classes.scores.at(self.temperature, normalize);
        let (scores, side) = (&classes.scores, classes.scores.sides[0]);
        let factor = batch.scale / self.temperature / GAIN;
        let mut along = 0.0;
        // SAFETY: the caller's guarantees; `order` has every embedding once.
        unsafe {
            classes.sort(batch.labels, n);
            let place = |i: usize| *classes.order.add(i) * dim;
            side.clear();
            (0..n).for_each(|i| side.pack(i, from.add(place(i)), normalize));
            first_pass(scores, &classes, !to.is_null());
            let sum = classes.losses(batch.values);
            if !to.is_null() {
                second_pass(scores, &classes);
                (0..n).for_each(|i| along += side.unpack(i, to.add(place(i)), normalize, factor));
            }
            (sum, [-0.5 * along * factor / self.temperature, 0.0])
        }
    }
}

impl<T: Float> Classes<T> {
    /// Turns sums into losses, and into what the second pass needs. Returns the sum of losses.
    ///
    /// # Safety
    /// - The first pass is done; `values` is null or has an element for each embedding.
    unsafe fn losses(&self, values: *mut T) -> Total {
        let (mut total, side) = (Total::default(), self.scores.sides[0]);
        for i in 0..side.count {
            // SAFETY: i is a place, and values has an element for each embedding.
            unsafe {
                let anchor = self.anchor(i);
                let loss = side.settle(i, &anchor, null_mut());
                if !values.is_null() {
                    *values.add(*self.order.add(i)) = T::from_f64(loss);
                }
                total.add(loss);
            }
        }
        total
    }

    /// The results of the embedding in place i.
    ///
    /// # Safety
    /// - The first pass is done, and i is a place.
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
