//! What turns registries of kernels into a WebAssembly module: its exports, and what a program without the standard library has to bring.

/// A module with the kernels of these families, or of all where none is named. It exports `abi_version`, `find` and `run`, owns no memory
/// and keeps no state: what is in its data is never written.
#[macro_export]
macro_rules! module {
    () => {
        $crate::module!(@of $crate::losses::REGISTRIES);
    };
    ($($family:ident),+) => {
        $crate::module!(@of &[$($crate::losses::$family::REGISTRY),+]);
    };
    (@of $registries:expr) => {
        #[cfg(target_arch = "wasm32")]
        mod exports {
            use wasm_bindgen::prelude::wasm_bindgen;
            use $crate::abi;

            /// The version of the contract between the kernels and the facade.
            #[wasm_bindgen]
            pub fn abi_version() -> i32 {
                abi::VERSION
            }

            /// The handle of a kernel, by the address and length of its name; 0 if there is none.
            ///
            /// # Safety
            /// - There are as many bytes.
            #[wasm_bindgen]
            pub unsafe fn find(name: *const u8, length: usize) -> usize {
                // SAFETY: the caller's guarantee.
                abi::find($registries, unsafe { core::slice::from_raw_parts(name, length) })
            }

            /// Runs a kernel on the arguments at an address: −1, or the first element or row that is out of its domain.
            ///
            /// # Safety
            /// - That of [`abi::run`].
            #[wasm_bindgen]
            pub unsafe fn run(handle: usize, arguments: *mut f64) -> i32 {
                // SAFETY: the caller's guarantee.
                unsafe { abi::run(handle, arguments) }
            }

            $crate::module!(@rest);
        }
    };
    (@rest) => {
        use core::alloc::{GlobalAlloc, Layout};
        use core::ptr::null_mut;

        /// There is nothing to allocate: memory is JavaScript's, which hands out what kernels need. wasm-bindgen's library asks for
        /// an allocator all the same.
        struct Nothing;

        // SAFETY: a null pointer says that there is no memory.
        unsafe impl GlobalAlloc for Nothing {
            unsafe fn alloc(&self, _: Layout) -> *mut u8 {
                null_mut()
            }
            unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
        }

        #[global_allocator]
        static NOTHING: Nothing = Nothing;

        /// Stops: a kernel that panics has a mistake, of which no message would reach anyone.
        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo) -> ! {
            $crate::simd::stop()
        }
    };
}

/// A module without kernels, which runs parts of calls of all others'. It exports `run_part`.
#[macro_export]
macro_rules! parts_module {
    () => {
        #[cfg(target_arch = "wasm32")]
        mod exports {
            use wasm_bindgen::prelude::wasm_bindgen;

            /// Runs a part of a call that is cut, as one of several threads.
            ///
            /// # Safety
            /// - That of [`run_part`](losskit_kernels::abi::run_part).
            #[wasm_bindgen]
            pub unsafe fn run_part(cut: *const f64, part: usize, thread: usize) {
                // SAFETY: the caller's guarantee.
                unsafe { $crate::abi::run_part(cut, part, thread) }
            }

            $crate::module!(@rest);
        }
    };
}
