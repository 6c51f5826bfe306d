//! What the WebAssembly module exports: memory, faults, and one function for each loss and element type.
//!
//! Everything crosses the boundary as a number; pointers are byte addresses, 0 where something is absent. A kernel takes
//! the running sum and returns it with this call's losses added, so that a long input can be passed in parts (of whole
//! strips, or whole rows) and the bits stay those of one call. Defaults, validation and reductions are the caller's.

use crate::drivers::{Outcome, weights};
use core::alloc::Layout;
use core::sync::atomic::{AtomicI32, Ordering};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Where the last fault was, or −1.
static FAULT: AtomicI32 = AtomicI32::new(-1);

/// Cache lines are 64 bytes: no register that starts at a multiple of its size straddles two.
const ALIGN: usize = 64;

/// The version of the contract between the kernels and the facade.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn abi_version() -> i32 {
    1
}

/// The index, within the call that just returned NaN, of the first element or row that is out of its domain; −1 if the
/// NaN came from the data. Asking clears it.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn fault() -> i32 {
    FAULT.swap(-1, Ordering::Relaxed)
}

/// The sum, or NaN and a fault to ask for.
pub(crate) fn report(outcome: Outcome) -> f64 {
    outcome.unwrap_or_else(|index| {
        FAULT.store(index as i32, Ordering::Relaxed);
        f64::NAN
    })
}

/// `bytes` of memory, aligned to a cache line; 0 if there is none left.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn alloc(bytes: usize) -> *mut u8 {
    match Layout::from_size_align(bytes.max(1), ALIGN) {
        // SAFETY: the size isn't 0.
        Ok(layout) => unsafe { std::alloc::alloc(layout) },
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
        unsafe { std::alloc::dealloc(pointer, layout) }
    }
}

/// Exports pointwise losses. A line is: the names for float32 and float64, the inputs, the gradients, the second
/// derivatives (none for a loss without), and the loss, made of its parameters. The exported function takes
/// `sum, scale, n, values, weight, inputs…, gradients…, second derivatives…, parameters…`.
macro_rules! pointwise {
    ($($f32:ident $f64:ident $inputs:tt $grads:tt $hess:tt $params:tt $loss:expr;)*) => {$(
        $crate::abi::pointwise!(@export f32 $f32 $inputs $grads $hess $params $loss);
        $crate::abi::pointwise!(@export f64 $f64 $inputs $grads $hess $params $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($grad:ident),*) ($($hess:ident),*) ($($param:ident),*) $loss:expr) => {
        #[doc = concat!("The kernel of [`", stringify!($loss), "`] for ", stringify!($t), ".")]
        ///
        /// # Safety
        /// - Those of [`crate::drivers::pointwise::run`], for pointers into this module's memory.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub unsafe fn $name(
            sum: f64, scale: f64, n: usize, values: *mut $t, weight: *const $t,
            $($input: *const $t,)* $($grad: *mut $t,)* $($hess: *mut $t,)* $($param: f64,)*
        ) -> f64 {
            let call = $crate::drivers::pointwise::Call {
                n, scale, values, weight,
                inputs: [$($input),*],
                grads: [$($grad),*],
                hess: $crate::abi::pointwise!(@hess ($($grad),*) ($($hess),*)),
            };
            // SAFETY: the caller's guarantees are those of `run`.
            $crate::abi::report(unsafe { $crate::drivers::pointwise::run(&$loss, &call, sum) })
        }
    };
    (@hess ($($grad:ident),*) ()) => { [core::ptr::null_mut(); [$(stringify!($grad)),*].len()] };
    (@hess $grads:tt ($($hess:ident),*)) => { [$($hess),*] };
}
pub(crate) use pointwise;

/// Adds `n` weights to `sum`; a negative or NaN weight is a fault.
///
/// # Safety
/// - `weight` is valid for reads of `n` elements.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn weight_sum_f32(sum: f64, n: usize, weight: *const f32) -> f64 {
    // SAFETY: the caller's guarantee.
    report(unsafe { weights::total(sum, n, weight) })
}

/// As [`weight_sum_f32`].
///
/// # Safety
/// - `weight` is valid for reads of `n` elements.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub unsafe fn weight_sum_f64(sum: f64, n: usize, weight: *const f64) -> f64 {
    // SAFETY: the caller's guarantee.
    report(unsafe { weights::total(sum, n, weight) })
}
