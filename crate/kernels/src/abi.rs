//! What the WebAssembly module exports: memory, [`run`], and for each loss and element type the handle of its kernel.
//!
//! A kernel finds its arguments in memory, eight bytes each; pointers are byte addresses, 0 where something is absent. So
//! a call costs JavaScript two integers, however many arguments there are, and one that is repeated writes none of them
//! again. The first argument is the running sum, to which the kernel adds this call's losses: a long input can be passed
//! in parts (of whole strips, or whole rows) and the bits stay those of one call. Defaults, validation and reductions are
//! the caller's.

mod arguments;
pub(crate) mod calls;
mod exports;

use alloc::alloc::{alloc as take, dealloc as give};
pub(crate) use arguments::{Arguments, report};
use core::alloc::Layout;
pub(crate) use exports::{embeddings, kernel, nt_xent, pointwise, rowwise, terms};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Cache lines are 64 bytes: no register that starts at a multiple of its size straddles two.
const ALIGN: usize = 64;

/// The version of the contract between the kernels and the facade.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn abi_version() -> i32 {
    2
}

/// A kernel: takes the address of its arguments, adds to the first, and returns the index of the first element or row that
/// is out of its domain, or −1.
pub type Kernel = unsafe fn(*mut f64) -> i32;

/// What an export returns for a kernel: its address, and in the highest byte the number of its arguments.
pub(crate) fn handle(kernel: Kernel, arguments: usize) -> usize {
    kernel as usize | arguments << (usize::BITS - 8)
}

/// Calls a kernel by what its export returned.
///
/// # Safety
/// - `handle` is what a loss's export returned.
/// - `arguments` points to as many arguments as it says, which meet the kernel's own conditions.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn run(handle: usize, arguments: *mut f64) -> i32 {
    let address = handle & (usize::MAX >> 8);
    // SAFETY: the exports return addresses of functions of this type; the arguments are the caller's to answer for.
    unsafe { core::mem::transmute::<usize, Kernel>(address)(arguments) }
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
