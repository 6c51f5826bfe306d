//! Unpacks LZMA: the small module that the package starts first, to unpack the one with the kernels.
//!
//! As WebAssembly it is done before JavaScript would have been compiled for speed, and takes hardly more bytes.

// No standard library: what a panic would print is larger than all of this. Nothing here panics; tests run on a host, which has one.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod bits;
mod lzma;

pub use lzma::unpack_into;

/// Unpacks `size` bytes from what stands at `packed`, and writes them after it.
///
/// # Safety
/// The `length` bytes from `packed` on are initialised, the `size` bytes after those may be written, and nobody else uses either.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unpack(packed: *mut u8, length: usize, size: usize) {
    // SAFETY: the caller's guarantee; the two don't overlap.
    let (packed, out) = unsafe {
        (core::slice::from_raw_parts(packed, length), core::slice::from_raw_parts_mut(packed.add(length), size))
    };
    unpack_into(packed, out);
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
