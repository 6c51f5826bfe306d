//! Calling a kernel as the facade does: by its name, with a record of arguments.

use losskit_kernels::abi::{Entry, find, run};
use losskit_kernels::loops::Total;
use losskit_kernels::losses::REGISTRIES;

/// The handle of a kernel, by its name.
pub fn kernel(name: &str) -> usize {
    let handle = find(REGISTRIES, name.as_bytes());
    assert_ne!(handle, 0, "no registry in crate/kernels/src/losses has {name}");
    handle
}

/// What the registry says of a kernel.
#[allow(dead_code)]
pub fn entry(name: &str) -> &'static Entry {
    let mut entries = REGISTRIES.iter().flat_map(|registry| registry.as_flattened());
    entries.find(|entry| entry.name == name).unwrap_or_else(|| panic!("no registry has {name}"))
}

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
        -1 => Ok(Total { sum: arguments[0], excess: arguments[1] }.value()),
        fault => Err(fault),
    }
}
