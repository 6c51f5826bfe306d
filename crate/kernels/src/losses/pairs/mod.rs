//! Losses of a few embeddings a row.

pub mod contrastive;
pub mod triplet;

use crate::abi::{Registry, embeddings};
use contrastive::Contrastive;
use triplet::{Distance, Triplet};

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    embeddings!(contrastive (z1, z2) (target) (grad_z1, grad_z2) (margin) Contrastive { margin }),
    embeddings!(triplet (anchor, positive, negative) () (grad_anchor, grad_positive, grad_negative)
        (margin, distance, swap) Triplet { margin, distance: Distance::from(distance), swap: swap != 0.0 }),
];
