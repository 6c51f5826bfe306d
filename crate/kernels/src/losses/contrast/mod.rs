//! Losses of the batch as a whole between two sets of embeddings, or with classes.

pub mod info_nce;
pub mod sig_lip;
pub mod sup_con;

use crate::abi::{Registry, batch, work};
use info_nce::InfoNce;
use sig_lip::SigLip;
use sup_con::SupCon;

/// A line a loss, and one for the size of its work area.
#[rustfmt::skip]
pub const REGISTRY: Registry = &[
    batch!(info_nce (queries, keys) () (grad_queries, grad_keys) (slope_temperature) (temperature, normalize, symmetric)
        InfoNce { temperature, normalize: normalize != 0.0, symmetric: symmetric != 0.0 }),
    batch!(sig_lip (za, zb) () (grad_za, grad_zb) (slope_scale, slope_bias) (scale, bias, normalize)
        SigLip { scale, bias, normalize: normalize != 0.0 }),
    batch!(sup_con (z) (labels) (grad_z) (slope_temperature) (temperature, normalize)
        SupCon { temperature, normalize: normalize != 0.0 }),
    work!(info_nce_work (n, m, dim, threads) info_nce_size::<T>(n, m, dim, threads)),
    work!(sig_lip_work (n, m, dim, threads) sig_lip_size::<T>(n, m, dim, threads)),
    work!(sup_con_work (n, m, dim, threads) sup_con_size::<T>(n, m, dim, threads)),
];

use info_nce::work_size as info_nce_size;
use sig_lip::work_size as sig_lip_size;
use sup_con::work_size as sup_con_size;
