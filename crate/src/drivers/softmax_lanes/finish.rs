//! From exponentials to losses and derivatives, which are written.

use super::known::{Known, Results};
use super::{Columns, Group, Setting};
use crate::drivers::lanes::{LANES, Pair, Wide, pair, pick, scatter, write};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

impl<T: Float> Setting<'_, T> {
    /// Computes the weighted losses, and writes derivatives.
    ///
    /// # Safety
    /// As [`run`].
    #[inline(always)]
    pub(super) unsafe fn finish(&self, groups: &mut [Group<T>], columns: &mut Columns<T>) {
        let Setting { call, even, is_spread, .. } = *self;
        let Columns { z, e, other, t } = columns;
        let labelled = !call.labels.is_null();
        for (group, ((z, e), t)) in
            groups.iter_mut().zip(z.chunks_exact(even).zip(e.chunks_exact(even)).zip(t.chunks_exact(even)))
        {
            // NaN, or an infinite maximum.
            group.alone |= group.sum[0].is_nan().bits() | group.sum[1].is_nan().bits() << 2;
            let Group { starts, labels, alone, sum, rest, .. } = *group;
            // SAFETY: there is a column for each label.
            let at_label = |columns: &[T::Vec]| unsafe { pick::<T>(columns, labels) };
            let [e_y, z_y] = if labelled { [at_label(e), at_label(z)] } else { [T::Vec::zero(), group.max] };
            let spread = if is_spread { Spread::<T>::of(z, t, group.max) } else { Spread::none() };
            let t_y = if labelled && is_spread { at_label(t) } else { T::Vec::zero() };
            let [weight, log_sum, e_y, max, z_y, t_y, t_top] =
                [group.weight, group.log_sum, e_y, group.max, z_y, t_y, spread.top].map(T::Vec::widen);
            let (second, [half, one]) = (!call.hess[0].is_null(), [0.5, 1.0].map(Wide::<T>::c));
            let finish = |i: usize| {
                let known = Known {
                    scale: Wide::<T>::c(call.scale) * weight[i],
                    sum: sum[i],
                    rest: rest[i],
                    log_sum: log_sum[i],
                    peak: group.peak[i],
                    e: e_y[i],
                    half_gap: half * max[i] - half * z_y[i],
                    second,
                };
                if self.is_other {
                    self.loss.finish(&known)
                } else {
                    known.cross_entropy(spread.total[i], spread.half_loss[i], t_y[i], t_top[i])
                }
            };
            let (low, high) = (finish(0), finish(1));
            // SAFETY: two registers of two doubles.
            unsafe {
                ((low.loss + group.offset[0]) * weight[0]).store(group.losses.as_mut_ptr());
                ((high.loss + group.offset[1]) * weight[1]).store(group.losses.as_mut_ptr().add(2));
            }

            let outputs = |p: *mut T| -> [*mut T; LANES] {
                from_fn(|lane| if alone >> lane & 1 == 0 { p.wrapping_add(starts[lane]) } else { self.unused })
            };
            let at_labels = |rows: [*mut T; LANES]| from_fn(|lane| rows[lane].wrapping_add(labels[lane]));
            let both = |f: fn(&Results<Wide<T>>) -> Wide<T>| T::Vec::narrow([f(&low), f(&high)]);
            if second {
                let [c, o] = [both(|x| x.curvature[1]), both(|x| x.curvature[2])];
                // H/Σe is rounded once.
                let [h, p_top, q_top] = [
                    [low.curvature[0] / sum[0], high.curvature[0] / sum[1]],
                    sum.map(|sum| one / sum),
                    from_fn(|i| rest[i] / sum[i]),
                ]
                .map(T::Vec::narrow);
                let one = T::Vec::c(1.0);
                for (to, &e) in other.iter_mut().zip(e.iter()) {
                    let (others, ratio) = (T::Vec::select(e.eq(one), q_top, one - e * p_top), e * o);
                    *to = e * h * others + ratio * ratio * c;
                }
                let to = outputs(call.hess[0]);
                // SAFETY: the outputs of the rows, or room of as many elements.
                unsafe {
                    write(&to, call.width, other, one);
                    if labelled {
                        scatter(both(|x| x.curvature_y), at_labels(to));
                    }
                }
            }
            if !call.grads[0].is_null() {
                let (mut slope, mut columns) = (both(|x| x.slope), e);
                if is_spread {
                    // Where p may exceed ½, it is the only one with e = 1.
                    let [one, two] = [1.0, 2.0].map(T::Vec::c);
                    let top = T::Vec::select(T::Vec::narrow(sum).lt(two), one, two);
                    let [slope_top, scale] = [both(|x| x.slope_top), both(|x| x.scale)];
                    for ((to, &e), &t) in other.iter_mut().zip(e.iter()).zip(t.iter()) {
                        *to = T::Vec::select(e.eq(top), slope_top, e * slope - t * scale);
                    }
                    (slope, columns) = (one, &*other);
                }
                let to = outputs(call.grads[0]);
                // SAFETY: as above.
                unsafe {
                    write(&to, call.width, columns, slope);
                    if labelled {
                        scatter(both(|x| x.slope_y), at_labels(to));
                    }
                }
            }
        }
    }
}

/// Of weights that are spread over the classes: t of the largest logit, Σ t_k and Σ t_k (max − z_k)/2.
struct Spread<T: Float> {
    top: T::Vec,
    total: Pair<T>,
    half_loss: Pair<T>,
}

impl<T: Float> Spread<T> {
    #[inline(always)]
    fn none() -> Self {
        Spread { top: T::Vec::zero(), total: pair::<T>(0.0), half_loss: pair::<T>(0.0) }
    }
    #[inline(always)]
    fn of(z: &[T::Vec], t: &[T::Vec], max: T::Vec) -> Self {
        let (half, mut spread) = (T::Vec::c(0.5), Self::none());
        for (&z, &t) in z.iter().zip(t) {
            t.accumulate(&mut spread.total);
            // Halves don't overflow. A class without weight contributes 0, however far it is.
            (t * (half * max - half * z)).drop(t.eq(T::Vec::zero())).accumulate(&mut spread.half_loss);
            spread.top = spread.top + t.keep(z.eq(max));
        }
        spread
    }
}
