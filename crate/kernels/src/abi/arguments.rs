//! How arguments travel: one after another in memory, eight bytes each. Numbers are doubles; counts and addresses are integers in
//! the first bytes, so that nothing has to be converted.

use crate::loops::{Outcome, Total};

/// The arguments of a call, read one after another.
pub(crate) struct Arguments(pub *const f64);

impl Arguments {
    /// The next argument.
    ///
    /// # Safety
    /// - There is one, and it is an `A`.
    #[inline(always)]
    pub unsafe fn next<A: Argument>(&mut self) -> A {
        // SAFETY: the caller knows that there is one.
        unsafe {
            let argument = *self.0.cast::<A>();
            self.0 = self.0.add(1);
            argument
        }
    }
}

/// What an argument may be: of at most eight bytes.
pub(crate) trait Argument: Copy {}

impl Argument for f64 {}
impl Argument for usize {}
impl<T> Argument for *const T {}
impl<T> Argument for *mut T {}

/// Reads the running sum, the first two arguments.
///
/// # Safety
/// - `list` is at the first argument.
#[inline(always)]
pub(crate) unsafe fn total(list: &mut Arguments) -> Total {
    // SAFETY: the caller's guarantee.
    unsafe { Total { sum: list.next(), excess: list.next() } }
}

/// Leaves the running sum in its place, and returns what a kernel does.
///
/// # Safety
/// - `arguments` is valid for writes of two.
pub(crate) unsafe fn report(outcome: Outcome, arguments: *mut f64) -> i32 {
    match outcome {
        Ok(Total { sum, excess }) => {
            // SAFETY: the caller's guarantee.
            unsafe { *arguments.cast() = [sum, excess] }
            -1
        }
        Err(index) => index as i32,
    }
}
