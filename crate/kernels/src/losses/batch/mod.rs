//! NT-Xent, a loss of the batch as a whole, in which every embedding is compared with every other.

pub mod nt_xent;

use crate::abi::{Registry, batch, work};
use nt_xent::{NtXent, work_size};

/// A line a loss, and one for the size of its work area.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    batch!(nt_xent (za, zb) () (grad_za, grad_zb) (slope_temperature)
        (temperature, normalize) NtXent { temperature, normalize: normalize != 0.0 }),
    work!(nt_xent_work (n, m, dim, threads) work_size::<T>(n, m, dim, threads)),
];
