//! Losses of numbers.

pub mod huber;
pub mod log_cosh;
pub mod mae;
pub mod mse;
pub mod smooth_l1;

use huber::Huber;
use log_cosh::LogCosh;
use mae::Mae;
use mse::Mse;
use smooth_l1::SmoothL1;

crate::abi::pointwise! {
    mse_f32 mse_f64 (pred, target) (grad) (hess) () Mse;
    mae_f32 mae_f64 (pred, target) (grad) (hess) () Mae;
    huber_f32 huber_f64 (pred, target) (grad) (hess) (delta) Huber { delta };
    smooth_l1_f32 smooth_l1_f64 (pred, target) (grad) (hess) (beta) SmoothL1 { beta };
    log_cosh_f32 log_cosh_f64 (pred, target) (grad) (hess) () LogCosh;
}
