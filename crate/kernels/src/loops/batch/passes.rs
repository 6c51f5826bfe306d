//! A batch in one thread: two passes over the tiles, for sums of exponentials and then for sums of embeddings; and what they are made of.

use super::{Batch, Rule, Scores, Side, Tile, steps};
use crate::loops::Total;
use crate::loops::matrix::{add_product, dot_products, pair};
use crate::simd::Float;
use core::ops::Range;

/// Does what is asked for of a batch, and writes what has a pointer. Returns the sum of losses, or of the tasks of a step, and the derivatives by
/// parameters, times the scale, which are there when all is done.
///
/// # Safety
/// - The batch is as the loss says; of tasks of a step, all steps before are done.
pub unsafe fn run<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>) -> (Total, [f64; 2]) {
    // SAFETY: the caller's guarantee.
    unsafe { if batch.tasks.step == 0 { whole(rule, batch) } else { steps::run(rule, batch) } }
}

/// Runs a batch tile by tile.
///
/// # Safety
/// - The batch is as the loss says.
#[inline(never)]
unsafe fn whole<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>) -> (Total, [f64; 2]) {
    let (scores, wants_gradient) = (rule.scores(), batch.wants_gradient());
    let again = wants_gradient && rule.has_two_passes();
    let pass = scores.order.one_by_one(again);
    let panels = 0..usize::MAX;
    // SAFETY: the caller's guarantee; everything is done in its order.
    unsafe {
        rule.begin();
        scores.each_block(|side, block| pack(rule, batch, side, block));
        for number in 0..scores.order.count {
            let tile = scores.tile(pass, number);
            rule.prepare(&tile);
            rule.gather(&tile, [true, true]);
            if wants_gradient && !again {
                scores.multiply(&tile, [true, true], panels.clone());
            }
        }
        settle(rule, batch, 0..scores.sides[0].count);
        for number in 0..if again { scores.order.count } else { 0 } {
            let tile = scores.tile(pass, number);
            rule.weigh(&tile);
            scores.multiply(&tile, [true, true], panels.clone());
        }
        if wants_gradient {
            scores.each_block(|side, block| unpack(rule, batch, side, block));
        }
        finish(rule, wants_gradient)
    }
}

/// Packs a block of a side.
///
/// # Safety
/// - The batch is as the loss says, and has begun.
#[inline(never)]
pub unsafe fn pack<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>, side: usize, block: usize) {
    let (scores, of) = (rule.scores(), rule.scores().side(side));
    let block = of.block(block);
    // SAFETY: the embedding is in its input.
    unsafe {
        of.clear(block.clone());
        for i in block.start..block.end.min(of.count) {
            let [input, number] = rule.origin(side, i);
            let from = if input == 0 { batch.inputs[0] } else { batch.inputs[1] };
            of.pack(i, from.add(number * batch.dim), scores.normalize);
        }
    }
}

/// Computes losses, which take the place of the largest scores.
///
/// # Safety
/// - All tiles are gathered, and the anchors are embeddings of the first side.
#[inline(never)]
pub unsafe fn settle<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>, anchors: Range<usize>) {
    for i in anchors {
        // SAFETY: the caller's guarantee.
        unsafe { *rule.scores().sides[0].most.add(i) = rule.settle(i, batch.values) };
    }
}

/// Writes the gradients of a block of a side, and what they have along their embeddings to the place of the sums.
///
/// # Safety
/// - The sums of gradients are complete, and there are gradients.
#[inline(never)]
pub unsafe fn unpack<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>, side: usize, block: usize) {
    let (scores, of) = (rule.scores(), rule.scores().side(side));
    let block = of.block(block);
    for i in block.start..block.end.min(of.count) {
        // SAFETY: the gradient is that of an embedding of an input.
        unsafe {
            let [input, number] = rule.origin(side, i);
            let to = if input == 0 { batch.grads[0] } else { batch.grads[1] };
            *of.sum.add(i) = of.unpack(i, to.add(number * batch.dim), scores.normalize, scores.factor);
        }
    }
}

