//! A loss of the cosine of two embeddings a row.

pub mod cosine_embedding;

use crate::abi::{Registry, embeddings};
use cosine_embedding::CosineEmbedding;

/// A line a loss.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    embeddings!(cosine_embedding (z1, z2) (target) (grad_z1, grad_z2) (margin) CosineEmbedding { margin }),
];
