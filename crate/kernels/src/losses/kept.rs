//! No loss, but what losses of two classes need where some targets are left out: weights that are 0 there.

use crate::abi::{Registry, kept};

/// A line a kernel.
pub const REGISTRY: Registry = &[kept!(kept)];
