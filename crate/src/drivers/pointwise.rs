//! Losses of one element: each depends on that element's inputs alone.
//!
//! **Order of work.** Elements are taken in strips of [`STRIP`]; a call may be cut anywhere between strips and the bits
//! stay the same. In a strip, registers are taken four at a time, and an incomplete last group is padded with
//! elements that reach neither a sum nor memory, so that an element's result depends on nothing but its inputs.
//!
//! **Precision.** An element's loss is rounded to the element type; four registers are added pairwise in that type, then
//! everything is added as doubles. Weights are applied in double precision.

use super::Outcome;
use crate::simd::{Float, Mask, Vector};
use core::array::from_fn;
use core::mem::MaybeUninit;

/// Elements between two flushes into the running sum.
pub const STRIP: usize = 512;

/// The loss of one register of elements, with its first and second derivatives in each differentiable input.
#[derive(Clone, Copy)]
pub struct Terms<V, const G: usize> {
    /// The losses.
    pub value: V,
    /// First derivatives, before [`Pointwise::factor`].
    pub grad: [V; G],
    /// Second derivatives, before [`Pointwise::factor`].
    pub hess: [V; G],
}

/// A loss of `I` inputs per element, differentiable in `G` of them.
pub trait Pointwise<const I: usize, const G: usize> {
    /// Whether [`Pointwise::stage`] does something: its loop then runs over the whole strip before `eval`'s. Two short
    /// loops overlap in the processor where one long chain of dependent operations can't.
    const STAGED: bool = false;
    /// Whether `eval` is a few instructions, worth four copies in the loop.
    const LIGHT: bool = false;
    /// Inputs that are always there; the others may be absent, and are then ones.
    const REQUIRED: usize = I;
    /// Whether inputs have a domain that [`Pointwise::valid`] checks.
    const CHECKED: bool = false;

    /// The first link of the computation, typically its exponential.
    #[inline(always)]
    fn stage<V: Vector>(&self, _x: [V; I]) -> V {
        V::zero()
    }
    /// The loss and its derivatives; `staged` is what `stage` returned. What the caller doesn't use is compiled away.
    fn eval<V: Vector>(&self, x: [V; I], staged: V) -> Terms<V, G>;
    /// The lanes whose inputs are within their domain. A lane with a NaN may be counted either way: the driver looks
    /// closer at what isn't valid, and NaN is within every domain.
    #[inline(always)]
    fn valid<V: Vector>(&self, _x: [V; I]) -> V::Mask {
        !V::Mask::none()
    }
    /// A constant that multiplies the derivatives, kept apart so that the caller's scale absorbs it.
    #[inline(always)]
    fn factor(&self) -> f64 {
        1.0
    }
}

/// Where a call's data lies. Null pointers are absent.
pub struct Call<T, const I: usize, const G: usize> {
    /// Elements.
    pub n: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses.
    pub values: *mut T,
    /// Weights; an element of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Inputs.
    pub inputs: [*const T; I],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; G],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; G],
}

impl<T, const I: usize, const G: usize> Call<T, I, G> {
    /// The part of `n` elements that starts at `start`.
    ///
    /// # Safety
    /// - `start + n <= self.n`, and the pointers are valid for `self.n` elements.
    unsafe fn part(&self, start: usize, n: usize) -> Self {
        // SAFETY: start is within every array that is there.
        let input = |p: *const T| if p.is_null() { p } else { unsafe { p.add(start) } };
        // SAFETY: as above.
        let output = |p: *mut T| if p.is_null() { p } else { unsafe { p.add(start) } };
        Call {
            n,
            scale: self.scale,
            values: output(self.values),
            weight: input(self.weight),
            inputs: self.inputs.map(input),
            grads: self.grads.map(output),
            hess: self.hess.map(output),
        }
    }
}

/// Adds the call's losses to `sum` and writes what has a pointer.
///
/// # Safety
/// - Every pointer of `call` is valid for `n` elements, or null; the first [`Pointwise::REQUIRED`] inputs aren't null.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
pub unsafe fn run<T: Float, const I: usize, const G: usize>(
    loss: &dyn Strips<T, I, G>,
    call: &Call<T, I, G>,
    mut sum: f64,
) -> Outcome {
    let mut start = 0;
    while start < call.n {
        let len = STRIP.min(call.n - start);
        let whole = len - len % (4 * T::Vec::LANES);
        let mut sums = [<T::Vec as Vector>::Wide::zero(); 2];
        // SAFETY: both parts are within the call, and the second is shorter than a group.
        let fine = unsafe {
            (whole == 0 || loss.strip(&call.part(start, whole), whole, &mut sums))
                & (whole == len || padded(loss, &call.part(start + whole, len - whole), &mut sums))
        };
        // SAFETY: the part is within the call.
        if !fine && let Some(index) = unsafe { first_invalid(loss, &call.part(start, len)) } {
            return Err(start + index);
        }
        sum += (sums[0] + sums[1]).total();
        start += STRIP;
    }
    Ok(sum)
}

