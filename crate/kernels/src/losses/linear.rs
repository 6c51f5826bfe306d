//! No loss, but the products of a linear layer that has one behind it.

use crate::abi::{Registry, linear};

/// A line a kernel.
pub const REGISTRY: Registry = &[
    linear!(linear_pack (rows dim first all from by_rows by_columns) pack),
    linear!(linear_scores (rows classes dim stride together by_rows weight bias to work) scores),
    linear!(linear_hidden (rows columns classes stride block before after slopes weight weight_stride sums to row_stride work) hidden),
    linear!(linear_weight (rows classes dim stride before after slopes by_columns sums to together work) weight),
    linear!(linear_bias (rows classes stride before after slopes sums lost to) bias),
];
