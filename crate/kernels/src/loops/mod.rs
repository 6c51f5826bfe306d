//! Loops: each walks memory for one shape of loss and calls the loss on registers.
//! Losses hold formulas, loops hold loads, tails, weights, scale, sums and stores.

/// What a loop returns: the new running sum, or the index of the first element or row whose data is out of its domain.
pub type Outcome = Result<Total, usize>;

pub mod batch;
pub mod element;
pub mod matrix;
pub mod pair;
pub mod row;
pub mod scaled;
pub mod softmax;
mod total;
pub mod walk;

pub use total::{CHUNK, Chunks, STRIP, Total, by_chunks, chunk_rows};
