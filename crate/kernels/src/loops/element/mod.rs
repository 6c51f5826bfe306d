//! Losses of one element: each depends on that element's inputs alone.
//!
//! **Order of work.** Elements are taken in chunks of [`CHUNK`], and these in strips of [`STRIP`]; a call may be cut anywhere
//! between chunks and the bits stay the same. In a strip, registers are taken four at a time, and an incomplete last group is padded with
//! elements that reach neither a sum nor memory, so that an element's result depends on nothing but its inputs.
//!
//! **Precision.** An element's loss is rounded to the element type; four registers are added pairwise in that type, then
//! everything is added as doubles. Where that isn't finite, each loss is added as a double by itself: see [`Total`]. Weights are applied in double precision.

mod body;
mod general;
mod light;
mod loss;
mod strips;
mod tail;
mod usual;

pub use body::Strip;
pub use loss::{Constants, Pointwise, Terms, held};
use strips::Sums;
pub use strips::{Facts, Kernel, Loops};
pub use usual::{Usually, run_usual};

use crate::loops::{CHUNK, Outcome, Total, by_chunks};
use crate::simd::{Float, Vector};
use general::general;
use light::light;
use tail::{first_invalid, padded};

/// Elements between two flushes into the sum of a chunk.
pub const STRIP: usize = 512;

/// The most inputs a loss has, and the most gradients.
pub const INPUTS: usize = 3;
/// See [`INPUTS`].
pub const DERIVATIVES: usize = 2;

/// Where a call's data lies. Null pointers are absent.
pub struct Call<T> {
    /// Elements.
    pub n: usize,
    /// Multiplies derivatives.
    pub scale: f64,
    /// Output: weighted losses.
    pub values: *mut T,
    /// Weights; an element of weight 0 is neither read nor checked.
    pub weight: *const T,
    /// Inputs.
    pub inputs: [*const T; INPUTS],
    /// Output: gradients, all or none. One may be the matching input itself.
    pub grads: [*mut T; DERIVATIVES],
    /// Output: second derivatives, all or none.
    pub hess: [*mut T; DERIVATIVES],
}

impl<T> Call<T> {
    /// The part of `n` elements that starts at `start`.
    ///
    /// # Safety
    /// - `start + n <= self.n`, and the pointers are valid for `self.n` elements.
    #[inline(never)]
    pub unsafe fn part(&self, start: usize, n: usize) -> Self {
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

/// Adds the call's losses to `total` and writes what has a pointer.
///
/// # Safety
/// - Every pointer of `call` is valid for `n` elements, or null; the first [`Pointwise::REQUIRED`] inputs aren't null.
/// - An output overlaps no other output, and an input only if it is that gradient's own and starts at the same address.
pub unsafe fn run<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &Call<T>, total: Total) -> Outcome {
    let plain = call.weight.is_null() && call.values.is_null() && call.hess[0].is_null();
    by_chunks(call.n, CHUNK, total, |start, n| {
        // SAFETY: the caller's guarantees; the part is within the call.
        unsafe {
            let part = call.part(start, n);
            if plain && facts.light {
                lightly(loss, facts, &part)
            } else {
                carefully(loss, facts, &part, Total::default())
            }
        }
    })
}

/// Goes strip by strip through a part of a chunk: `add` returns the running sum with a strip's losses.
#[inline(always)]
fn by_strips<T>(call: &Call<T>, mut total: Total, mut add: impl FnMut(&Call<T>, Total) -> Outcome) -> Outcome {
    for start in (0..call.n).step_by(STRIP) {
        // SAFETY: the part is within the call.
        let part = unsafe { call.part(start, STRIP.min(call.n - start)) };
        total = add(&part, total).map_err(|index| start + index)?;
    }
    Ok(total)
}

/// Takes a chunk through the light loop in one go, or strip by strip where gradients have to wait for a strip's end; what isn't
/// finite and within its domain after that, carefully.
///
/// # Safety
/// As [`run`]; nothing but the sum and gradients is asked for.
unsafe fn lightly<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &Call<T>) -> Outcome {
    let grad = call.grads[0];
    let direct = !grad.is_null() && !call.inputs.contains(&grad.cast_const());
    let through = |part: &Call<T>, total: Total| {
        // SAFETY: the part is within the call.
        unsafe { light(loss, facts, part, direct, total).map_or_else(|| carefully(loss, facts, part, total), Ok) }
    };
    if direct {
        return through(call, Total::default());
    }
    by_strips(call, Total::default(), through)
}

/// Adds up a part of a chunk strip by strip, through what serves every loss and every output.
///
/// # Safety
/// As [`run`].
unsafe fn carefully<T: Float>(loss: &dyn Loops<T>, facts: &Facts, call: &Call<T>, total: Total) -> Outcome {
    by_strips(call, total, |part, total| {
        let mut sums = Sums::new(total);
        // SAFETY: the part is within the call.
        unsafe { strip(loss, facts, part, Some(&mut sums))? };
        Ok(sums.total())
    })
}
/// Adds a strip to the sums, if there are some. Fails with the index of the first element that is out of its domain.
///
/// # Safety
/// As [`run`]; there are [`STRIP`] elements at most.
pub unsafe fn strip<T: Float>(
    loss: &dyn Loops<T>,
    facts: &Facts,
    call: &Call<T>,
    mut sums: Option<&mut Sums<T>>,
) -> Result<(), usize> {
    let whole = call.n - call.n % (4 * T::Vec::LANES);
    // SAFETY: the parts are within the call, and what is left after whole groups is less than a group.
    unsafe {
        let groups = call.part(0, whole);
        if whole > 0
            && !general(loss, facts, &groups, whole, sums.as_deref_mut())
            && let Some(index) = first_invalid(loss, &groups)
        {
            return Err(index);
        }
        let rest = call.part(whole, call.n - whole);
        if rest.n == 0 { Ok(()) } else { padded(loss, facts, &rest, sums).map_err(|index| whole + index) }
    }
}
