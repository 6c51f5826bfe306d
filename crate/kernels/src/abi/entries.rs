//! The entries of each shape of loss, as macros: a line a loss in the registry of its family.

/// The entries of a kernel for float32 and float64, from its name, the arguments in order, the parameters, which come last, and what
/// to do with the address of the arguments, which ends in what the kernel returns. There, `T` is the type of the elements. A loss of
/// elements, or of terms, says at the end how it is differentiated on the host.
macro_rules! entries {
    ($name:ident $arguments:tt |$at:ident| $body:block) => {
        $crate::abi::entries!($name $arguments |$at| $body, None)
    };
    ($name:ident $arguments:tt |$at:ident| $body:block, $differentiate:expr) => {
        [
            $crate::abi::entries!(@entry f32 concat!(stringify!($name), "_f32"), $arguments |$at| $body, $differentiate),
            $crate::abi::entries!(@entry f64 concat!(stringify!($name), "_f64"), $arguments |$at| $body, $differentiate),
        ]
    };
    (@entry $t:ident $name:expr, ($($argument:ident)*; $($param:ident)*) |$at:ident| $body:block, $differentiate:expr) => {{
        const FIRST: usize = [$(stringify!($argument)),*].len();
        const ARGUMENTS: &[&str] = &[$(stringify!($argument),)* $(stringify!($param)),*];
        unsafe fn kernel($at: *mut f64) -> i32 {
            type T = $t;
            // SAFETY: the caller of `run` passes all arguments.
            let [$($param),*] = unsafe { *$at.add(FIRST).cast::<[f64; ARGUMENTS.len() - FIRST]>() };
            $body
        }
        $crate::abi::Entry {
            name: $name,
            count: ARGUMENTS.len(),
            #[cfg(not(target_arch = "wasm32"))]
            arguments: ARGUMENTS,
            #[cfg(not(target_arch = "wasm32"))]
            differentiate: $differentiate,
            kernel,
        }
    }};
}
pub(crate) use entries;

/// How a loss, made of its parameters, is differentiated on the host.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! differentiated {
    (($($input:ident),*) ($($grad:ident),*) ($($param:ident),*) $loss:expr) => {
        Some(|x, input, g, params| {
            const INPUTS: usize = [$(stringify!($input)),*].len();
            const GRADS: usize = [$(stringify!($grad)),*].len();
            let &[$($param),*] = params else { panic!("another number of parameters") };
            $crate::simd::dual::differentiate::<_, INPUTS, GRADS>(&$loss, x, input, g)
        })
    };
}
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use differentiated;

/// A pointwise loss. A line is: the name, the inputs, the gradients, the second derivatives (none for a loss without), and the loss,
/// made of its parameters. Its arguments are
/// `sum, excess, scale, n, values, weight, inputs…, gradients…, second derivatives…, parameters…`.
macro_rules! pointwise {
    ($name:ident ($($input:ident),*) ($($grad:ident),*) ($($hess:ident),*) ($($param:ident),*) $loss:expr) => {
        $crate::abi::entries!($name(sum excess scale n values weight $($input)* $($grad)* $($hess)*; $($param)*) |arguments| {
            const INPUTS: usize = [$(stringify!($input)),*].len();
            const GRADS: usize = [$(stringify!($grad)),*].len();
            const HESS: usize = [$(stringify!($hess),)* ""].len() - 1;
            let kernel = $crate::loops::element::Kernel::<_, INPUTS, GRADS>($loss);
            // SAFETY: the caller's guarantees are those of `run`.
            unsafe { $crate::abi::calls::pointwise::<T>(&kernel, &kernel.facts(), arguments, INPUTS, GRADS, HESS) }
        }, $crate::abi::differentiated!(($($input),*) ($($grad),*) ($($param),*) $loss))
    };
}
pub(crate) use pointwise;

/// A loss of rows. A line is: the name, the row-shaped inputs, the labels (none for a loss without), the vector of `width` numbers
/// (none for a loss without), the gradients, the second derivatives, as many, the parameters, the label to ignore, and the loss.
/// Its arguments are `sum, excess, scale, rows, width, values, weight, inputs…, labels, vector, gradients…, second derivatives…,
/// parameters…`.
macro_rules! rowwise {
    ($name:ident ($($input:ident),*) ($($label:ident)?) ($($vector:ident)?) ($($grad:ident),*) ($($hess:ident),*)
        ($($param:ident),*) $ignore:expr, $loss:expr) => {
        $crate::abi::entries!(
            $name(sum excess scale rows width values weight $($input)* $($label)? $($vector)? $($grad)* $($hess)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                const LABELS: bool = $crate::abi::is!($($label)?);
                const VECTOR: bool = $crate::abi::is!($($vector)?);
                // SAFETY: the vector follows the labels, or the inputs.
                $(let $vector: *const T = unsafe { *arguments.add(7 + INPUTS + LABELS as usize).cast() };)?
                // SAFETY: the caller's guarantees are those of `run`.
                unsafe { $crate::abi::calls::rowwise::<T, INPUTS, GRADS>(&$loss, arguments, LABELS, VECTOR, $ignore) }
            }
        )
    };
}
pub(crate) use rowwise;

/// Whether there is an argument.
macro_rules! is {
    () => {
        false
    };
    ($argument:ident) => {
        true
    };
}
pub(crate) use is;

