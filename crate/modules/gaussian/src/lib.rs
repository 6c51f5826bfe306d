//! The kernels of the losses of Gaussian distributions, and of the penalties: they share their loops.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(gaussian, penalties);
