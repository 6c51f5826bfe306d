//! More losses of numbers: quantiles and expectiles, smooth tails that outliers don't pull far, relative errors.

pub mod expectile;
pub mod fair;
pub mod mape;
pub mod msle;
pub mod pseudo_huber;
pub mod quantile;

use crate::abi::{Registry, pointwise};
use expectile::Expectile;
use fair::Fair;
use mape::Mape;
use msle::Msle;
use pseudo_huber::PseudoHuber;
use quantile::Quantile;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    pointwise!(quantile (pred, target) (grad) (hess) (q) Quantile { q }),
    pointwise!(expectile (pred, target) (grad) (hess) (tau) Expectile { tau }),
    pointwise!(pseudo_huber (pred, target) (grad) (hess) (delta) PseudoHuber { delta }),
    pointwise!(fair (pred, target) (grad) (hess) (c) Fair { c }),
    pointwise!(msle (pred, target) (grad) (hess) () Msle),
    pointwise!(mape (pred, target) (grad) (hess) (eps) Mape { eps }),
];
