//! −Σ t_k ln softmax(z)_k, for any target.

use super::target::Targets;
use crate::drivers::rowwise::Row;
use crate::drivers::softmax::Softmax;
use crate::drivers::walk::{each, load, store, sums};
use crate::simd::{Float, Vector};

/// A row's target, and what was read with it.
#[derive(Clone, Copy)]
pub struct Plan<W> {
    /// Weights t_k of all classes.
    t: W,
    /// What the label's weight has on top of that.
    peak: f64,
    /// Σ t_k
    total: f64,
    /// Σ t_k (max − z_k)/2
    half_loss: f64,
}

impl<W> Plan<W> {
    /// A target that weighs `peak` at the label on top of `t`.
    pub fn new(t: W, peak: f64) -> Self {
        Plan { t, peak, total: 0.0, half_loss: 0.0 }
    }

    /// Sums the target, and its product with the logits.
    ///
    /// # Safety
    /// - The row's first input, and what `t` reads, have its width; the label is less if `peak` isn't 0.
    #[inline(always)]
    pub unsafe fn read<T: Float, const I: usize>(&mut self, row: &Row<T, I, 1>, max: T)
    where
        W: Targets<T>,
    {
        // SAFETY: the caller's guarantees.
        unsafe { self.read_logits(row.inputs[0], row.width, row.label, max) }
    }

    /// As [`Plan::read`]: a call, the same for rows with and without other inputs.
    ///
    /// # Safety
    /// As [`Plan::read`].
    #[inline(never)]
    unsafe fn read_logits<T: Float>(&mut self, z: *const T, width: usize, label: usize, max: T)
    where
        W: Targets<T>,
    {
        if self.t.spread() {
            // SAFETY: the caller's guarantee.
            [self.total, self.half_loss] = unsafe { target_and_loss(&self.t, z, width, max) };
        }
        if self.peak != 0.0 {
            // SAFETY: the label is less than the width.
            let z_y = unsafe { *z.add(label) };
            let half_gap = if z_y == max { 0.0 } else { 0.5 * max.to_f64() - 0.5 * z_y.to_f64() };
            self.total += self.peak;
            self.half_loss += self.peak * half_gap;
        }
    }

    /// The loss; writes the derivatives.
    ///
    /// # Safety
    /// - As [`crate::drivers::softmax_loss::SoftmaxLoss::finish`].
    pub unsafe fn finish<T: Float>(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) -> f64
    where
        W: Targets<T>,
    {
        if !row.grads[0].is_null() || !row.hess[0].is_null() {
            // SAFETY: the caller's guarantees.
            unsafe { self.derivatives(row, softmax, e) };
        }
        2.0 * self.half_loss + self.total * softmax.log_sum
    }

    /// Writes p_k T − t_k and T p_k (1−p_k).
    ///
    /// # Safety
    /// As [`Plan::finish`], with an output.
    #[inline(never)]
    unsafe fn derivatives<T: Float>(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T)
    where
        W: Targets<T>,
    {
        let (Plan { t, peak, total, .. }, [grad], [hess]) = (self, row.grads, row.hess);
        let (label, spread) = ((*peak != 0.0).then_some(row.label), t.spread());
        // Where p may exceed ½, or the label's weight is, 1 − p is a sum; elsewhere nothing cancels.
        // SAFETY: places are less than the width; e is read before derivatives are written over it.
        unsafe {
            let top = if spread || !hess.is_null() { softmax.top(e, row.width) } else { None };
            let exact = [label, top].map(|place| {
                place.map(|k| {
                    let e_k = (*e.add(k)).to_f64();
                    let t_k = t.uniform().unwrap_or_else(|| t.load(k.into(), 1).lane(0))
                        + if label == place { *peak } else { 0.0 };
                    let (p, q) = (e_k / softmax.sum, softmax.others(e_k) / softmax.sum);
                    (k, row.scale * (p * (total - t_k) - t_k * q), row.scale * (total * p * q))
                })
            });
            if !hess.is_null() {
                let (inverse, factor) = (1.0 / softmax.sum, row.scale * total / softmax.sum);
                each::<T::Vec>(row.width, |at, n| {
                    let e = load::<T::Vec>(e, at, n);
                    store(e.times(factor) * (T::Vec::c(1.0) - e.times(inverse)), hess, at, n);
                });
            }
            if !grad.is_null() {
                let (factor, scale) = (T::Vec::c(row.scale * total / softmax.sum), T::Vec::c(row.scale));
                if let Some(t) = t.uniform() {
                    let shift = T::Vec::c(row.scale * t);
                    each::<T::Vec>(row.width, |at, n| store(load::<T::Vec>(e, at, n) * factor - shift, grad, at, n));
                } else {
                    let slope = |at, n| load::<T::Vec>(e, at, n) * factor - t.load(at, n) * scale;
                    each::<T::Vec>(row.width, |at, n| store(slope(at, n), grad, at, n));
                }
            }
            for (k, slope, curvature) in exact.into_iter().flatten() {
                // Without other weights than the label's, p_k T is exact enough, and the same whether `hess` is wanted or not.
                if !grad.is_null() && (spread || label == Some(k)) {
                    *grad.add(k) = T::from_f64(slope);
                }
                if !hess.is_null() {
                    *hess.add(k) = T::from_f64(curvature);
                }
            }
        }
    }
}

/// Σ t_k and Σ t_k (max − z_k)/2. Halves, because the gap itself may overflow.
///
/// # Safety
/// - `z`, and what `t` reads, are valid for reads of `width` elements.
#[inline(always)]
unsafe fn target_and_loss<T: Float, W: Targets<T>>(t: &W, z: *const T, width: usize, max: T) -> [f64; 2] {
    let (half, top) = (T::Vec::c(0.5), T::Vec::c(max.to_f64()));
    if let Some(t) = t.uniform() {
        // SAFETY: at + n ≤ width.
        let [gaps] = sums(width, |at, n| unsafe { [top - load::<T::Vec>(z, at, n)] });
        if gaps.is_finite() {
            return [t * width as f64, 0.5 * t * gaps];
        }
    }
    sums(width, |at, n| {
        // SAFETY: at + n ≤ width.
        let (z, t): (T::Vec, T::Vec) = unsafe { (load(z, at, n), t.load(at, n)) };
        // At an infinite maximum the gap is 0, not ∞ − ∞; a class with t_k = 0 counts for nothing.
        let half_gap = (half * top - half * z).drop(z.eq(top));
        [t, (t * half_gap).drop(t.eq(T::Vec::zero()))]
    })
}
