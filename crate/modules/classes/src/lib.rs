//! The kernels of the losses of classes that need no softmax, and of the distances between distributions: they share their loops.

#![cfg_attr(target_arch = "wasm32", no_std)]

losskit_kernels::module!(classes, divergence, layout);
