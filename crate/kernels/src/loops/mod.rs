//! Loops: each walks memory for one shape of loss and calls the loss on registers.
//! Losses hold formulas, loops hold loads, tails, weights, scale, sums and stores.

/// What a loop returns: the new running sum, or the index of the first element or row whose data is out of its domain.
pub type Outcome = Result<f64, usize>;

pub mod batch;
pub mod element;
pub mod matrix;
pub mod pair;
pub mod row;
pub mod scaled;
pub mod softmax;
pub mod walk;
