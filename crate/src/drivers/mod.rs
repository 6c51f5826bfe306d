//! Loops: each driver walks memory for one shape of loss (pointwise, rowwise, …) and calls the loss on registers.
//! Losses hold formulas, drivers hold loads, tails, weights, scale, sums and stores.

/// What a driver returns: the new running sum, or the index of the first element or row whose data is out of its domain.
pub type Outcome = Result<f64, usize>;

pub mod call;
pub mod embeddings;
pub mod lanes;
pub mod pointwise;
pub mod rowwise;
pub mod scaled;
pub mod scores;
pub mod softmax;
pub mod softmax_lanes;
pub mod softmax_loss;
pub mod sparse;
pub mod terms;
pub mod tiles;
pub mod views;
pub mod walk;
pub mod work;
