//! What a WebAssembly module of kernels exports: `abi_version`, `find` (a kernel by its name) and `run`, however many losses it holds; and
//! `run_part`, which a module of its own exports, for threads.
//!
//! A kernel finds its arguments in memory, eight bytes each; pointers are byte addresses, 0 where something is absent. So
//! a call costs JavaScript two integers, however many arguments there are, and one that is repeated writes none of them
//! again. The first two arguments are the running sum ([`Total`](crate::loops::Total)), to which the kernel adds this call's
//! losses: a long input can be passed in parts of whole chunks ([`CHUNK`](crate::loops::CHUNK)) and the bits stay those of one call.
//! Defaults, validation and reductions are the caller's.

mod arguments;
pub(crate) mod calls;
mod entries;
pub(crate) mod linear;
mod module;
mod parts;
mod widening;

pub(crate) use arguments::{Arguments, report, total};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use entries::differentiated;
pub(crate) use entries::{batch, embeddings, entries, is, kept, pointwise, rowwise, terms, transpose, work};
pub(crate) use linear::linear;
pub use parts::run_part;

/// The version of the contract between the kernels and the facade.
pub const VERSION: i32 = 4;

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
    /// Of a loss of elements: itself on dual numbers, from inputs, the place of an input, that of a gradient, and parameters.
    #[cfg(not(target_arch = "wasm32"))]
    pub differentiate: Option<Differentiate>,
    /// The kernel itself.
    pub kernel: Kernel,
}

/// The derivatives that [`differentiate`](crate::simd::dual::differentiate) returns.
#[cfg(not(target_arch = "wasm32"))]
pub type Differentiate = fn(&[f64], usize, usize, &[f64]) -> [[f64; 2]; 2];

/// The kernels of a family: a pair for each loss and variant, float32 and float64.
pub type Registry = &'static [[Entry; 2]];

/// The handle of the kernel with this name: its address, and in the highest byte the number of its arguments. 0 if there is none.
/// Those of [`WIDENING`](widening::WIDENING) are always there.
pub fn find(registries: &[Registry], name: &[u8]) -> usize {
    let entries = registries.iter().chain([&widening::WIDENING]).flat_map(|registry| registry.as_flattened());
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
pub unsafe fn run(handle: usize, arguments: *mut f64) -> i32 {
    let address = handle & (usize::MAX >> 8);
    // SAFETY: handles have addresses of functions of this type; the arguments are the caller's to answer for.
    unsafe { core::mem::transmute::<usize, Kernel>(address)(arguments) }
}
