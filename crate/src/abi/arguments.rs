//! How arguments travel: doubles in memory, one after another.

use crate::drivers::Outcome;

/// The arguments of a call, read one after another.
pub(crate) struct Arguments(pub *const f64);

impl Arguments {
    /// The next argument.
    ///
    /// # Safety
    /// - There is one.
    #[inline(always)]
    pub unsafe fn next<A: Argument>(&mut self) -> A {
        // SAFETY: the caller knows that there is one.
        unsafe {
            let number = *self.0;
            self.0 = self.0.add(1);
            A::from_number(number)
        }
    }
}

/// What an argument may be.
pub(crate) trait Argument {
    /// The argument that travelled as a double, which holds every address exactly.
    fn from_number(number: f64) -> Self;
}

impl Argument for f64 {
    #[inline(always)]
    fn from_number(number: f64) -> Self {
        number
    }
}

impl Argument for usize {
    #[inline(always)]
    fn from_number(number: f64) -> Self {
        number as usize
    }
}

impl<T> Argument for *const T {
    #[inline(always)]
    fn from_number(number: f64) -> Self {
        core::ptr::with_exposed_provenance(number as usize)
    }
}

impl<T> Argument for *mut T {
    #[inline(always)]
    fn from_number(number: f64) -> Self {
        core::ptr::with_exposed_provenance_mut(number as usize)
    }
}

/// Leaves the sum in its place, and returns what a kernel does.
///
/// # Safety
/// - `arguments` is valid for a write.
pub(crate) unsafe fn report(outcome: Outcome, arguments: *mut f64) -> i32 {
    match outcome {
        Ok(sum) => {
            // SAFETY: the caller's guarantee.
            unsafe { *arguments = sum }
            -1
        }
        Err(index) => index as i32,
    }
}
