//! Dice's loss of overlap.

use super::tversky::Tversky;

/// 1 − (2I + s)/(A + B + s), with A = Σ p, B = Σ y and I = Σ min(p, y) over the pixels of a region: Tversky's with α = β = ½ and half of s.
pub fn dice(smooth: f64) -> Tversky {
    Tversky { alpha: 0.5, beta: 0.5, gamma: 1.0, smooth: 0.5 * smooth }
}
