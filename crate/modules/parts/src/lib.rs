//! What runs parts of calls, for threads, as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::parts_module!();
