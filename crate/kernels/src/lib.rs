//! Loss functions and their gradients as SIMD kernels.
//!
//! Layers, each knowing only those above it: `simd` (registers), `math` (exp, ln … on a register), `loops` (walks over memory),
//! `losses` (one formula a file), `abi` (what a WebAssembly module exports).

#![cfg_attr(target_arch = "wasm32", no_std)]

pub mod abi;
pub mod loops;
pub mod losses;
pub mod math;
pub mod simd;
