//! From exponentials to losses and derivatives, which are written.

use super::known::{Known, Results};
use super::{Columns, Group, Setting};
use crate::loops::softmax::short::lanes::{LANES, Pair, Wide, pair, pairs, pairs_mut, pick, scatter, write};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;

impl<T: Float> Setting<'_, T> {
    /// Computes the weighted losses, and writes derivatives.
    ///
    /// # Safety
    /// As [`run`](super::run).
    #[inline(always)]
    pub(super) unsafe fn finish(&self, groups: &mut [Group<T>], columns: &mut Columns<T>) {
        let Setting { call, even, uniform, .. } = *self;
        let (labelled, is_spread) = (!call.labels.is_null(), uniform != Some(0.0));
        let Columns { z, e, other, t } = columns;
        for (group, ((z, e), t)) in
            groups.iter_mut().zip(z.chunks_exact(even).zip(e.chunks_exact(even)).zip(t.chunks_exact(even)))
        {
            // NaN, or an infinite maximum.
            group.alone |= group.sum[0].is_nan().bits() | group.sum[1].is_nan().bits() << 2;
            let Group { starts, labels, alone, sum, rest, .. } = *group;
            // SAFETY: there is a column for each label.
            let at_label = |columns: &[T::Four]| unsafe { pick::<T>(columns, labels) };
            let [e_y, z_y] = if labelled { [at_label(e), at_label(z)] } else { [T::Four::zero(), group.max] };
            let spread = match uniform {
                Some(0.0) => Spread::<T>::none(),
                // The last column may be one too many.
                Some(share) => Spread::uniform(z.get(..call.width).unwrap_or(z), share, group.max),
                None => Spread::of(z, t, group.max),
            };
            let t_y = if labelled && uniform.is_none() { at_label(t) } else { spread.top };
            let [weight, log_sum, e_y, max, z_y, t_y, t_top] =
                [group.weight, group.log_sum, e_y, group.max, z_y, t_y, spread.top].map(T::Four::widen);
            let (second, [half, one]) = (!call.hess[0].is_null(), [0.5, 1.0].map(Wide::<T>::c));
            let known = |i: usize| Known {
                scale: Wide::<T>::c(call.scale) * weight[i],
                sum: sum[i],
                rest: rest[i],
                log_sum: log_sum[i],
                peak: group.peak[i],
                e: e_y[i],
                half_gap: half * max[i] - half * z_y[i],
                second,
            };
            let finish = |i: usize| {
                // Each with a copy of its own: only the one that is handed to a call has to be in memory.
                if self.is_other {
                    self.loss.finish(&known(i))
                } else {
                    known(i).cross_entropy(spread.total[i], spread.half_loss[i], t_y[i], t_top[i])
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
            let both = |f: fn(&Results<Wide<T>>) -> Wide<T>| T::Four::narrow([f(&low), f(&high)]);
            if second {
                let [c, o] = [both(|x| x.curvature[1]), both(|x| x.curvature[2])];
                // H/Σe is rounded once.
                let [h, p_top, q_top] = [
                    [low.curvature[0] / sum[0], high.curvature[0] / sum[1]],
                    sum.map(|sum| one / sum),
                    from_fn(|i| rest[i] / sum[i]),
                ]
                .map(T::Four::narrow);
                let one = T::Four::c(1.0);
                for (to, &e) in other.iter_mut().zip(e.iter()) {
                    let (others, ratio) = (T::Four::select(e.eq(one), q_top, one - e * p_top), e * o);
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
                    let [one, two] = [1.0, 2.0].map(T::Four::c);
                    let top = T::Four::select(T::Four::narrow(sum).lt(two), one, two);
                    let [slope_top, scale] = [both(|x| x.slope_top), both(|x| x.scale)];
                    let of = |e: T::Four, less: T::Four| T::Four::select(e.eq(top), slope_top, e * slope - less);
                    let places = pairs_mut(other).iter_mut().zip(pairs(e));
                    if uniform.is_some() {
                        let share = spread.top * scale;
                        places.for_each(|(to, e)| *to = from_fn(|i| of(e[i], share)));
                    } else {
                        // What the slope loses by being rounded is put back, unless it overflows: there are roundings enough.
                        let [kept_low, kept_high] = slope.widen();
                        let lost = T::Four::narrow([low.slope - kept_low, high.slope - kept_high]);
                        let lost = lost.pmax(T::Four::c(f64::from(f32::MIN)));
                        places
                            .zip(pairs(t))
                            .for_each(|((to, e), t)| *to = from_fn(|i| of(e[i], t[i] * scale - e[i] * lost)));
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
    top: T::Four,
    total: Pair<T>,
    half_loss: Pair<T>,
}

impl<T: Float> Spread<T> {
    #[inline(always)]
    fn none() -> Self {
        Spread { top: T::Four::zero(), total: pair::<T>(0.0), half_loss: pair::<T>(0.0) }
    }
    /// Of columns of weights; where there is one too many, its weights are 0.
    #[inline(always)]
    fn of(z: &[T::Four], t: &[T::Four], max: T::Four) -> Self {
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
    /// Of the same weight for each column.
    #[inline(always)]
    fn uniform(z: &[T::Four], share: f64, max: T::Four) -> Self {
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
