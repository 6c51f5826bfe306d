//! One loss a file: its formula, gradient and second derivative, from one method. A family has a folder, and its
//! kernels are in one WebAssembly module. A variant that needs another family's loops is there: `kl_divergence_logits`
//! is `kl_divergence` of a model given as logits.

pub mod batch;
pub mod binary;
pub mod class_weight;
pub mod classes;
pub mod contrast;
pub mod cosine;
pub mod counts;
pub mod distillation;
pub mod divergence;
pub mod domain;
pub mod gaussian;
pub mod kept;
pub mod layout;
pub mod linear;
pub mod margins;
pub mod pairs;
pub mod penalties;
pub mod ranking;
pub mod regions;
pub mod regression;
pub mod reweighted;
pub mod robust;
pub mod sequences;
pub mod softmax;
pub mod target;
pub mod unit;

use crate::abi::Registry;

/// The kernels of every family.
pub const REGISTRIES: &[Registry] = &[
    batch::REGISTRY,
    binary::REGISTRY,
    classes::REGISTRY,
    contrast::REGISTRY,
    cosine::REGISTRY,
    counts::REGISTRY,
    distillation::REGISTRY,
    divergence::REGISTRY,
    gaussian::REGISTRY,
    kept::REGISTRY,
    layout::REGISTRY,
    linear::REGISTRY,
    margins::REGISTRY,
    pairs::REGISTRY,
    penalties::REGISTRY,
    ranking::REGISTRY,
    regions::REGISTRY,
    regression::REGISTRY,
    reweighted::REGISTRY,
    robust::REGISTRY,
    sequences::REGISTRY,
    softmax::REGISTRY,
];
