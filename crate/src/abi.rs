//! What the WebAssembly module exports: memory, faults, and one function for each loss and element type.
//!
//! Everything crosses the boundary as a number; pointers are byte addresses, 0 where something is absent. A kernel takes
//! the running sum and returns it with this call's losses added, so that a long input can be passed in parts (of whole
//! strips, or whole rows) and the bits stay those of one call. Defaults, validation and reductions are the caller's.

use crate::drivers::Outcome;
use alloc::alloc::{alloc as take, dealloc as give};
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
                inputs: $crate::drivers::pointwise::slots([$($input),*], core::ptr::null()),
                grads: $crate::drivers::pointwise::slots([$($grad),*], core::ptr::null_mut()),
                hess: $crate::drivers::pointwise::slots([$($hess),*], core::ptr::null_mut()),
            };
            const INPUTS: usize = [$(stringify!($input)),*].len();
            const GRADS: usize = [$(stringify!($grad)),*].len();
            let kernel = $crate::drivers::pointwise::Kernel::<_, INPUTS, GRADS>($loss);
            // SAFETY: the caller's guarantees are those of `run`.
            $crate::abi::report(unsafe { $crate::drivers::pointwise::run(&kernel, &call, sum) })
        }
    };
}
pub(crate) use pointwise;

/// Exports losses of rows. A line is: the names, the row-shaped inputs, the labels (none for a loss without), the vector of
/// `width` numbers (none for a loss without), the gradients, the second derivatives, the parameters, the label to ignore, and
/// the loss. The exported function takes `sum, scale, rows, width, values, weight, inputs…, labels, vector, gradients…, second
/// derivatives…, parameters…`.
macro_rules! rowwise {
    ($($f32:ident $f64:ident $inputs:tt $labels:tt $vector:tt $grads:tt $hess:tt $params:tt $ignore:expr, $loss:expr;)*) => {$(
        $crate::abi::rowwise!(@export f32 $f32 $inputs $labels $vector $grads $hess $params $ignore, $loss);
        $crate::abi::rowwise!(@export f64 $f64 $inputs $labels $vector $grads $hess $params $ignore, $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($label:ident)?) ($($vector:ident)?) ($($grad:ident),*) ($($hess:ident),*)
        ($($param:ident),*) $ignore:expr, $loss:expr) => {
        #[doc = concat!("The kernel of `", stringify!($loss), "` for ", stringify!($t), ".")]
        ///
        /// # Safety
        /// - Those of [`crate::drivers::rowwise::run`], for pointers into this module's memory.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub unsafe fn $name(
            sum: f64, scale: f64, rows: usize, width: usize, values: *mut $t, weight: *const $t,
            $($input: *const $t,)* $($label: *const i32,)? $($vector: *const $t,)?
            $($grad: *mut $t,)* $($hess: *mut $t,)* $($param: f64,)*
        ) -> f64 {
            let call = $crate::drivers::rowwise::Call {
                rows, width, scale, values, weight,
                labels: $crate::abi::rowwise!(@or_null $($label)?),
                ignore_index: $ignore,
                inputs: [$($input),*],
                grads: [$($grad),*],
                hess: [$($hess),*],
            };
            // SAFETY: the caller's guarantees are those of `run`.
            $crate::abi::report(unsafe { $crate::drivers::rowwise::run(&$loss, &call, sum) })
        }
    };
    (@or_null) => { core::ptr::null() };
    (@or_null $pointer:ident) => { $pointer };
}
pub(crate) use rowwise;

/// Exports losses of rows of embeddings: the names, the embeddings, the targets (none for a loss without), the gradients, the
/// parameters, and the loss. The exported function takes `sum, scale, rows, width, values, weight, embeddings…, targets,
/// gradients…, parameters…`.
macro_rules! embeddings {
    ($($f32:ident $f64:ident $inputs:tt $target:tt $grads:tt $params:tt $loss:expr;)*) => {$(
        $crate::abi::embeddings!(@export f32 $f32 $inputs $target $grads $params $loss);
        $crate::abi::embeddings!(@export f64 $f64 $inputs $target $grads $params $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($target:ident)?) ($($grad:ident),*) ($($param:ident),*) $loss:expr) => {
        #[doc = concat!("The kernel of `", stringify!($loss), "` for ", stringify!($t), ".")]
        ///
        /// # Safety
        /// - Those of [`crate::drivers::embeddings::run`], for pointers into this module's memory.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub unsafe fn $name(
            sum: f64, scale: f64, rows: usize, width: usize, values: *mut $t, weight: *const $t,
            $($input: *const $t,)* $($target: *const $t,)? $($grad: *mut $t,)* $($param: f64,)*
        ) -> f64 {
            let call = $crate::drivers::embeddings::Call {
                rows, width, scale, values, weight,
                target: $crate::abi::rowwise!(@or_null $($target)?),
                inputs: [$($input),*],
                grads: [$($grad),*],
            };
            // SAFETY: the caller's guarantees are those of `run`.
            $crate::abi::report(unsafe { $crate::drivers::embeddings::run(&$loss, &call, sum) })
        }
    };
}
pub(crate) use embeddings;

/// Exports NT-Xent, which has no running sum, and the size of its work area.
macro_rules! nt_xent {
    ($($t:ident $name:ident $work:ident;)*) => {$(
        /// NT-Xent of `n` pairs: the sum over the 2n anchors.
        ///
        /// # Safety
        /// - Those of [`crate::losses::nt_xent::NtXent::run`], for pointers into this module's memory.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub unsafe fn $name(
            scale: f64, n: usize, dim: usize, values: *mut $t, za: *const $t, zb: *const $t,
            grad_za: *mut $t, grad_zb: *mut $t, work: *mut u8, temperature: f64, normalize: f64,
        ) -> f64 {
            let loss = $crate::losses::nt_xent::NtXent { temperature, normalize: normalize != 0.0 };
            let batch = $crate::losses::nt_xent::Batch {
                scale, pairs: n, dim, values, inputs: [za, zb], grads: [grad_za, grad_zb], work,
            };
            // SAFETY: the caller's guarantees are those of `run`.
            unsafe { loss.run(&batch) }
        }

        /// Bytes of memory that NT-Xent of `n` pairs needs to work in.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub fn $work(n: usize, dim: usize) -> usize {
            $crate::losses::nt_xent::work_size::<$t>(n, dim)
        }
    )*};
}
pub(crate) use nt_xent;
