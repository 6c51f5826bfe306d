//! No loss, but what losses of classes need where the class axis isn't the last: rows laid out as loops walk them.

use crate::abi::{Registry, transpose};

/// A line a kernel.
pub const REGISTRY: Registry = &[transpose!(transpose)];
