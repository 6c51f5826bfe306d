//! The kernels of losses of the label's probability as a WebAssembly module.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(reweighted, kept, layout);
