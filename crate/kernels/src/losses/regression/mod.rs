//! Losses of numbers.

pub mod huber;
pub mod log_cosh;
pub mod mae;
pub mod mse;
pub mod smooth_l1;

use crate::abi::{Registry, pointwise};
use huber::Huber;
use log_cosh::LogCosh;
use mae::Mae;
use mse::Mse;
use smooth_l1::SmoothL1;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(mse (pred, target) (grad) (hess) () Mse),
    pointwise!(mae (pred, target) (grad) (hess) () Mae),
    pointwise!(huber (pred, target) (grad) (hess) (delta) Huber { delta }),
    pointwise!(smooth_l1 (pred, target) (grad) (hess) (beta) SmoothL1 { beta }),
    pointwise!(log_cosh (pred, target) (grad) (hess) () LogCosh),
];
