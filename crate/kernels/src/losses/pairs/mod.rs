//! Losses of a few embeddings a row.

pub mod contrastive;
pub mod triplet;

use contrastive::Contrastive;
use triplet::{Distance, Triplet};

crate::abi::embeddings! {
    contrastive_f32 contrastive_f64 (z1, z2) (target) (grad_z1, grad_z2) (margin) Contrastive { margin };
    triplet_f32 triplet_f64 (anchor, positive, negative) () (grad_anchor, grad_positive, grad_negative)
        (margin, distance, swap) Triplet { margin, distance: Distance::from(distance), swap: swap != 0.0 };
}