/// The sum of losses, and the derivatives by parameters.
///
/// # Safety
/// - All anchors are settled, and gradients are written if there are any.
#[inline(never)]
pub unsafe fn finish<T: Float>(rule: &dyn Rule<T>, wants_gradient: bool) -> (Total, [f64; 2]) {
    let (mut total, mut along, side) = (Total::default(), 0.0, rule.scores().sides[0]);
    for i in 0..side.count {
        // SAFETY: i is an embedding.
        unsafe {
            total.add(*side.most.add(i));
            if wants_gradient {
                along += *side.sum.add(i);
            }
        }
    }
    // SAFETY: the caller's guarantee.
    (total, unsafe { rule.slopes(along) })
}

impl<T> Batch<T> {
    /// Whether gradients are wanted: all, or none.
    pub fn wants_gradient(&self) -> bool {
        !self.grads[0].is_null()
    }
}

impl<T: Float> Scores<T> {
    /// How many sides there are: a square has one.
    pub fn different_sides(&self) -> usize {
        if self.order.is_square { 1 } else { 2 }
    }

    /// Calls `f` with each side and block.
    fn each_block(&self, mut f: impl FnMut(usize, usize)) {
        for side in 0..self.different_sides() {
            (0..self.side(side).blocks()).for_each(|block| f(side, block));
        }
    }

    /// Computes the scores of a tile.
    ///
    /// # Safety
    /// - The embeddings are packed.
    #[inline(never)]
    pub unsafe fn compute(&self, tile: &Tile<T>) {
        // SAFETY: blocks start at whole panels.
        unsafe {
            let [a, b] = [(self.sides[0], &tile.rows), (self.sides[1], &tile.columns)]
                .map(|(side, block)| side.rows.add(block.start * self.dim).cast_const());
            dot_products([a, b], [tile.rows.len(), tile.columns.len()], self.dim, self.sharpness, tile.at);
        }
    }

    /// Takes out the scores of padding.
    ///
    /// # Safety
    /// - The tile's scores are computed.
    #[inline(never)]
    pub unsafe fn mask_padding(&self, tile: &Tile<T>) {
        let [rows, columns] = self.sides.map(|side| side.count);
        for i in tile.rows.clone() {
            let first = if i < rows { columns.max(tile.columns.start) } else { tile.columns.start };
            for k in first..tile.columns.end {
                // SAFETY: i and k are the tile's.
                _ = unsafe { tile.remove(i, k) };
            }
        }
    }

    /// Adds, in these panels, a tile of weights times the embeddings of its columns to the sums of its rows, and the reverse, each if wanted.
    ///
    /// # Safety
    /// - The embeddings are packed, and the tile has the weights.
    #[inline(never)]
    pub unsafe fn multiply(&self, tile: &Tile<T>, [rows, columns]: [bool; 2], panels: Range<usize>) {
        let (at, [a, b]) = (tile.at.cast_const(), self.sides);
        let panels = panels.start..panels.end.min(a.panels);
        // SAFETY: i is a row of the matrix of a side, which has panels of pairs.
        let row = |matrix: *mut T, side: Side<T>, i: usize| unsafe {
            matrix.add((panels.start * side.padded + i) * pair::<T>())
        };
        let (i, k, height, width) = (tile.rows.start, tile.columns.start, tile.rows.len(), tile.columns.len());
        let size = |side: Side<T>| (panels.len(), side.padded);
        // SAFETY: blocks are whole panels of at most a tile.
        unsafe {
            if rows {
                let (to, from) = ((row(a.sums, a, i), height), (row(b.columns, b, k).cast_const(), width));
                add_product((at, false), to, from, [size(a), size(b)]);
            }
            if columns && !tile.is_diagonal {
                let (to, from) = ((row(b.sums, b, k), width), (row(a.columns, a, i).cast_const(), height));
                add_product((at, true), to, from, [size(b), size(a)]);
            }
        }
    }
}