/// Two registers of doubles that losses are added to.
type Sums<T> = [<<T as Float>::Vec as Vector>::Wide; 2];

/// What [`run`] needs of a loss: compiled once for each loss and element type, where `run` itself is shared.
pub trait Strips<T: Float, const I: usize, const G: usize> {
    /// Runs over at most a strip, in whole groups of four registers. Of the elements only the first `counted` are added
    /// up. Returns false if inputs may be out of their domain.
    ///
    /// # Safety
    /// As [`run`]; `call.n` is a multiple of a group and at most [`STRIP`].
    unsafe fn strip(&self, call: &Call<T, I, G>, counted: usize, sums: &mut Sums<T>) -> bool;
    /// Whether one element's inputs, none of them NaN, are within their domain.
    fn is_valid(&self, x: [T; I]) -> bool;
}

impl<T: Float, L: Pointwise<I, G>, const I: usize, const G: usize> Strips<T, I, G> for L {
    unsafe fn strip(&self, call: &Call<T, I, G>, counted: usize, sums: &mut Sums<T>) -> bool {
        let plain = call.weight.is_null() && call.values.is_null() && call.hess.iter().all(|p| p.is_null());
        // SAFETY: the caller's guarantees are those of `groups`.
        unsafe {
            match (plain && !T::Vec::DOUBLE, call.grads.iter().all(|p| p.is_null())) {
                (true, true) => groups::<T, L, I, G, false, false>(self, call, counted, sums),
                (true, false) => groups::<T, L, I, G, true, false>(self, call, counted, sums),
                // What isn't hot shares one body, which keeps the module small.
                (false, _) => groups::<T, L, I, G, true, true>(self, call, counted, sums),
            }
        }
    }
    fn is_valid(&self, x: [T; I]) -> bool {
        self.valid(x.map(|x| T::Vec::c(x.to_f64()))).bits() & 1 == 1
    }
}

/// The loops of [`Strips::strip`]. Without `GRAD` the arithmetic of gradients is compiled away; with `GENERAL` weights,
/// values and second derivatives are looked for, and gradients may be absent.
///
/// # Safety
/// As [`run`]; `call.n` is a multiple of a group and at most [`STRIP`].
#[inline(never)]
unsafe fn groups<T: Float, L, const I: usize, const G: usize, const GRAD: bool, const GENERAL: bool>(
    loss: &L,
    call: &Call<T, I, G>,
    counted: usize,
    sums: &mut Sums<T>,
) -> bool
where
    L: Pointwise<I, G>,
{
    let lanes = T::Vec::LANES;
    let load = |at: usize| {
        from_fn(|i| match i >= L::REQUIRED && call.inputs[i].is_null() {
            true => T::Vec::c(1.0),
            // SAFETY: at + LANES ≤ n.
            false => unsafe { T::Vec::load(call.inputs[i].add(at)) },
        })
    };
    let scale = T::Vec::c(call.scale * loss.factor());
    let none = <T::Vec as Vector>::Mask::none();
    let mut fine = !none;

    // Evaluates one register and stores its derivatives.
    let mut evaluate = |at: usize, staged: T::Vec| {
        let x = load(at);
        let Terms { mut value, grad, hess } = loss.eval(x, staged);
        let (mut skipped, mut scale) = (none, scale);
        // SAFETY: at + LANES ≤ n: within every array.
        unsafe {
            if GENERAL && !call.weight.is_null() {
                let weight = T::Vec::load(call.weight.add(at));
                skipped = weight.eq(T::Vec::zero());
                scale = weight.times(call.scale * loss.factor());
                value = value.drop(skipped);
                if !call.values.is_null() {
                    (value * weight).store(call.values.add(at));
                }
            } else if GENERAL && !call.values.is_null() {
                value.store(call.values.add(at));
            }
            for g in 0..G {
                if GRAD && !(GENERAL && call.grads[g].is_null()) {
                    let grad = grad[g] * scale;
                    let grad = if GENERAL { grad.drop(skipped) } else { grad };
                    grad.store(call.grads[g].add(at));
                }
                if GENERAL && !call.hess[g].is_null() {
                    (hess[g] * scale).drop(skipped).store(call.hess[g].add(at));
                }
            }
        }
        if L::CHECKED {
            fine = fine & (loss.valid(x) | skipped);
        }
        value
    };

    if L::LIGHT && !GENERAL {
        for start in (0..call.n).step_by(4 * lanes) {
            let group = from_fn(|k| evaluate(start + k * lanes, T::Vec::zero()));
            add_group::<T>(group, counted - start, sums);
        }
    } else {
        let mut strip = [const { MaybeUninit::<T>::uninit() }; STRIP];
        let strip = strip.as_mut_ptr().cast::<T>();
        if L::STAGED {
            for at in (0..call.n).step_by(lanes) {
                // SAFETY: at + LANES ≤ n ≤ STRIP.
                unsafe { loss.stage(load(at)).store(strip.add(at)) };
            }
        }
        for at in (0..call.n).step_by(lanes) {
            // SAFETY: as above.
            unsafe {
                let staged = if L::STAGED { T::Vec::load(strip.add(at)) } else { T::Vec::zero() };
                evaluate(at, staged).store(strip.add(at));
            }
        }
        // SAFETY: the strip has n elements, and so have the weights, if any.
        unsafe { add_strip::<T>(strip, call.weight, call.n, counted, sums) };
    }
    !(L::CHECKED && (!fine).any())
}

