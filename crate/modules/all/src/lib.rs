//! The kernels of every family as one WebAssembly module: `losskit.wasm`.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!();
