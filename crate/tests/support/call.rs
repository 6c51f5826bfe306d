//! Calling a kernel as the facade does: by its handle, with a record of arguments.

use losskit::abi::run;

/// A pointer as an argument.
pub fn number<T>(pointer: *const T) -> f64 {
    pointer.expose_provenance() as f64
}

/// Runs a kernel; its sum, and the first element or row that is out of its domain.
///
/// # Safety
/// - That of [`run`].
pub unsafe fn call(handle: usize, arguments: &mut [f64]) -> Result<f64, i32> {
    // SAFETY: the caller's guarantee.
    match unsafe { run(handle, arguments.as_mut_ptr()) } {
        -1 => Ok(arguments[0]),
        fault => Err(fault),
    }
}
