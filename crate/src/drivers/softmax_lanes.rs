//! Losses of the softmax of short rows of floats, four rows at once, a row a lane: no register is partly empty, nothing is summed
//! across lanes, and what a row takes once is done for all in one register.
//!
//! **Order of work.** Groups of four rows are done a block at a time, each step for all of them, so that constants stay in
//! registers and no step has to wait for the one before it.
//!
//! A row's bits depend neither on its lane nor on the other rows. Rows that don't count, are out of the domain or have no
//! finite maximum leave their lane unused and are done alone.

use super::Outcome;
use super::call::Call;
use super::lanes::{COLUMNS, LANES, Pair, Room, SHORT, Wide, columns, gather, pair, pick, read, scatter, write};
use crate::math::{exp_of_reduced, exp_reduced, log1p_positive};
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// The most groups of a block.
const GROUPS: usize = 8;

/// A loss of the softmax of its first input: p_k = e_k/Σe with e_k = e^(z_k − max z). It is −Σ t_k ln p_k for weights t_k, or has
/// its own formula.
pub trait ShortRows<T: Float> {
    /// Whether there are weights besides the label's.
    fn is_spread(&self) -> bool {
        true
    }
    /// Whether the label's weight is 1 in every row, and there are no others.
    fn is_plain(&self) -> bool {
        false
    }
    /// Says what the weights are.
    ///
    /// # Safety
    /// - The labels are less than the width; the targets are valid for reads of the width.
    unsafe fn weigh(&self, rows: &Rows<T>, weights: &mut Weights<T>);
    /// Whether the loss has its own formula, of the label's p.
    fn is_other(&self) -> bool {
        false
    }
    /// That formula.
    fn finish(&self, known: &Known<Wide<T>>) -> Results<Wide<T>> {
        known.nothing()
    }
}

/// Rows that are computed together; a row may be there more than once.
pub struct Rows<T> {
    /// Elements of a row.
    pub width: usize,
    /// Class labels; 0 without.
    pub labels: [usize; LANES],
    /// Where the rows of the second input begin, for losses that have one.
    pub targets: [*const T; LANES],
}

/// The weights of rows, a row a lane.
pub struct Weights<'a, T: Float> {
    /// t_k of each class, without the label's peak.
    pub t: &'a mut [T::Vec],
    /// What the label's weight has on top.
    pub peak: Pair<T>,
    /// A part of the loss that depends on targets alone.
    pub offset: Pair<T>,
    /// A bit for each row to be done alone: its targets are out of the domain, or make it not count.
    pub alone: u32,
}

impl<T: Float> Weights<'_, T> {
    /// The label has `keep` times `weight` on top of what is spread. A row of weight 0 doesn't count.
    pub fn set_peak(&mut self, weight: T::Vec, keep: f64) {
        self.peak = weight.widen().map(|weight| weight * Wide::<T>::c(keep));
        self.alone = weight.eq(T::Vec::zero()).bits();
    }
}

/// What is known of rows, a row a lane of doubles.
#[derive(Clone, Copy)]
pub struct Known<W> {
    /// Multiplies derivatives.
    pub scale: W,
    /// Σ e_k
    pub sum: W,
    /// Σ e_k without the largest, which is 1.
    pub rest: W,
    /// ln Σ e_k
    pub log_sum: W,
    /// What the label's weight has on top of t.
    pub peak: W,
    /// e of the label.
    pub e: W,
    /// (max − z)/2 of the label.
    pub half_gap: W,
    /// Whether second derivatives are wanted.
    pub second: bool,
}

/// What a loss makes of it.
pub struct Results<W> {
    /// The loss.
    pub loss: W,
    /// f: the gradient is f e_k, less `scale` t_k if weights are spread, but
    pub slope: W,
    /// this at the label.
    pub slope_y: W,
    /// If weights are spread: what it is at the largest, if its p may exceed ½.
    slope_top: W,
    scale: W,
    /// H, C and o: the second derivative is H p_k (1 − p_k) + C (o e_k)², but
    pub curvature: [W; 3],
    /// this at the label.
    pub curvature_y: W,
}

