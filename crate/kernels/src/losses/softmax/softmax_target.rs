//! −Σ t_k ln softmax(z/T)_k, for any target.

use crate::loops::row::Row;
use crate::loops::softmax::Plan;
use crate::loops::softmax::one::Softmax;
use crate::loops::softmax::temperature::{Temperature, inverse_of};
use crate::loops::walk::{each, each_singly, load, multiply, store, strips, sums};
use crate::losses::target::Target;
use crate::simd::{Float, Vector};

/// A row's target, and what was read with it.
#[derive(Clone, Copy)]
pub struct TargetPlan<T> {
    /// Weights t_k of all classes.
    t: Target<T>,
    /// What the label's weight has on top of that.
    peak: f64,
    /// A part of the loss that depends on the target alone.
    offset: f64,
    /// Σ t_k
    total: f64,
    /// Σ t_k (max − z_k)/2
    half_loss: f64,
    /// T, unless it is 1.
    temperature: Option<Temperature>,
    /// ζ: the loss has ζ l² on top, l = ln Σ e^(z/T).
    z_loss: f64,
}

impl<T: Float> TargetPlan<T> {
    /// A target that weighs `peak` at the label on top of `t`, and adds `offset` to the loss.
    pub fn new(t: Target<T>, peak: f64, offset: f64) -> Self {
        TargetPlan { t, peak, offset, total: 0.0, half_loss: 0.0, temperature: None, z_loss: 0.0 }
    }
    /// The same with a temperature, and a penalty on the size of Σ e^(z/T).
    pub fn adjusted(self, temperature: f64, z_loss: f64) -> Self {
        TargetPlan { temperature: Temperature::of::<T>(temperature), z_loss, ..self }
    }
    /// l, of a finite row.
    fn log_sum(&self, softmax: &Softmax<T>) -> f64 {
        softmax.max.to_f64() * inverse_of(self.temperature) + softmax.log_sum
    }

    /// Writes [p_k (Σt + 2ζ l) − t_k]/T and, without ζ, Σt p_k (1−p_k)/T².
    ///
    /// # Safety
    /// As [`Plan::finish`], with an output.
    #[inline(never)]
    unsafe fn derivatives(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) {
        let (TargetPlan { t, peak, total, .. }, [grad], [hess]) = (self, row.grads, row.hess);
        let by = inverse_of(self.temperature);
        let more = if self.z_loss == 0.0 { 0.0 } else { 2.0 * self.z_loss * self.log_sum(softmax) };
        let (scale, all) = (row.scale * by, total + more);
        let second = scale * by;
        let (label, spread) = ((*peak != 0.0).then_some(row.label), t.spread());
        // Where p may exceed ½, or the label's weight is, 1 − p is a sum; elsewhere nothing cancels.
        // SAFETY: places are less than the width; e is read before derivatives are written over it.
        unsafe {
            let top = if spread || !hess.is_null() { softmax.top(e, row.width) } else { None };
            let exact = [label, top].map(|place| {
                place.map(|k| {
                    let e_k = (*e.add(k)).to_f64();
                    let t_k = t.uniform().unwrap_or_else(|| t.at(k)) + if label == place { *peak } else { 0.0 };
                    let (p, q) = (e_k / softmax.sum, softmax.others(e_k) / softmax.sum);
                    (k, scale * (p * (total - t_k + more) - t_k * q), second * (total * p * q))
                })
            });
            // Where the row's weight times Σ t isn't representable, or is too small in units of exponentials, products are those of doubles.
            let slope = scale * all / softmax.sum;
            let (most, least) = (f64::from(f32::MAX), f64::from(f32::MIN_POSITIVE));
            let is_small = self.temperature.is_some() && slope.abs() < least;
            let in_doubles = !T::Vec::DOUBLE && (is_small || (scale * all).abs().max(second * total).max(scale) > most);
            if !hess.is_null() && in_doubles {
                for k in 0..row.width {
                    let p = (*e.add(k)).to_f64() / softmax.sum;
                    *hess.add(k) = T::from_f64(second * total * p * (1.0 - p));
                }
            } else if !hess.is_null() {
                let [one, inverse, factor] = [1.0, 1.0 / softmax.sum, second * total / softmax.sum].map(T::Vec::c);
                let read = |at, n| -> T::Vec { load(e, at, n) };
                each::<T::Vec, _>(row.width, read, |at, n, e| store(e * factor * (one - e * inverse), hess, at, n));
            }
            if !grad.is_null() {
                self.slopes(row, e, [slope, scale], in_doubles);
            }
            for (k, slope, curvature) in exact.into_iter().flatten() {
                // Without other weights than the label's, p_k Σt is exact enough, and the same whether `hess` is wanted or not.
                if !grad.is_null() && (spread || label == Some(k)) {
                    *grad.add(k) = T::from_f64(slope);
                }
                if !hess.is_null() {
                    *hess.add(k) = T::from_f64(curvature);
                }
            }
        }
    }

