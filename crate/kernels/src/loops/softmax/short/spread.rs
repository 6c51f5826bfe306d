//! Weights that are spread over the classes.

use crate::loops::softmax::short::lanes::{Pair, Wide, pair, pairs};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

/// Of weights that are spread over the classes: t of the largest logit, Σ t_k and Σ t_k (max − z_k)/2.
pub(super) struct Spread<T: Float> {
    pub(super) top: T::Four,
    pub(super) total: Pair<T>,
    pub(super) half_loss: Pair<T>,
}

impl<T: Float> Spread<T> {
    #[inline(always)]
    pub(super) fn none() -> Self {
        Spread { top: T::Four::zero(), total: pair::<T>(0.0), half_loss: pair::<T>(0.0) }
    }
    /// Of columns of weights; where there is one too many, its weights are 0.
    #[inline(always)]
    pub(super) fn of(z: &[T::Four], t: &[T::Four], max: T::Four) -> Self {
        let (zero, half, mut spread) = (T::Four::zero(), T::Four::c(0.5), Self::none());
        let half_max = half * max;
        for (z, t) in pairs(z).iter().zip(pairs(t)) {
            // Halves don't overflow. A class without weight contributes 0, however far it is.
            let [a, b] = from_fn(|i| (t[i] * (half_max - half * z[i])).drop(t[i].eq(zero)));
            // A factor of every derivative isn't rounded on the way.
            t.iter().for_each(|t| t.accumulate(&mut spread.total));
            (a + b).accumulate(&mut spread.half_loss);
            spread.top = spread.top + (t[0].keep(z[0].eq(max)) + t[1].keep(z[1].eq(max)));
        }
        spread
    }
    /// A bit for each row of floats of which a product isn't representable: a weight times a gap, or their sum, or 1, times the row's weight and
    /// the scale.
    #[inline(always)]
    pub(super) fn beyond(&self, weight: T::Four, scale: f64) -> u32 {
        let (most, weight) = (Wide::<T>::c(f32::MAX.into()), weight.widen());
        let within: [u32; 2] = from_fn(|i| {
            let size = self.total[i].pmax(Wide::<T>::c(1.0)) * (Wide::<T>::c(scale) * weight[i]);
            (size.le(most) & self.half_loss[i].lt(Wide::<T>::c(f64::INFINITY))).bits()
        });
        !(within[0] | within[1] << 2) & 0b1111
    }
    /// Of the same weight for each column.
    #[inline(always)]
    pub(super) fn uniform(z: &[T::Four], share: f64, max: T::Four) -> Self {
        let (half, mut gaps) = (T::Four::c(0.5), pair::<T>(0.0));
        let half_max = half * max;
        for z in pairs(z) {
            ((half_max - half * z[0]) + (half_max - half * z[1])).accumulate(&mut gaps);
        }
        if let (&[.., last], 1) = (z, z.len() % 2) {
            (half_max - half * last).accumulate(&mut gaps);
        }
        Spread {
            top: T::Four::c(share),
            total: pair::<T>(share * z.len() as f64),
            half_loss: gaps.map(|gaps| Wide::<T>::c(share) * gaps),
        }
    }
}
