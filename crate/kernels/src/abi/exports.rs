//! The exports of each shape of loss, as macros: one line a loss in `losses/mod.rs`.

/// Exports a function that returns the handle of a kernel, for an element type. A line is the type, the name, the arguments in
/// order, the parameters, and what to do with the address of the arguments, which ends in what the kernel returns.
macro_rules! kernel {
    ($t:ident $name:ident($($argument:ident)*; $($param:ident)*) |$arguments:ident| $body:block) => {
        #[doc = concat!("The handle of the kernel for ", stringify!($t), ", whose arguments are:"
            $(, " ", stringify!($argument))* $(, " ", stringify!($param))*)]
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub fn $name() -> usize {
            const FIRST: usize = [$(stringify!($argument)),*].len();
            const COUNT: usize = [$(stringify!($argument),)* $(stringify!($param)),*].len();
            unsafe fn kernel($arguments: *mut f64) -> i32 {
                // SAFETY: the caller of `run` passes all arguments; parameters come last.
                let [$($param),*] = unsafe { *$arguments.add(FIRST).cast::<[f64; COUNT - FIRST]>() };
                $body
            }
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
            $t $name(sum scale n values weight $($input)* $($grad)* $($hess)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                const HESS: usize = [$(stringify!($hess),)* ""].len() - 1;
                let kernel = $crate::loops::element::Kernel::<_, INPUTS, GRADS>($loss);
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::abi::calls::pointwise::<$t>(&kernel, &kernel.facts(), arguments, INPUTS, GRADS, HESS) }
            }
        }
    };
}
pub(crate) use pointwise;

/// Exports losses of rows. A line is: the names, the row-shaped inputs, the labels (none for a loss without), the vector of
/// `width` numbers (none for a loss without), the gradients, the second derivatives, as many, the parameters, the label to
/// ignore, and the loss. Its arguments are `sum, scale, rows, width, values, weight, inputs…, labels, vector, gradients…,
/// second derivatives…, parameters…`.
macro_rules! rowwise {
    ($($f32:ident $f64:ident $inputs:tt $labels:tt $vector:tt $grads:tt $hess:tt $params:tt $ignore:expr, $loss:expr;)*) => {$(
        $crate::abi::rowwise!(@export f32 $f32 $inputs $labels $vector $grads $hess $params $ignore, $loss);
        $crate::abi::rowwise!(@export f64 $f64 $inputs $labels $vector $grads $hess $params $ignore, $loss);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($label:ident)?) ($($vector:ident)?) ($($grad:ident),*) ($($hess:ident),*)
        ($($param:ident),*) $ignore:expr, $loss:expr) => {
        $crate::abi::kernel! {
            $t $name(sum scale rows width values weight $($input)* $($label)? $($vector)? $($grad)* $($hess)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                const LABELS: bool = $crate::abi::rowwise!(@is $($label)?);
                const VECTOR: bool = $crate::abi::rowwise!(@is $($vector)?);
                // SAFETY: the vector follows the labels, or the inputs.
                $(let $vector: *const $t = unsafe { *arguments.add(6 + INPUTS + LABELS as usize).cast() };)?
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::abi::calls::rowwise::<$t, INPUTS, GRADS>(&$loss, arguments, LABELS, VECTOR, $ignore) }
            }
        }
    };
    (@is) => { false };
    (@is $argument:ident) => { true };
}
pub(crate) use rowwise;

/// Exports losses of rows that are sums of terms. A line is: the names, the row-shaped inputs, the gradients, the second
/// derivatives, as many, the parameters, and the term. Its arguments are `sum, scale, rows, width, values, weight, inputs…,
/// gradients…, second derivatives…, parameters…`.
macro_rules! terms {
    ($($f32:ident $f64:ident $inputs:tt $grads:tt $hess:tt $params:tt $term:expr;)*) => {$(
        $crate::abi::terms!(@export f32 $f32 $inputs $grads $hess $params $term);
        $crate::abi::terms!(@export f64 $f64 $inputs $grads $hess $params $term);
    )*};
    (@export $t:ident $name:ident ($($input:ident),*) ($($grad:ident),*) ($($hess:ident),*) ($($param:ident),*) $term:expr) => {
        $crate::abi::kernel! {
            $t $name(sum scale rows width values weight $($input)* $($grad)* $($hess)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                let term = $crate::loops::element::Kernel::<_, INPUTS, GRADS>($term);
                // SAFETY: the caller's guarantees are those of `rows`.
                unsafe { $crate::abi::calls::terms::<$t>(&term, &term.facts(), arguments, INPUTS, GRADS) }
            }
        }
    };
}
pub(crate) use terms;

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
            $t $name(sum scale rows width values weight $($input)* $($target)? $($grad)*; $($param)*) |arguments| {
                const TARGET: bool = $crate::abi::rowwise!(@is $($target)?);
                // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
                unsafe {
                    let (sum, call) = $crate::abi::calls::embeddings::<$t, _>($crate::abi::Arguments(arguments), TARGET);
                    $crate::abi::report($crate::loops::pair::run(&$loss, &call, sum), arguments)
                }
            }
        }
    };
}
pub(crate) use embeddings;

/// Exports NT-Xent, which has no running sum, and the size of its work area.
macro_rules! nt_xent {
    ($($t:ident $name:ident $work:ident;)*) => {$(
        $crate::abi::kernel! {
            $t $name(sum scale n dim values za zb grad_za grad_zb work; temperature normalize) |arguments| {
                let loss = $crate::losses::batch::nt_xent::NtXent { temperature, normalize: normalize != 0.0 };
                // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
                unsafe {
                    let (sum, batch) = $crate::abi::calls::batch::<$t>($crate::abi::Arguments(arguments));
                    $crate::abi::report(Ok(sum + loss.run(&batch)), arguments)
                }
            }
        }

        /// Bytes of memory that NT-Xent of `n` pairs needs to work in.
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
        pub fn $work(n: usize, dim: usize) -> usize {
            $crate::losses::batch::nt_xent::work_size::<$t>(n, dim)
        }
    )*};
}
pub(crate) use nt_xent;
