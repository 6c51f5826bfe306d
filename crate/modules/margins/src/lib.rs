//! The kernels of the margins losses as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(margins, kept, layout);
