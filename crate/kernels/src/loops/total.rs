//! Sums of losses that don't overflow where the losses and their mean don't.

/// What a unit of [`Total::excess`] is.
const UNIT: f64 = (1u128 << 64) as f64;

/// A sum, in two parts: their value is `sum + excess · 2⁶⁴`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// The sum of all terms but those in `excess`; infinite or NaN only if a term is.
    pub sum: f64,
    /// The sum of finite terms that would have made `sum` overflow, in units of 2⁶⁴.
    pub excess: f64,
}

impl Total {
    /// Adds a term.
    #[inline(always)]
    pub fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        if sum.is_finite() {
            self.sum = sum;
        } else {
            *self = self.plus(term);
        }
    }

    /// Adds a loss times its weight, a product that may overflow though the mean doesn't.
    #[inline(always)]
    pub fn add_weighted(&mut self, loss: f64, weight: f64) {
        let sum = self.sum + loss * weight;
        if sum.is_finite() {
            self.sum = sum;
        } else {
            *self = self.plus_weighted(loss, weight);
        }
    }

    /// Adds terms one after another. Whether the sum is finite is looked at once.
    #[inline(always)]
    pub fn add_all(&mut self, terms: &[f64]) {
        let sum = terms.iter().fold(self.sum, |sum, term| sum + term);
        if sum.is_finite() {
            self.sum = sum;
        } else {
            terms.iter().for_each(|&term| self.add(term));
        }
    }

    /// The sum with a term with which it isn't finite. It is passed and returned by value: what is never pointed to stays in registers.
    #[cold]
    #[inline(never)]
    fn plus(self, term: f64) -> Total {
        if self.sum.is_finite() && term.is_finite() {
            Total { excess: self.excess + term / UNIT, ..self }
        } else {
            Total { sum: self.sum + term, ..self }
        }
    }

    /// The sum with a product with which it isn't finite. By value, as above.
    #[cold]
    #[inline(never)]
    fn plus_weighted(self, loss: f64, weight: f64) -> Total {
        let term = loss * weight;
        if self.sum.is_finite() && loss.is_finite() && weight.is_finite() && !term.is_finite() {
            Total { excess: self.excess + loss * (weight / UNIT), ..self }
        } else {
            self.plus(term)
        }
    }

    /// Adds another sum.
    #[inline(always)]
    pub fn merge(&mut self, other: Total) {
        self.add(other.sum);
        self.excess += other.excess;
    }

    /// The sum as one number, which may overflow.
    pub fn value(&self) -> f64 {
        if self.excess == 0.0 { self.sum } else { (self.sum / UNIT + self.excess) * UNIT }
    }
}

/// Elements that are added up in registers before the registers are added to the sum of a chunk: no rounding error grows with more than
/// a strip, or the number of strips.
pub const STRIP: usize = 512;

/// Elements that are added up by themselves, from 0, before they are added to the running sum: a call that is cut into parts of whole
/// chunks has the same bits, wherever it is cut. A multiple of a strip.
pub const CHUNK: usize = 8192;

/// The rows that are a chunk: as many as have about its elements, at least one; a multiple of 64 where there are so many, which
/// loops that take several rows at once are fast with.
pub fn chunk_rows(width: usize) -> usize {
    let rows = CHUNK / width.max(1);
    if rows < 64 { rows.max(1) } else { rows - rows % 64 }
}

/// Adds up `n` elements or rows, `chunk` at a time: `part(start, count)` returns the sum of a chunk, or the index of what is out of its
/// domain in it.
#[inline(always)]
pub fn by_chunks(
    n: usize,
    chunk: usize,
    mut total: Total,
    mut part: impl FnMut(usize, usize) -> Result<Total, usize>,
) -> Result<Total, usize> {
    let mut start = 0;
    while start < n {
        let count = chunk.min(n - start);
        total.merge(part(start, count).map_err(|index| start + index)?);
        start += count;
    }
    Ok(total)
}

/// What [`by_chunks`] adds up, for loops that don't stop at a chunk's end: terms are added one after another.
pub struct Chunks {
    total: Total,
    /// Of the chunk at hand, and how many of its terms are still to come.
    part: Total,
    left: usize,
    chunk: usize,
}

impl Chunks {
    /// Begins with a running sum, and with terms of which `chunk` are a chunk.
    pub fn new(total: Total, chunk: usize) -> Self {
        Chunks { total, part: Total::default(), left: chunk, chunk }
    }
    /// Adds terms one after another.
    #[inline(always)]
    pub fn add_all(&mut self, mut terms: &[f64]) {
        while !terms.is_empty() {
            let (now, later) = terms.split_at(self.left.min(terms.len()));
            self.part.add_all(now);
            self.left -= now.len();
            if self.left == 0 {
                *self = Chunks::new(self.total(), self.chunk);
            }
            terms = later;
        }
    }
    /// The sum of all of them.
    #[inline(always)]
    pub fn total(&self) -> Total {
        let mut total = self.total;
        total.merge(self.part);
        total
    }
}