/// A loss of rows that are sums of terms. A line is: the name, the row-shaped inputs, the gradients, the second derivatives, as many,
/// the parameters, and the term. Its arguments are `sum, excess, scale, rows, width, values, weight, inputs…, gradients…,
/// second derivatives…, parameters…`.
macro_rules! terms {
    ($name:ident ($($input:ident),*) ($($grad:ident),*) ($($hess:ident),*) ($($param:ident),*) $term:expr) => {
        $crate::abi::entries!(
            $name(sum excess scale rows width values weight $($input)* $($grad)* $($hess)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const GRADS: usize = [$(stringify!($grad)),*].len();
                let term = $crate::loops::element::Kernel::<_, INPUTS, GRADS>($term);
                // SAFETY: the caller's guarantees are those of `rows`.
                unsafe { $crate::abi::calls::terms::<T>(&term, &term.facts(), arguments, INPUTS, GRADS) }
            }, $crate::abi::differentiated!(($($input),*) ($($grad),*) ($($param),*) $term)
        )
    };
}
pub(crate) use terms;

/// A loss of rows of embeddings. A line is: the name, the embeddings, the targets (none for a loss without), the gradients, the
/// parameters, and the loss. Its arguments are `sum, excess, scale, rows, width, values, weight, embeddings…, targets, gradients…,
/// parameters…`.
macro_rules! embeddings {
    ($name:ident ($($input:ident),*) ($($target:ident)?) ($($grad:ident),*) ($($param:ident),*) $loss:expr) => {
        $crate::abi::entries!(
            $name(sum excess scale rows width values weight $($input)* $($target)? $($grad)*; $($param)*) |arguments| {
                const TARGET: bool = $crate::abi::is!($($target)?);
                // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
                unsafe {
                    let (total, call) = $crate::abi::calls::embeddings::<T, _>($crate::abi::Arguments(arguments), TARGET);
                    $crate::abi::report($crate::loops::pair::run(&$loss, &call, total), arguments)
                }
            }
        )
    };
}
pub(crate) use embeddings;

/// A loss of the batch as a whole. A line is: the name, the embeddings, the labels (none for a loss without), the gradients, the
/// derivatives by parameters, the parameters, and the loss. Its arguments are `sum, excess, scale, tasks, first, step, threads, n, m, dim,
/// values, embeddings…, labels, gradients…, work, derivatives by parameters…, parameters…`: n and m are the numbers of the first and of the
/// second embeddings, `work` is scratch memory, and the derivatives by parameters are written in their own place. With step 0 the batch is
/// done, else some tasks of it: see [`Tasks`](crate::loops::batch::Tasks).
macro_rules! batch {
    ($name:ident ($($input:ident),*) ($($label:ident)?) ($($grad:ident),*) ($($slope:ident),*) ($($param:ident),*) $loss:expr) => {
        $crate::abi::entries!(
            $name(sum excess scale tasks first step threads n m dim values $($input)* $($label)? $($grad)* work $($slope)*; $($param)*) |arguments| {
                const INPUTS: usize = [$(stringify!($input)),*].len();
                const LABELS: bool = $crate::abi::is!($($label)?);
                const SLOPES: usize = [$(stringify!($slope)),*].len();
                // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
                unsafe {
                    let (mut total, batch) = $crate::abi::calls::batch::<T>($crate::abi::Arguments(arguments), INPUTS, LABELS);
                    let (sum, slopes) = $crate::loops::batch::run(&$loss.of(&batch), &batch);
                    total.merge(sum);
                    let at = arguments.add(12 + 2 * INPUTS + LABELS as usize);
                    (0..SLOPES).for_each(|i| *at.add(i) = slopes[i]);
                    $crate::abi::report(Ok(total), arguments)
                }
            }
        )
    };
}
pub(crate) use batch;

/// How many bytes of scratch memory a loss needs: a kernel that adds them to the sum. A line is the name, the sizes that they depend on, and
/// the bytes. Its arguments are `sum, excess, sizes…`.
macro_rules! work {
    ($name:ident ($($size:ident),*) $bytes:expr) => {
        $crate::abi::entries!($name(sum excess $($size)*;) |arguments| {
            // SAFETY: the caller's guarantees are those of `run`, and the arguments are in this order.
            unsafe {
                let mut list = $crate::abi::Arguments(arguments);
                let mut total = $crate::abi::total(&mut list);
                $(let $size: usize = list.next();)*
                total.add($bytes as f64);
                $crate::abi::report(Ok(total), arguments)
            }
        })
    };
}
pub(crate) use work;

/// The transposition of matrices that rows are read from and written to. Its arguments are
/// `sum, excess, from, from_stride, to, to_stride, rows, columns, count`; the sum stays as it is.
macro_rules! transpose {
    ($name:ident) => {
        $crate::abi::entries!($name(sum excess from from_stride to to_stride rows columns count;) |arguments| {
            // SAFETY: the caller's guarantees are those of `transpose`, and the arguments are in this order.
            unsafe { $crate::abi::calls::transpose::<T>($crate::abi::Arguments(arguments.add(2))) }
        })
    };
}
pub(crate) use transpose;

/// The weights of elements of which some are left out. Its arguments are `sum, excess, n, weights, targets, to, out`; the weights are added to
/// the sum.
macro_rules! kept {
    ($name:ident) => {
        $crate::abi::entries!($name(sum excess n weights targets to; out) |arguments| {
            // SAFETY: the caller's guarantees are those of `weigh`, and the arguments are in this order.
            unsafe {
                let mut list = $crate::abi::Arguments(arguments);
                let mut total = $crate::abi::total(&mut list);
                let kept = $crate::loops::kept::Kept::<T> {
                    n: list.next(),
                    weights: list.next(),
                    targets: list.next(),
                    to: list.next(),
                    out,
                };
                total.add(kept.weigh());
                $crate::abi::report(Ok(total), arguments)
            }
        })
    };
}
pub(crate) use kept;
