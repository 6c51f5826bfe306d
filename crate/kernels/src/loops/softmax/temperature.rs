//! Logits that are divided by a temperature before their softmax.
//!
//! **Precision.** A difference of logits and its product with 1/T are rounded; what both lose is added to the reduced argument of the
//! exponential, so that floats are enough, however far a logit is below the largest. Exponentials are multiplied by a power of two ≥ 1/T²:
//! e/T² is normal wherever a derivative is.

use crate::math::{exp_reduced_times, product_lost, two_sum};
use crate::simd::{Float, Vector};

/// T, as its reciprocal.
#[derive(Clone, Copy)]
pub struct Temperature {
    /// 1/T, rounded to the element type
    inverse: f64,
    /// What that rounding lost.
    lost: f64,
    /// The unit of exponentials.
    unit: f64,
}

impl Temperature {
    /// Whether a temperature is one that these exponentials serve: neither products with 1/T nor with its square leave the range of floats
    /// where exponentials count.
    pub fn serves(t: f64) -> bool {
        const MOST: f64 = (1_u32 << 20) as f64;
        (1.0 / MOST..=MOST).contains(&t)
    }
    /// T for elements of this type; None for 1, which changes nothing.
    pub fn of<T: Float>(t: f64) -> Option<Self> {
        if t == 1.0 { None } else { Some(Self::new(t, T::from_f64(1.0 / t).to_f64())) }
    }
    /// T with the element nearest to 1/T.
    #[inline(never)]
    fn new(t: f64, inverse: f64) -> Self {
        // 1 − T/T, exactly, over T
        let [a, b, product] = [inverse, t, inverse * t].map(<f64 as Float>::Vec::c);
        let off = (1.0 - inverse * t) - product_lost(a, b, product).lane(0);
        let exponent = (t.to_bits() >> 52) as i32 - 1023;
        let unit = f64::from_bits(((1023 - 2 * exponent.min(0)) as u64) << 52);
        Temperature { inverse, lost: off / t, unit }
    }
    /// The halves of e^((z − max)/T) in that unit, as [`exp_reduced`](crate::math::exp_reduced) has them, from −max.
    #[inline(always)]
    pub fn exp_reduced<V: Vector>(&self, z: V, minus_max: V) -> (V, V) {
        let [inverse, lost] = [self.inverse, self.lost].map(V::c);
        let [gap, gap_lost] = two_sum(z, minus_max);
        let x = gap * inverse;
        let rest = product_lost(gap, inverse, x) + (gap * lost + gap_lost * inverse);
        let (r, power, counts) = exp_reduced_times(x, self.unit);
        // Where an exponential counts as 0, parts need not be finite.
        (r + rest.keep(counts), power)
    }
}

/// 1/T of a temperature that may be absent, which is 1.
pub fn inverse_of(temperature: Option<Temperature>) -> f64 {
    temperature.map_or(1.0, |t| t.inverse + t.lost)
}

/// The unit of its exponentials.
pub fn exp_unit(temperature: Option<Temperature>) -> f64 {
    temperature.map_or(1.0, |t| t.unit)
}
