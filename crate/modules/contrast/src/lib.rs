//! The kernels of the losses of a whole batch between two sets of embeddings, or with classes, as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(contrast);
