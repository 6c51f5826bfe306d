//! From exponentials to losses and derivatives, which are written.

use super::block::{Columns, Group, Setting};
use super::known::{Known, Results};
use super::spread::Spread;
use crate::loops::softmax::short::lanes::{LANES, Pair, Wide, pairs, pairs_mut, pick, scatter, write};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

impl<T: Float> Setting<'_, T> {
    /// Computes the weighted losses, and writes derivatives.
    ///
    /// # Safety
    /// As [`run`](super::run).
    #[inline(always)]
    pub(super) unsafe fn finish(&self, groups: &mut [Group<T>], columns: &mut Columns<T>) {
        let even = self.even;
        let Columns { z, e, other, t } = columns;
        for (group, ((z, e), t)) in
            groups.iter_mut().zip(z.chunks_exact(even).zip(e.chunks_exact(even)).zip(t.chunks_exact(even)))
        {
            // NaN, or an infinite maximum.
            group.alone |= group.sum[0].is_nan().bits() | group.sum[1].is_nan().bits() << 2;
            let spread = match self.uniform {
                Some(0.0) => Spread::<T>::none(),
                // The last column may be one too many.
                Some(share) => Spread::uniform(z.get(..self.call.width).unwrap_or(z), share, group.max),
                None => Spread::of(z, t, group.max),
            };
            if !T::Vec::DOUBLE && self.uniform != Some(0.0) {
                group.alone |=
                    spread.beyond(group.weight, self.call.scale * self.inverse.max(self.inverse * self.inverse));
            }
            if !T::Vec::DOUBLE && self.temperature.is_some() {
                group.alone |= self.faint(group);
            }
            // SAFETY: the caller's guarantees.
            unsafe {
                let results = self.losses(group, &spread, [z, e, t]);
                if !self.call.hess[0].is_null() {
                    self.write_second(group, &results, e, other);
                }
                if !self.call.grads[0].is_null() {
                    self.write_first(group, &results, &spread, [e, t], other);
                }
            }
        }
    }

    /// A bit for each row of floats whose slope, in units of exponentials, isn't normal though derivatives may be.
    fn faint(&self, group: &Group<T>) -> u32 {
        let [scale, least] = [self.call.scale * self.inverse, f32::MIN_POSITIVE.into()].map(Wide::<T>::c);
        let (weight, sum) = (group.weight.widen(), group.sum);
        let is_small: [u32; 2] = from_fn(|i| (scale * weight[i] / sum[i]).lt(least).bits());
        is_small[0] | is_small[1] << 2
    }

    /// The losses of a group, without and with their weights, and what derivatives are made of.
    ///
    /// # Safety
    /// As [`run`](super::run).
    #[inline(always)]
    unsafe fn losses(&self, group: &mut Group<T>, spread: &Spread<T>, [z, e, t]: [&[T::Four]; 3]) -> Both<T> {
        let labelled = !self.call.labels.is_null();
        // SAFETY: there is a column for each label.
        let at_label = |columns: &[T::Four]| unsafe { pick::<T>(columns, group.labels) };
        let [e_y, z_y] = if labelled { [at_label(e), at_label(z)] } else { [T::Four::zero(), group.max] };
        let t_y = if labelled && self.uniform.is_none() { at_label(t) } else { spread.top };
        let [weight, log_sum, e_y, max, z_y, t_y, t_top] =
            [group.weight, group.log_sum, e_y, group.max, z_y, t_y, spread.top].map(T::Four::widen);
        let [half, by, top] = [0.5, self.inverse, self.unit].map(Wide::<T>::c);
        let half_gap: Pair<T> = from_fn(|i| (half * max[i] - half * z_y[i]) * by);
        let (total, half_loss) = (spread.total, spread.half_loss.map(|x| x * by));
        let known = |i: usize| Known {
            scale: Wide::<T>::c(self.call.scale * self.inverse) * weight[i],
            top,
            sum: group.sum[i],
            rest: group.rest[i],
            log_sum: log_sum[i],
            peak: group.peak[i],
            e: e_y[i],
            half_gap: half_gap[i],
            second: !self.call.hess[0].is_null(),
        };
        let finish = |i: usize| {
            // Each with a copy of its own: only the one that is handed to a call has to be in memory.
            if self.is_other {
                self.loss.finish(&known(i))
            } else {
                known(i).cross_entropy(total[i], half_loss[i], t_y[i], t_top[i])
            }
        };
        let (low, high) = (finish(0), finish(1));
        // SAFETY: two registers of two doubles.
        unsafe {
            for (half, loss) in [low.loss, high.loss].into_iter().enumerate() {
                let loss = loss + group.offset[half];
                loss.store(group.losses.as_mut_ptr().add(2 * half));
                (loss * weight[half]).store(group.products.as_mut_ptr().add(2 * half));
            }
        }
        (low, high)
    }

    /// Writes second derivatives; `columns` is memory for them.
    ///
    /// # Safety
    /// As [`run`](super::run).
    #[inline(always)]
    unsafe fn write_second(&self, group: &Group<T>, results: &Both<T>, e: &[T::Four], columns: &mut [T::Four]) {
        let (Group { sum, rest, .. }, [by, unit]) = (*group, [self.inverse, self.unit].map(Wide::<T>::c));
        let [c, o] = [both::<T>(results, |x| x.curvature[1]), both::<T>(results, |x| x.curvature[2])];
        // H/Σe is rounded once.
        let [h, p_top, q_top] = [
            [results.0.curvature[0] * by / sum[0], results.1.curvature[0] * by / sum[1]],
            sum.map(|sum| Wide::<T>::c(1.0) / sum),
            from_fn(|i| unit * rest[i] / sum[i]),
        ]
        .map(T::Four::narrow);
        let [one, top] = [1.0, self.unit].map(T::Four::c);
        for (to, &e) in columns.iter_mut().zip(e.iter()) {
            let (share, ratio) = (T::Four::select(e.eq(top), h * q_top, e * h * (one - e * p_top)), e * o);
            *to = share + ratio * ratio * c;
        }
        let at_label = T::Four::narrow([results.0.curvature_y * by, results.1.curvature_y * by]);
        // SAFETY: the caller's guarantees.
        unsafe { self.write_rows(group, self.call.hess[0], columns, one, at_label) };
    }

    /// Writes gradients; `columns` is memory for those of weights that are spread.
    ///
    /// # Safety
    /// As [`run`](super::run).
    #[inline(always)]
    unsafe fn write_first(
        &self,
        group: &Group<T>,
        results: &Both<T>,
        spread: &Spread<T>,
        [e, t]: [&[T::Four]; 2],
        columns: &mut [T::Four],
    ) {
        let (slope, at_label) = (both::<T>(results, |x| x.slope), both::<T>(results, |x| x.slope_y));
        if self.uniform == Some(0.0) {
            // SAFETY: the caller's guarantees.
            return unsafe { self.write_rows(group, self.call.grads[0], e, slope, at_label) };
        }
        // Where p may exceed ½, it is the only one whose e is the largest.
        let [one, unit, two] = [1.0, self.unit, 2.0 * self.unit].map(T::Four::c);
        let top = T::Four::select(T::Four::narrow(group.sum).lt(two), unit, two);
        let [slope_top, scale] = [both::<T>(results, |x| x.slope_top), both::<T>(results, |x| x.scale)];
        let of = |e: T::Four, less: T::Four| T::Four::select(e.eq(top), slope_top, e * slope - less);
        let places = pairs_mut(columns).iter_mut().zip(pairs(e));
        if self.uniform.is_some() {
            let share = spread.top * scale;
            places.for_each(|(to, e)| *to = from_fn(|i| of(e[i], share)));
        } else {
            // What the slope loses by being rounded is put back, unless it overflows: there are roundings enough.
            let [kept_low, kept_high] = slope.widen();
            let lost = T::Four::narrow([results.0.slope - kept_low, results.1.slope - kept_high]);
            let lost = lost.pmax(T::Four::c(f64::from(f32::MIN)));
            places.zip(pairs(t)).for_each(|((to, e), t)| *to = from_fn(|i| of(e[i], t[i] * scale - e[i] * lost)));
        }
        // SAFETY: the caller's guarantees.
        unsafe { self.write_rows(group, self.call.grads[0], columns, one, at_label) };
    }

    /// Writes columns times `factor` to a group's rows of `output`, and what the label's classes have instead. What rows that are
    /// done alone would get goes nowhere.
    ///
    /// # Safety
    /// As [`run`](super::run); `output` is one of the call's.
    #[inline(always)]
    unsafe fn write_rows(
        &self,
        group: &Group<T>,
        output: *mut T,
        columns: &[T::Four],
        factor: T::Four,
        at_label: T::Four,
    ) {
        let Group { starts, labels, alone, .. } = *group;
        let rows: [*mut T; LANES] =
            from_fn(|lane| if alone >> lane & 1 == 0 { output.wrapping_add(starts[lane]) } else { self.unused });
        // SAFETY: the outputs of the rows, or memory for as many elements.
        unsafe {
            write(&rows, self.call.width, columns, factor);
            if !self.call.labels.is_null() {
                scatter(at_label, from_fn(|lane| rows[lane].wrapping_add(labels[lane])));
            }
        }
    }
}

/// The results of both halves of a group. Not an array, which would lie in memory.
type Both<T> = (Results<Wide<T>>, Results<Wide<T>>);

/// One of the results, of both halves.
#[inline(always)]
fn both<T: Float>(results: &Both<T>, f: fn(&Results<Wide<T>>) -> Wide<T>) -> T::Four {
    T::Four::narrow([f(&results.0), f(&results.1)])
}
