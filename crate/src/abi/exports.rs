//! The exports of each shape of loss, as macros: one line a loss in `losses/mod.rs`.

/// Exports a function that returns the handle of a kernel, for an element type. A line is the type, the name, the arguments in
/// order, the parameters, and what to do with them, which ends in an [`Outcome`](crate::drivers::Outcome).
macro_rules! kernel {
    ($t:ident $name:ident($($argument:ident)*; $($param:ident)*) $body:block) => {
        #[doc = concat!("The handle of the kernel for ", stringify!($t), ", whose arguments are:"
            $(, " ", stringify!($argument))* $(, " ", stringify!($param))*)]
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub fn $name() -> usize {
            unsafe fn kernel(arguments: *mut f64) -> i32 {
                let mut list = $crate::abi::Arguments(arguments);
                // SAFETY: the caller of `run` passes as many arguments as are read here.
                $(let $argument = unsafe { list.next() };)*
                // SAFETY: likewise.
                $(let $param: f64 = unsafe { list.next() };)*
                let outcome: $crate::drivers::Outcome = $body;
                // SAFETY: the first argument was read from there.
                unsafe { $crate::abi::report(outcome, arguments) }
            }
            const COUNT: usize = [$(stringify!($argument),)* $(stringify!($param)),*].len();
            $crate::abi::handle(kernel, COUNT)
        }
    };
}
pub(crate) use kernel;

/// Exports pointwise losses. A line is: the names for float32 and float64, the inputs, the gradients, the second
/// derivatives (none for a loss without), and the loss, made of its parameters. Its arguments are
/// `sum, scale, n, values, weight, inputs…, gradients…, second derivatives…, parameters…`.
macro_rules! pointwise {
    ($($f32:ident $f64:ident $inputs:tt $grads:tt $hess:tt $params:tt $loss:expr;)*) => {$(
        $crate::abi::pointwise!(@export f32 $f32 $inputs $grads $hess $params $loss);
        $crate::abi::pointwise!(@export f64 $f64 $inputs $grads $hess $params $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($grad:ident),*) ($($hess:ident),*) ($($param:ident),*) $loss:expr) => {
        $crate::abi::kernel! {
            $t $name(sum scale n values weight $($input)* $($grad)* $($hess)*; $($param)*) {
                let call = $crate::drivers::pointwise::Call::<$t> {
                    n, scale, values, weight,
                    inputs: $crate::drivers::pointwise::slots([$($input),*], core::ptr::null()),
                    grads: $crate::drivers::pointwise::slots([$($grad),*], core::ptr::null_mut()),
                    hess: $crate::drivers::pointwise::slots([$($hess),*], core::ptr::null_mut()),
                };
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                let kernel = $crate::drivers::pointwise::Kernel::<_, INPUTS, GRADS>($loss);
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::drivers::pointwise::run(&kernel, &call, sum) }
            }
        }
    };
}
pub(crate) use pointwise;

/// Exports losses of rows. A line is: the names, the row-shaped inputs, the labels (none for a loss without), the vector of
/// `width` numbers (none for a loss without), the gradients, the second derivatives, the parameters, the label to ignore, and
/// the loss. Its arguments are `sum, scale, rows, width, values, weight, inputs…, labels, vector, gradients…, second
/// derivatives…, parameters…`.
macro_rules! rowwise {
    ($($f32:ident $f64:ident $inputs:tt $labels:tt $vector:tt $grads:tt $hess:tt $params:tt $ignore:expr, $loss:expr;)*) => {$(
        $crate::abi::rowwise!(@export f32 $f32 $inputs $labels $vector $grads $hess $params $ignore, $loss);
        $crate::abi::rowwise!(@export f64 $f64 $inputs $labels $vector $grads $hess $params $ignore, $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($label:ident)?) ($($vector:ident)?) ($($grad:ident),*) ($($hess:ident),*)
        ($($param:ident),*) $ignore:expr, $loss:expr) => {
        $crate::abi::kernel! {
            $t $name(sum scale rows width values weight $($input)* $($label)? $($vector)? $($grad)* $($hess)*; $($param)*) {
                $(let $vector: *const $t = $vector;)?
                let call = $crate::drivers::rowwise::Call::<$t, _, _> {
                    rows, width, scale, values, weight,
                    labels: $crate::abi::rowwise!(@or_null $($label)?),
                    ignore_index: $ignore,
                    inputs: [$($input),*],
                    grads: [$($grad),*],
                    hess: [$($hess),*],
                };
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::drivers::rowwise::Rowwise::run(&$loss, &call, sum) }
            }
        }
    };
    (@or_null) => { core::ptr::null() };
    (@or_null $pointer:ident) => { $pointer };
}
pub(crate) use rowwise;

/// Exports losses of rows of embeddings: the names, the embeddings, the targets (none for a loss without), the gradients, the
/// parameters, and the loss. Its arguments are `sum, scale, rows, width, values, weight, embeddings…, targets,
/// gradients…, parameters…`.
macro_rules! embeddings {
    ($($f32:ident $f64:ident $inputs:tt $target:tt $grads:tt $params:tt $loss:expr;)*) => {$(
        $crate::abi::embeddings!(@export f32 $f32 $inputs $target $grads $params $loss);
        $crate::abi::embeddings!(@export f64 $f64 $inputs $target $grads $params $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($target:ident)?) ($($grad:ident),*) ($($param:ident),*) $loss:expr) => {
        $crate::abi::kernel! {
            $t $name(sum scale rows width values weight $($input)* $($target)? $($grad)*; $($param)*) {
                let call = $crate::drivers::embeddings::Call::<$t, _> {
                    rows, width, scale, values, weight,
                    target: $crate::abi::rowwise!(@or_null $($target)?),
                    inputs: [$($input),*],
                    grads: [$($grad),*],
                };
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::drivers::embeddings::run(&$loss, &call, sum) }
            }
        }
    };
}
pub(crate) use embeddings;

/// Exports NT-Xent, which has no running sum, and the size of its work area.
macro_rules! nt_xent {
    ($($t:ident $name:ident $work:ident;)*) => {$(
        $crate::abi::kernel! {
            $t $name(sum scale n dim values za zb grad_za grad_zb work; temperature normalize) {
                let sum: f64 = sum;
                let loss = $crate::losses::nt_xent::NtXent { temperature, normalize: normalize != 0.0 };
                let batch = $crate::losses::nt_xent::Batch::<$t> {
                    scale, pairs: n, dim, values, inputs: [za, zb], grads: [grad_za, grad_zb], work,
                };
                // SAFETY: the caller's guarantees are those of `run`.
                Ok(sum + unsafe { loss.run(&batch) })
            }
        }

        /// Bytes of memory that NT-Xent of `n` pairs needs to work in.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub fn $work(n: usize, dim: usize) -> usize {
            $crate::losses::nt_xent::work_size::<$t>(n, dim)
        }
    )*};
}
pub(crate) use nt_xent;
