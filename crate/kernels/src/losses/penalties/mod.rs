//! Penalties on parameters.

pub mod elastic_net;
pub mod l1;
pub mod l2;

use crate::abi::{Registry, pointwise};
use elastic_net::ElasticNet;
use l1::L1;
use l2::L2;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(l1 (theta) (grad) () () L1),
    pointwise!(l2 (theta) (grad) () (half) L2 { half }),
    pointwise!(elastic_net (theta) (grad) () (l1_ratio) ElasticNet { l1_ratio }),
];
