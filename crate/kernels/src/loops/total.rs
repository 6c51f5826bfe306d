//! Sums of losses that don't overflow where the losses and their mean don't.

/// 2⁻⁵⁴⁴, the square of which turns numbers into units of [`Total::excess`]. That unit itself is no double: it is as large as it is so that
/// products of any two doubles, and sums of these, stay in range.
const ROOT: f64 = f64::from_bits((1023 - 544) << 52);

/// A sum, in two parts: their value is `sum + excess · 2¹⁰⁸⁸`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// The sum of all terms but those in `excess`; infinite or NaN only if a term is.
    pub sum: f64,
    /// The sum of finite terms that would have made `sum` overflow, in units of 2¹⁰⁸⁸.
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

    /// Adds terms one after another. Whether the sum is finite is looked at once. A term may be a product that overflowed: `factors` gives
    /// its factors, loss and weight.
    #[inline(always)]
    pub fn add_all(&mut self, terms: &[f64], factors: impl Fn(usize) -> [f64; 2]) {
        let sum = terms.iter().fold(self.sum, |sum, term| sum + term);
        if sum.is_finite() {
            self.sum = sum;
        } else {
            for [loss, weight] in (0..terms.len()).map(factors) {
                self.add_weighted(loss, weight);
            }
        }
    }

    /// The sum with a term with which it isn't finite. It is passed and returned by value: what is never pointed to stays in registers.
    #[cold]
    #[inline(never)]
    fn plus(self, term: f64) -> Total {
        if self.sum.is_finite() && term.is_finite() {
            Total { excess: self.excess + term * ROOT * ROOT, ..self }
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
            Total { excess: self.excess + (loss * ROOT) * (weight * ROOT), ..self }
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
        if self.excess == 0.0 { self.sum } else { (self.sum * ROOT * ROOT + self.excess) / ROOT / ROOT }
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
    /// Adds terms one after another, as [`Total::add_all`] does.
    #[inline(always)]
    pub fn add_all(&mut self, terms: &[f64], factors: impl Fn(usize) -> [f64; 2]) {
        let (mut terms, mut first) = (terms, 0);
        while !terms.is_empty() {
            let (now, later) = terms.split_at(self.left.min(terms.len()));
            self.part.add_all(now, |i| factors(first + i));
            self.left -= now.len();
            if self.left == 0 {
                *self = Chunks::new(self.total(), self.chunk);
            }
            first += now.len();
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
