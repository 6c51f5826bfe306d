//! Kullback-Leibler divergence of a diagonal Gaussian from the standard normal distribution.

use crate::loops::element::{Pointwise, Strip, Terms, run_usual};
use crate::math::{careful_parts, exp, exp_minus_1_minus_of_parts, expm1_of_parts};
use crate::simd::{Mask, Vector};

/// ½ Σ (μ² + (eˡ − 1 − l)) with l = ln σ², a term a dimension.
///
/// Gradient with respect to μ: μ; to l: ½(eˡ − 1). Hessian: 1 and ½eˡ. No cancellation near l = 0; eˡ may overflow where half
/// of it doesn't.
#[derive(Clone, Copy)]
pub struct GaussianKl;

impl Pointwise<2, 2> for GaussianKl {
    const STEPS: &'static [usize] = &[2];

    #[inline(always)]
    fn step<V: Vector>(&self, _: usize, [_, log_var]: [V; 2], _: [V; 2]) -> [V; 2] {
        careful_parts(log_var)
    }
    #[inline(always)]
    fn eval<V: Vector>(&self, [mu, log_var]: [V; 2], staged: [V; 2]) -> Terms<V, 2> {
        let half = V::c(0.5);
        let root = exp(half * log_var);
        let (large, variance) = (limit::<V>().lt(log_var), half * root * root);
        let (excess, slope) = halves(log_var, staged);
        let far = variance - half * log_var.pmin(V::c(1e3));
        Terms {
            value: half * mu * mu + V::select(large, far, excess),
            grad: [mu, V::select(large, variance, slope)],
            // Of doubles, a rounding or two more spare an exponential.
            hess: [
                V::c(1.0).poison(mu.is_nan()),
                if V::DOUBLE { variance } else { V::select(large, variance, half * exp(log_var)) },
            ],
        }
    }
    #[inline(always)]
    unsafe fn run<V: Vector, const HESS: bool>(&self, strip: &Strip<V::Elem>) -> bool {
        let limit = limit::<V>();
        let mut large = V::Mask::none();
        // SAFETY: the caller's guarantee; the strip is in whole registers.
        unsafe {
            for at in (0..strip.n).step_by(V::LANES) {
                large = large | limit.lt(V::load(strip.inputs[1].add(at)));
            }
            run_usual::<V, _, _, 2, 2, HESS>((!large.any()).then_some(Usual), self, strip)
        }
    }
}

/// Beyond this l eˡ overflows soon, though ½eˡ doesn't yet.
#[inline(always)]
fn limit<V: Vector>() -> V {
    V::c(if V::DOUBLE { 709.0 } else { 88.0 })
}

/// The term where eˡ doesn't overflow.
struct Usual;

impl Pointwise<2, 2> for Usual {
    const STEPS: &'static [usize] = &[2];
    const CURVED: bool = false;

    #[inline(always)]
    fn eval<V: Vector>(&self, [mu, log_var]: [V; 2], staged: [V; 2]) -> Terms<V, 2> {
        let (excess, slope) = halves(log_var, staged);
        Terms { value: V::c(0.5) * mu * mu + excess, grad: [mu, slope], hess: [V::zero(); 2] }
    }
}

/// ½(eˡ − 1 − l) and ½(eˡ − 1).
#[inline(always)]
fn halves<V: Vector>(log_var: V, staged: [V; 2]) -> (V, V) {
    let half = V::c(0.5);
    (half * exp_minus_1_minus_of_parts(log_var, staged), half * expm1_of_parts(staged))
}
