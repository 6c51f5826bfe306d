//! What the WebAssembly module exports: `abi_version`, memory, `find_kernel` (a kernel by its name) and `run`, however many losses it holds.
//!
//! A kernel finds its arguments in memory, eight bytes each; pointers are byte addresses, 0 where something is absent. So
//! a call costs JavaScript two integers, however many arguments there are, and one that is repeated writes none of them
//! again. The first two arguments are the running sum ([`Total`](crate::loops::Total)), to which the kernel adds this call's
//! losses: a long input can be passed in parts of whole chunks ([`CHUNK`](crate::loops::CHUNK)) and the bits stay those of one call.
//! Defaults, validation and reductions are the caller's.

mod arguments;
pub(crate) mod calls;
mod entries;

use alloc::alloc::{alloc as take, dealloc as give};
pub(crate) use arguments::{Arguments, report, total};
use core::alloc::Layout;
pub(crate) use entries::{batch, embeddings, entries, is, pointwise, rowwise, terms, work};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Cache lines are 64 bytes: no register that starts at a multiple of its size straddles two.
const ALIGN: usize = 64;

/// The version of the contract between the kernels and the facade.
pub const VERSION: i32 = 3;

/// The version of the contract between the kernels and the facade.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn abi_version() -> i32 {
    VERSION
}

/// A kernel: takes the address of its arguments, adds to the first two, and returns the index of the first element or row that
/// is out of its domain, or −1.
pub type Kernel = unsafe fn(*mut f64) -> i32;

/// A kernel by its name.
pub struct Entry {
    /// The loss in snake case, its variant if it has several, and the element type: `mse_f32`.
    pub name: &'static str,
    /// How many arguments it takes.
    pub count: usize,
    /// What they are called, parameters last. For tests: a module has no use for it.
    #[cfg(not(target_arch = "wasm32"))]
    pub arguments: &'static [&'static str],
    /// The kernel itself.
    pub kernel: Kernel,
}

/// The kernels of a family: a pair for each loss and variant, float32 and float64.
pub type Registry = &'static [[Entry; 2]];

/// The handle of the kernel with this name: its address, and in the highest byte the number of its arguments. 0 if there is none.
pub fn find(registries: &[Registry], name: &[u8]) -> usize {
    let entries = registries.iter().flat_map(|registry| registry.as_flattened());
    for entry in entries {
        if entry.name.as_bytes() == name {
            return entry.kernel as usize | entry.count << (usize::BITS - 8);
        }
    }
    0
}

/// Calls a kernel by its handle.
///
/// # Safety
/// - `handle` is what [`find`] returned, and not 0.
/// - `arguments` points to as many arguments as it says, which meet the kernel's own conditions.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn run(handle: usize, arguments: *mut f64) -> i32 {
    let address = handle & (usize::MAX >> 8);
    // SAFETY: handles have addresses of functions of this type; the arguments are the caller's to answer for.
    unsafe { core::mem::transmute::<usize, Kernel>(address)(arguments) }
}

/// What [`find`] returns among all losses, for the name at an address.
///
/// # Safety
/// - There are as many bytes.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn find_kernel(name: *const u8, length: usize) -> usize {
    // SAFETY: the caller's guarantee.
    find(crate::losses::REGISTRIES, unsafe { core::slice::from_raw_parts(name, length) })
}

/// `bytes` of memory, aligned to a cache line; 0 if there is none left.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn alloc(bytes: usize) -> *mut u8 {
    match Layout::from_size_align(bytes.max(1), ALIGN) {
        // SAFETY: the size isn't 0.
        Ok(layout) => unsafe { take(layout) },
        Err(_) => core::ptr::null_mut(),
    }
}

/// Gives memory back.
///
/// # Safety
/// - `pointer` came from [`alloc`] with the same `bytes`, and wasn't freed before.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn free(pointer: *mut u8, bytes: usize) {
    if let Ok(layout) = Layout::from_size_align(bytes.max(1), ALIGN) {
        // SAFETY: the caller passes what `alloc` returned for this size.
        unsafe { give(pointer, layout) }
    }
}
