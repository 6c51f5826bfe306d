//! Calling a kernel as the facade does: by its handle, with a record of arguments.

use losskit_kernels::abi::run;

/// A pointer as an argument.
pub fn pointer<T>(pointer: *const T) -> f64 {
    count(pointer.expose_provenance())
}

/// A count as an argument: the integer's bits.
pub fn count(n: usize) -> f64 {
    f64::from_bits(n as u64)
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
