//! The Gaussian reconstruction term of a variational autoencoder's evidence lower bound. The Bernoulli term is
//! `binary_cross_entropy_with_logits`, the divergence `gaussian_kl`; the facade adds them up.

use crate::loops::element::{Pointwise, Terms};
use crate::simd::Vector;

/// ½e²/variance, e = recon − target.
///
/// Gradient with respect to recon: e/variance. Hessian: 1/variance.
pub struct GaussianReconstruction {
    /// σ² > 0
    pub variance: f64,
}

impl Pointwise<2, 1> for GaussianReconstruction {
    const LIGHT: bool = true;

    #[inline(always)]
    fn eval<V: Vector>(&self, [recon, target]: [V; 2], _: [V; 2]) -> Terms<V, 1> {
        let e = recon - target;
        Terms {
            value: (V::c(0.5 / self.variance) * e) * e,
            grad: [V::c(1.0 / self.variance) * e],
            hess: [V::c(1.0 / self.variance).poison(e.is_nan())],
        }
    }
}
