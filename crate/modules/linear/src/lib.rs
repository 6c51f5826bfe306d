//! The products of a linear layer as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(linear);
