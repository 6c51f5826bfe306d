//! Jaccard's loss of overlap.

use super::tversky::Tversky;

/// 1 − (I + s)/(A + B − I + s), with A = Σ p, B = Σ y and I = Σ min(p, y) over the pixels of a region: Tversky's with α = β = 1.
pub fn jaccard(smooth: f64) -> Tversky {
    Tversky { alpha: 1.0, beta: 1.0, gamma: 1.0, smooth }
}
