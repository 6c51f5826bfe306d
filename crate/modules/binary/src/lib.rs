//! The kernels of the losses of two classes as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(binary, kept);
