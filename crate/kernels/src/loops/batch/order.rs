//! The order of tiles: which blocks of embeddings each of them has, and which of them are in memory at once.

use core::num::NonZeroUsize;
use core::ops::Range;

/// Tiles that several threads have memory for at least: enough work for all between two steps.
const FEWEST: usize = 64;

/// And at most, unless one thread has more: a quarter of a GiB of floats.
const MOST: usize = 1 << 14;

/// The tiles of a matrix of scores, row by row; of a square those on and above the diagonal.
#[derive(Clone, Copy)]
pub struct Order {
    /// Blocks of rows and of columns.
    pub blocks: [usize; 2],
    /// Whether both are the same views.
    pub is_square: bool,
    /// Tiles in all.
    pub count: usize,
    /// Tiles that may be kept from the first pass to the second.
    kept: usize,
    /// For how many there is memory.
    pub all: usize,
}

/// How a pass over tiles uses their memory.
#[derive(Clone, Copy)]
pub struct Pass {
    /// Tiles that are kept: the first ones.
    pub kept: usize,
    /// Tiles that are in memory at once after them.
    together: NonZeroUsize,
}

impl Order {
    /// The order of so many blocks, with memory for tiles: one thread keeps no more than `room`, each of several three for each two
    /// of these, up to [`MOST`] in all.
    #[inline(never)]
    pub fn new(blocks: [usize; 2], is_square: bool, room: usize, threads: usize) -> Self {
        let [height, width] = blocks;
        let count =
            if is_square { height.saturating_mul(height.saturating_add(1)) / 2 } else { height.saturating_mul(width) };
        let one = (room / 2).saturating_mul(3);
        let most = FEWEST.max(one.saturating_mul(threads).min(one.max(MOST)));
        let (kept, all) = match threads {
            0 | 1 => (count.min(room), count.min(room) + 1),
            _ if count <= most => (count, count + 1),
            _ => (most / 2, most),
        };
        Order { blocks, is_square, count, kept, all }
    }

    /// One tile after another, the first ones being kept if others may need them.
    pub fn one_by_one(&self, keep: bool) -> Pass {
        Pass { kept: if keep { self.kept } else { 0 }, together: NonZeroUsize::MIN }
    }

    /// As many tiles at once as there is memory for.
    pub fn together(&self, keep: bool) -> Pass {
        let kept = if keep { self.kept } else { 0 };
        Pass { kept, together: NonZeroUsize::new(self.all - kept).unwrap_or(NonZeroUsize::MIN) }
    }

    /// How many waves of tiles a pass has, which are in memory at once: those that are kept are the first one.
    pub fn waves(&self, pass: Pass) -> usize {
        usize::from(pass.kept > 0) + (self.count - pass.kept + pass.together.get() - 1) / pass.together
    }

    /// The tiles of a wave.
    pub fn wave(&self, pass: Pass, number: usize) -> Range<usize> {
        let before = usize::from(pass.kept > 0);
        if number < before {
            return 0..pass.kept;
        }
        let start = pass.kept + (number - before) * pass.together.get();
        start..self.count.min(start + pass.together.get())
    }

    /// Where in memory the tile with this number is.
    pub fn slot(&self, pass: Pass, number: usize) -> usize {
        if number < pass.kept { number } else { pass.kept + (number - pass.kept) % pass.together }
    }

    /// The blocks of the rows and of the columns of the tile with this number.
    #[inline(never)]
    pub fn place(&self, number: usize) -> [usize; 2] {
        let width = self.blocks[1];
        let (mut row, mut column) = (0, number);
        while column >= width - if self.is_square { row } else { 0 } {
            column -= width - if self.is_square { row } else { 0 };
            row += 1;
        }
        [row, if self.is_square { row + column } else { column }]
    }

    /// Calls `f` with the tiles of a wave that have a block of a side, in their order, and whether it is their rows.
    #[inline(never)]
    pub fn with_block(&self, wave: &Range<usize>, [side, block]: [usize; 2], f: &mut dyn FnMut(usize, bool)) {
        let [height, width] = self.blocks;
        for other in 0..if side == 0 { width } else { height } {
            let has_rows = side == 0 && !(self.is_square && other < block);
            let (row, column) = if has_rows { (block, other) } else { (other, block) };
            // In a square each row has one tile less than the one before.
            let number = row * width + column - if self.is_square { row * (row + 1) / 2 } else { 0 };
            if wave.contains(&number) {
                f(number, has_rows);
            }
        }
    }
}