impl<W: Vector> Known<W> {
    /// Σ e_k without the label's.
    #[inline(always)]
    pub fn others(&self) -> W {
        W::select(self.e.eq(W::c(1.0)), self.rest, self.sum - self.e)
    }
    /// No loss.
    #[inline(always)]
    pub fn nothing(&self) -> Results<W> {
        let zero = W::zero();
        Results {
            loss: zero,
            slope: zero,
            slope_y: zero,
            slope_top: zero,
            scale: self.scale,
            curvature: [zero; 3],
            curvature_y: zero,
        }
    }
    /// −Σ t_k ln p_k, with derivatives p_k T − t_k and T p_k (1−p_k), from Σ t_k, Σ t_k (max − z_k)/2, and t of the label and
    /// the largest, all without the peak.
    #[inline(always)]
    fn cross_entropy(&self, total: W, half_loss: W, t: W, t_top: W) -> Results<W> {
        let Known { scale, sum, rest, peak, e, .. } = *self;
        let (zero, one, others) = (W::zero(), W::c(1.0), self.others());
        let (total, half_loss, by_sum) = (total + peak, half_loss + peak * self.half_gap, scale / sum);
        // p (T − t) − t (1−p), where 1 − p is a sum.
        let exact = |e: W, t: W, others: W| (e * (total - t) - t * others) * by_sum;
        Results {
            loss: half_loss + half_loss + total * self.log_sum,
            slope: total * by_sum,
            slope_y: exact(e, t + peak, others),
            slope_top: exact(one, t_top + peak.keep(e.eq(one)), rest),
            scale,
            curvature: [scale * total, zero, zero],
            curvature_y: total * by_sum * e * (others / sum),
        }
    }
}

/// What is known of four rows.
#[derive(Clone, Copy)]
struct Group<T: Float> {
    /// Where they begin.
    starts: [usize; LANES],
    labels: [usize; LANES],
    /// A bit for each row to be done alone.
    alone: u32,
    weight: T::Vec,
    peak: Pair<T>,
    offset: Pair<T>,
    max: T::Vec,
    /// Σ e_k, Σ e_k without the largest, and its logarithm.
    sum: Pair<T>,
    rest: Pair<T>,
    log_sum: T::Vec,
    losses: [f64; LANES],
}

/// Columns of all groups of a block.
struct Columns<'a, T: Float> {
    z: &'a mut [T::Vec],
    e: &'a mut [T::Vec],
    /// What e is made of; then derivatives.
    other: &'a mut [T::Vec],
    t: &'a mut [T::Vec],
}

/// What is the same for all blocks.
struct Setting<'a, T: Float> {
    loss: &'a dyn ShortRows<T>,
    call: &'a Call<T, 1, 1>,
    /// The second input.
    targets: *const T,
    /// The width, rounded up to an even number: columns are worked on in pairs.
    even: usize,
    is_plain: bool,
    is_spread: bool,
    is_other: bool,
    /// Room for the derivatives of a row that is done alone.
    unused: *mut T,
}

/// Adds the call's losses to `sum` and writes what has a pointer. `targets` is the second input, of losses that have one; `alone`
/// does one row, and returns its weighted loss.
///
/// # Safety
/// As [`rowwise::run`](super::rowwise::run); the width is in 1..=[`SHORT`].
#[inline(never)]
pub unsafe fn run<T: Float>(
    loss: &dyn ShortRows<T>,
    alone: &dyn Fn(usize) -> Outcome,
    call: &Call<T, 1, 1>,
    targets: *const T,
    mut sum: f64,
) -> Outcome {
    // At least 2, which the compiler can't know.
    let even = call.width.next_multiple_of(2).max(2);
    let most = (COLUMNS / even).min(GROUPS);
    let count = most.min(call.rows.div_ceil(LANES));
    let mut room = [const { Room::<T>::uninit() }; 4];
    let [z, e, other, t] = room.each_mut().map(|room| columns::<T>(room, count * even));
    let mut columns = Columns::<T> { z, e, other, t };
    let none = Group {
        starts: [0; LANES],
        labels: [0; LANES],
        alone: 0,
        weight: T::Vec::c(1.0),
        peak: pair::<T>(if call.labels.is_null() { 0.0 } else { 1.0 }),
        offset: pair::<T>(0.0),
        max: T::Vec::zero(),
        sum: pair::<T>(0.0),
        rest: pair::<T>(0.0),
        log_sum: T::Vec::zero(),
        losses: [0.0; LANES],
    };
    let mut groups = [none; GROUPS];
    let mut unused = MaybeUninit::<[T; SHORT]>::uninit();
    let setting = Setting {
        loss,
        call,
        targets,
        even,
        is_plain: loss.is_plain(),
        is_spread: loss.is_spread(),
        is_other: loss.is_other(),
        unused: unused.as_mut_ptr().cast(),
    };
    let mut r = 0;
    while r < call.rows {
        let count = most.min((call.rows - r).div_ceil(LANES));
        // SAFETY: the caller's guarantees; there are this many groups of rows.
        unsafe {
            let groups = groups.get_unchecked_mut(..count);
            setting.read(groups, &mut columns, r);
            exps(groups, &mut columns, even);
            setting.finish(groups, &mut columns);
        }
        for group in groups.iter().take(count) {
            for (lane, &value) in group.losses.iter().enumerate().take(call.rows - r) {
                let value = if group.alone >> lane & 1 == 0 { value } else { alone(r)? };
                if !call.values.is_null() {
                    // SAFETY: r < rows.
                    unsafe { *call.values.add(r) = T::from_f64(value) };
                }
                sum += value;
                r += 1;
            }
        }
    }
    Ok(sum)
}

