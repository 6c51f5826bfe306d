//! Logits that are divided by a temperature before their softmax.
//!
//! **Precision.** What rounding takes from a difference of logits, and from its product with 1/T, multiplies the exponential: a register
//! of floats is enough, however far a logit is from the largest. Exponentials are in units of a power of two that is at least 1/T², by
//! which derivatives are multiplied: they are normal wherever these are.

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
        if t == 1.0 {
            return None;
        }
        let rounded = 1.0 / t;
        let inverse = T::from_f64(rounded).to_f64();
        // 1 − T/T, exactly, over T
        let [a, b, product] = [inverse, t, inverse * t].map(<f64 as Float>::Vec::c);
        let off = (1.0 - inverse * t) - product_lost(a, b, product).lane(0);
        let exponent = (t.to_bits() >> 52) as i32 - 1023;
        let unit = f64::from_bits(((1023 - 2 * exponent.min(0)) as u64) << 52);
        Some(Temperature { inverse, lost: off / t, unit })
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
pub fn unit_of(temperature: Option<Temperature>) -> f64 {
    temperature.map_or(1.0, |t| t.unit)
}
