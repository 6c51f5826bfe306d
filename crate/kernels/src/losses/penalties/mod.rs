//! Penalties on parameters.

pub mod elastic_net;
pub mod l1;
pub mod l2;

use elastic_net::ElasticNet;
use l1::L1;
use l2::L2;

crate::abi::pointwise! {
    l1_f32 l1_f64 (theta) (grad) () () L1;
    l2_f32 l2_f64 (theta) (grad) () (half) L2 { half };
    elastic_net_f32 elastic_net_f64 (theta) (grad) () (l1_ratio) ElasticNet { l1_ratio };
}
