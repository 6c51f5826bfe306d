//! The kernels of the counts losses as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(counts);