/// Adds four registers, of which the first `counted` elements count.
#[inline(always)]
fn add_group<T: Float>(mut group: [T::Vec; 4], counted: usize, sums: &mut Sums<T>) {
    if counted < 4 * T::Vec::LANES {
        group = from_fn(|k| group[k].keep(T::Vec::first(T::Vec::LANES.min(counted.saturating_sub(k * T::Vec::LANES)))));
    }
    ((group[0] + group[1]) + (group[2] + group[3])).accumulate(sums);
}

/// Adds a strip of losses, each times its weight if there are weights.
///
/// # Safety
/// - `losses` is valid for reads of `n` elements, a multiple of a group; `weight` too, or null.
#[inline(never)]
unsafe fn add_strip<T: Float>(losses: *const T, weight: *const T, n: usize, counted: usize, sums: &mut Sums<T>) {
    for start in (0..n).step_by(4 * T::Vec::LANES) {
        // SAFETY: start + 4 LANES ≤ n.
        let read = |p: *const T| from_fn(|k| unsafe { T::Vec::load(p.add(start + k * T::Vec::LANES)) });
        if weight.is_null() {
            add_group::<T>(read(losses), counted - start, sums);
        } else {
            // Elements beyond the counted ones have weight 0.
            let (losses, weights): ([T::Vec; 4], [T::Vec; 4]) = (read(losses), read(weight));
            for k in 0..4 {
                losses[k].accumulate_weighted(weights[k], sums);
            }
        }
    }
}

/// Runs an incomplete group on padded copies, and copies the results back. Inputs are padded with ones, which are within
/// every domain, weights with zeros.
///
/// # Safety
/// As [`run`]; `call.n` is less than a group.
#[inline(never)]
unsafe fn padded<T: Float, const I: usize, const G: usize>(
    loss: &dyn Strips<T, I, G>,
    call: &Call<T, I, G>,
    sums: &mut Sums<T>,
) -> bool {
    const GROUP: usize = 16;
    let zeros = [T::from_f64(0.0); GROUP];
    let (mut inputs, mut weight, mut values) = ([[T::from_f64(1.0); GROUP]; I], zeros, zeros);
    let (mut grads, mut hess) = ([zeros; G], [zeros; G]);
    let read = |from: *const T, to: &mut [T; GROUP]| -> *const T {
        if !from.is_null() {
            // SAFETY: the caller's arrays have n < GROUP elements, and `to` is another array.
            unsafe { from.copy_to_nonoverlapping(to.as_mut_ptr(), call.n) };
            return to.as_ptr();
        }
        from
    };
    let room = |for_: *mut T, buffer: &mut [T; GROUP]| if for_.is_null() { for_ } else { buffer.as_mut_ptr() };
    let copy = Call {
        n: 4 * T::Vec::LANES,
        scale: call.scale,
        values: room(call.values, &mut values),
        weight: read(call.weight, &mut weight),
        inputs: from_fn(|i| read(call.inputs[i], &mut inputs[i])),
        grads: from_fn(|g| room(call.grads[g], &mut grads[g])),
        hess: from_fn(|g| room(call.hess[g], &mut hess[g])),
    };
    // SAFETY: the copies have a whole group of elements.
    let fine = unsafe { loss.strip(&copy, call.n, sums) };
    let write = |from: *mut T, to: *mut T| {
        if !to.is_null() {
            // SAFETY: the caller's arrays have n elements, and `from` is one of the buffers above.
            unsafe { to.copy_from_nonoverlapping(from, call.n) };
        }
    };
    write(copy.values, call.values);
    for g in 0..G {
        write(copy.grads[g], call.grads[g]);
        write(copy.hess[g], call.hess[g]);
    }
    fine
}

/// The first element, if any, whose inputs are out of their domain and whose weight isn't 0.
///
/// # Safety
/// As [`run`].
#[cold]
unsafe fn first_invalid<T: Float, const I: usize, const G: usize>(
    loss: &dyn Strips<T, I, G>,
    call: &Call<T, I, G>,
) -> Option<usize> {
    let one = T::from_f64(1.0);
    // SAFETY: at < n: one element can be read from each array.
    let read = |p: *const T, at: usize| if p.is_null() { one } else { unsafe { *p.add(at) } };
    (0..call.n).find(|&at| {
        let x = call.inputs.map(|p| read(p, at)).map(|x| if x.to_f64().is_nan() { one } else { x });
        read(call.weight, at).to_f64() != 0.0 && !loss.is_valid(x)
    })
}
