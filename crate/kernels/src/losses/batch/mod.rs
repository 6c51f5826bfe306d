//! Losses of a batch as a whole, in which every embedding is compared with every other.

pub mod nt_xent;

crate::abi::nt_xent! {
    f32 nt_xent_f32 nt_xent_work_f32;
    f64 nt_xent_f64 nt_xent_work_f64;
}
