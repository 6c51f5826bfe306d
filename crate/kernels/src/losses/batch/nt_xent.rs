//! NT-Xent, the loss of SimCLR: each view picks its partner among all the views of a batch.

mod view;

use crate::loops::Total;
use crate::loops::batch::work::{Shape, Work};
use crate::loops::batch::{GAIN, Scores, bound, low, sharpest};
use crate::loops::matrix::{add_product, pair};
use crate::simd::Float;
use view::View;

/// −s(i,j) + ln Σ_{k≠i} e^{s(i,k)} of each of the 2N views i, j its partner: s(i,k) = cos(zᵢ, zₖ)/τ, or zᵢ·zₖ/τ.
///
/// With the softmax p of view i over the others and the share q = Σ_{k≠j} p_k of its negatives, the loss is ln(1 + q/(1 − q)),
/// computed so that it stays accurate where it is small. Its derivative is p_k in s(i,k), and −q in s(i,j).
///
/// Gradient with respect to all views, of the sum over i: with W(i,k) = p(i,k) + p(k,i), and −(qᵢ + qⱼ) for partners,
/// gᵢ = Σ_k W(i,k) uₖ/τ, and through uᵢ = zᵢ/|zᵢ|: (gᵢ − (gᵢ·uᵢ)uᵢ)/|zᵢ|. A zero vector has cosine 0 and gradient 0.
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

/// Where a batch lies. Null pointers are absent.
pub struct Batch<T> {
    /// Multiplies gradients.
    pub scale: f64,
    /// Pairs N.
    pub pairs: usize,
    /// Elements of an embedding.
    pub dim: usize,
    /// Output: the losses of the first views, then of the second.
    pub values: *mut T,
    /// The first view of each pair, and the second.
    pub inputs: [*const T; 2],
    /// Output: gradients, both or none.
    pub grads: [*mut T; 2],
    /// Memory of [`work_size`] bytes.
    pub work: *mut u8,
}

/// Bytes that a batch works in.
pub fn work_size<T: Float>(pairs: usize, dim: usize) -> usize {
    Shape::new::<T>(pairs, dim).bytes::<T>()
}

impl NtXent {
    /// The sum of all 2N losses; writes what has a pointer.
    ///
    /// # Safety
    /// - Embeddings and gradients are valid for `pairs · dim` elements, `values` for `2 · pairs`, or null where that is allowed.
    /// - `work` is valid for [`work_size`] bytes and aligned for doubles.
    /// - Outputs and `work` overlap nothing, except that a gradient may be its own embedding.
    pub unsafe fn run<T: Float>(&self, batch: &Batch<T>) -> Total {
        let shape = Shape::new::<T>(batch.pairs, batch.dim);
        let sharpness = (1.0 / self.temperature).min(sharpest::<T>());
        // SAFETY: the caller's guarantees.
        unsafe {
            let scores = Scores {
                work: Work::new(&shape, batch.work),
                shape,
                sharpness: T::from_f64(sharpness),
                stretch: if sharpness < 1.0 / self.temperature { 1.0 / (self.temperature * sharpness) } else { 1.0 },
                bounded: self.normalize && 1.0 / self.temperature <= bound::<T>(),
            };
            scores.work.pack(&shape, batch.inputs, self.normalize);
            let wants_gradient = !batch.grads[0].is_null();
            first_pass(&scores, wants_gradient);
            let sum = losses(&scores, batch.values);
            if wants_gradient {
                second_pass(&scores);
                scores.work.unpack(&shape, batch.grads, self.normalize, batch.scale / self.temperature / GAIN);
            }
            sum
        }
    }
}

/// Adds up every view's exponentials.
///
/// # Safety
/// - The views are packed.
unsafe fn first_pass<T: Float>(scores: &Scores<T>, keep: bool) {
    let Work { sum, most, .. } = scores.work;
    for i in 0..scores.shape.padded {
        // SAFETY: both have `padded` elements.
        unsafe { (*sum.add(i), *most.add(i)) = (0.0, low::<T>().to_f64()) };
    }
    for tile in scores.tiles(keep) {
        // SAFETY: the views are packed.
        unsafe {
            scores.compute(&tile);
            scores.add(&tile);
        }
    }
}

/// Turns sums into losses, and into what the second pass needs. Returns the sum of losses.
///
/// # Safety
/// - The first pass is done; `values` is null or has an element for each view.
unsafe fn losses<T: Float>(scores: &Scores<T>, values: *mut T) -> Total {
    let (work, pairs, mut total) = (&scores.work, scores.shape.pairs, Total::default());
    for i in 0..scores.shape.padded {
        // SAFETY: i is a view or padding, whose results nobody reads, and values has an element for each view.
        unsafe {
            if i >= scores.shape.views() {
                (*work.inverse.add(i), *work.top.add(i)) = (T::from_f64(0.0), T::from_f64(0.0));
                continue;
            }
            let positive = *work.positive.add(i.min(scores.shape.partner(i)));
            let most = if scores.bounded { 0.0 } else { *work.most.add(i) };
            // A view without negatives has added up nothing but placeholders.
            let negatives = if pairs == 1 { 0.0 } else { *work.sum.add(i) };
            let View { loss, share, inverse, top } = View::new(positive, most, negatives, scores);
            *work.sum.add(i) = share;
            *work.inverse.add(i) = T::from_f64(inverse * GAIN);
            *work.top.add(i) = T::from_f64(top);
            if !values.is_null() {
                *values.add(i) = T::from_f64(loss);
            }
            total.add(loss);
        }
    }
    total
}

/// Adds up Σ_k W(i,k) uₖ for every view.
///
/// # Safety
/// - The first pass is done with its tiles kept, and the losses are computed.
unsafe fn second_pass<T: Float>(scores: &Scores<T>) {
    let (Shape { padded, panels, .. }, work) = (scores.shape, &scores.work);
    // SAFETY: i is a view or padding.
    let row = |matrix: *mut T, i: usize| unsafe { matrix.add(i * pair::<T>()) };
    for tile in scores.tiles(true) {
        let (i, k) = (tile.rows.start, tile.columns.start);
        let (rows, columns, tile_at) = (tile.rows.len(), tile.columns.len(), tile.at.cast_const());
        // SAFETY: the views are packed, a kept tile is computed, and blocks are whole panels of at most a tile.
        unsafe {
            if !tile.kept {
                scores.compute(&tile);
            }
            scores.weigh(&tile);
            let (height, views) = ((panels, padded), work.columns);
            add_product((tile_at, false), (row(work.sums, i), rows), (row(views, k), columns), height);
            if !tile.is_diagonal() {
                add_product((tile_at, true), (row(work.sums, k), columns), (row(views, i), rows), height);
            }
        }
    }
}