impl<T: Float> Setting<'_, T> {
    /// Reads the rows from `first` on, their labels and weights. The last row is repeated to fill a group.
    ///
    /// # Safety
    /// As [`run`]; there are rows for every group.
    #[inline(always)]
    unsafe fn read(&self, groups: &mut [Group<T>], columns: &mut Columns<T>, first: usize) {
        let Setting { call, even, .. } = *self;
        let width = call.width;
        let columns = columns.z.chunks_exact_mut(even).zip(columns.t.chunks_exact_mut(even));
        for ((group, (z, t)), first) in groups.iter_mut().zip(columns).zip((first..).step_by(LANES)) {
            let places: [usize; LANES] = from_fn(|lane| (call.rows - 1).min(first + lane));
            group.alone = 0;
            if !call.labels.is_null() {
                for (lane, place) in places.into_iter().enumerate() {
                    // SAFETY: the place is less than the number of rows.
                    let label = unsafe { *call.labels.add(place) };
                    // A negative label is more than any width.
                    let counts = (label as u32 as usize) < width && f64::from(label) != call.ignore_index;
                    group.labels[lane] = if counts { label as usize } else { 0 };
                    group.alone |= u32::from(!counts) << lane;
                }
            }
            if !call.weight.is_null() {
                // SAFETY: as above.
                group.weight = unsafe { gather(places.map(|place| call.weight.add(place))) };
                group.alone |= group.weight.eq(T::Vec::zero()).bits();
            }
            group.starts = places.map(|place| place * width);
            let rows_of = |p: *const T| group.starts.map(|at| p.wrapping_add(at));
            // SAFETY: the rows are valid for reads of the width.
            unsafe {
                read(&rows_of(call.inputs[0]), width, z);
                if let (true, Some(last)) = (width < even, z.last_mut()) {
                    *last = T::Vec::c(f64::NEG_INFINITY);
                }
                if !self.is_plain {
                    let rows = Rows { width, labels: group.labels, targets: rows_of(self.targets) };
                    let mut weights =
                        Weights { t: t.get_unchecked_mut(..width), peak: group.peak, offset: group.offset, alone: 0 };
                    self.loss.weigh(&rows, &mut weights);
                    (group.peak, group.offset) = (weights.peak, weights.offset);
                    group.alone |= weights.alone;
                }
            }
        }
    }

    /// Computes the weighted losses, and writes derivatives.
    ///
    /// # Safety
    /// As [`run`].
    #[inline(always)]
    unsafe fn finish(&self, groups: &mut [Group<T>], columns: &mut Columns<T>) {
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

/// Writes e of all groups, and sums it. The sums of rows without a finite maximum are NaN.
#[inline(always)]
fn exps<T: Float>(groups: &mut [Group<T>], columns: &mut Columns<T>, even: usize) {
    let Columns { z, e, other: powers, .. } = columns;
    // In loops of their own, so that several registers are worked on at once.
    for ((group, z), (e, powers)) in
        groups.iter_mut().zip(z.chunks_exact(even)).zip(e.chunks_exact_mut(even).zip(powers.chunks_exact_mut(even)))
    {
        let mut max = [T::Vec::c(f64::NEG_INFINITY); 2];
        for z in z.chunks_exact(2) {
            // NaN is passed over.
            max = from_fn(|i| max[i].pmax(z[i]));
        }
        let max = max[0].pmax(max[1]);
        group.max = max;
        for ((z, e), power) in z.iter().zip(e).zip(powers) {
            (*e, *power) = exp_reduced(*z - max);
        }
    }
    for (e, power) in e.iter_mut().zip(powers.iter()).take(groups.len() * even) {
        *e = exp_of_reduced(*e, *power);
    }
    // The largest is 1, and so is what equals it; the others are summed by themselves, so that nothing cancels.
    let one = T::Vec::c(1.0);
    for (group, e) in groups.iter_mut().zip(e.chunks_exact(even)) {
        let (mut all, mut others) = (T::Vec::zero(), pair::<T>(0.0));
        for e in e.chunks_exact(2) {
            all = all + e[0] + e[1];
            (e[0].drop(e[0].eq(one)) + e[1].drop(e[1].eq(one))).accumulate(&mut others);
        }
        let all = all.widen();
        // How many are 1, exactly.
        let ones: Pair<T> = from_fn(|i| (all[i] - others[i]).nearest());
        group.sum = from_fn(|i| others[i] + ones[i]);
        group.rest = from_fn(|i| others[i] + (ones[i] - Wide::<T>::c(1.0)));
    }
    for group in groups {
        group.log_sum = log1p_positive(T::Vec::narrow(group.rest));
    }
}