    /// Writes e_k times `factor` less t_k times `scale`, neither of which need be representable `in_doubles`.
    ///
    /// # Safety
    /// As [`Plan::finish`], with a gradient.
    #[inline(always)]
    unsafe fn slopes(&self, row: &Row<T, 1, 1>, e: *const T, [factor, scale]: [f64; 2], in_doubles: bool) {
        let [grad] = row.grads;
        // SAFETY: places are less than the width; e is read before a slope is written over it.
        unsafe {
            if in_doubles {
                for k in 0..row.width {
                    let t = self.t.uniform().unwrap_or_else(|| self.t.at(k));
                    *grad.add(k) = T::from_f64((*e.add(k)).to_f64() * factor - t * scale);
                }
            } else if let Some(t) = self.t.uniform() {
                multiply(e, [factor, scale * t], grad, row.width);
            } else {
                // What the factor loses by being rounded is put back, unless it overflows.
                let lost = (factor - T::from_f64(factor).to_f64()).max(f64::from(f32::MIN));
                let [factor, lost, scale] = [factor, lost, scale].map(T::Vec::c);
                self.t.each_strip(row.width, |start, n, t| {
                    let (e, grad) = (e.add(start), grad.add(start));
                    let both = |at, n| -> [T::Vec; 2] { [load(e, at, n), load(t, at, n)] };
                    each::<T::Vec, _>(n, both, |at, n, [e, t]| {
                        let less = if T::Vec::DOUBLE { t * scale } else { t * scale - e * lost };
                        store(e * factor - less, grad, at, n);
                    });
                });
            }
        }
    }

    /// Σ t_k and Σ t_k (max − z_k)/2.
    ///
    /// # Safety
    /// - `z`, and what `t` reads, are valid for reads of `width` elements.
    #[inline(never)]
    unsafe fn total_and_half_loss(&self, z: *const T, width: usize, max: T) -> [f64; 2] {
        let top = T::Vec::c(max.to_f64());
        let [mut total, mut gaps] = [0.0; 2];
        // SAFETY: places are less than the width.
        unsafe {
            if let Some(t) = self.t.uniform() {
                strips(width, |start, n| {
                    let [part] = sums(n, |at, n| load::<T::Vec>(z.add(start), at, n), |_, _, z| [top - z]);
                    gaps += part;
                });
                (total, gaps) = (t * width as f64, t * gaps);
            } else {
                self.t.each_strip(width, |start, n, t| {
                    let z = z.add(start);
                    let both = |at, n| -> [T::Vec; 2] { [load(z, at, n), load(t, at, n)] };
                    let parts = sums(n, both, |_, _, [z, t]| [t, t * (top - z)]);
                    (total, gaps) = (total + parts[0], gaps + parts[1]);
                });
            }
            if gaps.is_finite() { [total, 0.5 * gaps] } else { self.careful_total_and_half_loss(z, width, max) }
        }
    }

    /// The same where a gap is infinite, or isn't representable. Halves are.
    ///
    /// # Safety
    /// As `total_and_half_loss`.
    #[inline(never)]
    unsafe fn careful_total_and_half_loss(&self, z: *const T, width: usize, max: T) -> [f64; 2] {
        let (half, top) = (T::Vec::c(0.5), T::Vec::c(max.to_f64()));
        let mut both = [[<T::Vec as Vector>::Wide::zero(); 2]; 2];
        // SAFETY: places are less than the width.
        unsafe {
            self.t.each_strip(width, |start, n, t| {
                let z = z.add(start);
                each_singly::<T::Vec>(n, |at, n| {
                    let [z, t]: [T::Vec; 2] = [load(z, at, n), load(t, at, n)];
                    // At an infinite maximum the gap is 0, not ∞ − ∞; a class with t_k = 0 counts for nothing.
                    let half_gap = (half * top - half * z).drop(z.eq(top));
                    t.accumulate(&mut both[0]);
                    half_gap.drop(t.eq(T::Vec::zero())).accumulate_weighted(t, &mut both[1]);
                });
            });
        }
        both.map(|[a, b]| (a + b).total())
    }
}

impl<T: Float> Plan<T> for TargetPlan<T> {
    fn temperature(&self) -> Option<Temperature> {
        self.temperature
    }
    unsafe fn read(&mut self, row: &Row<T, 1, 1>, max: T) {
        if self.t.spread() {
            // SAFETY: the caller's guarantee.
            [self.total, self.half_loss] = unsafe { self.total_and_half_loss(row.inputs[0], row.width, max) };
        }
        if self.peak != 0.0 {
            // SAFETY: the label is less than the width.
            let z_y = unsafe { *row.inputs[0].add(row.label) };
            let half_gap = if z_y == max { 0.0 } else { 0.5 * max.to_f64() - 0.5 * z_y.to_f64() };
            self.total += self.peak;
            self.half_loss += self.peak * half_gap;
        }
    }
    unsafe fn finish(&self, row: &Row<T, 1, 1>, softmax: &Softmax<T>, e: *const T) -> f64 {
        if !row.grads[0].is_null() || !row.hess[0].is_null() {
            // SAFETY: the caller's guarantees.
            unsafe { self.derivatives(row, softmax, e) };
        }
        let gaps = 2.0 * (self.half_loss * inverse_of(self.temperature));
        let cross_entropy = self.offset + (gaps + self.total * softmax.log_sum);
        if self.z_loss == 0.0 {
            return cross_entropy;
        }
        let log_sum = self.log_sum(softmax);
        cross_entropy + self.z_loss * log_sum * log_sum
    }
}
