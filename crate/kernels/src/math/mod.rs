//! The functions of a register: exp, ln and their kin, generic over the vector.
//!
//! The bounds in float32 are measured, over every one of the 2³² inputs, by `tests/math_exhaustive.rs`. Those in float64
//! are about the same, over wide samples: `tests/math/mod.rs` has them, and the hard cases that reach them are tested.

mod exp;
mod expm1;
mod hyperbolic;
mod ln;
mod over_square;
mod poly;
mod pow;
mod sigmoid;

use crate::simd::Vector;

/// The functions as the losses call them: the code itself for floats, a call for doubles, which aren't hot, so that the module
/// holds it once.
macro_rules! functions {
    ($($file:ident: $($name:ident)*;)*) => {$($(
        #[doc = concat!("As `", stringify!($file), "::", stringify!($name), "`, which says how precise it is.")]
        #[inline(always)]
        pub fn $name<V: Vector>(x: V) -> V {
            #[inline(never)]
            fn shared<V: Vector>(x: V) -> V {
                $file::$name(x)
            }
            if V::DOUBLE { shared(x) } else { $file::$name(x) }
        }
    )*)*};
}
functions! {
    exp: exp exp_minus_abs exp_nonpositive exp_short;
    expm1: exp_minus_1_minus expm1;
    hyperbolic: decay log_cosh sech2 tanh;
    ln: ln ln_1m ln_finite ln_unit log1p log1p_positive log1p_unit;
    sigmoid: sigmoid softplus;
}

/// First halves of functions, for loops of their own. Of doubles they are all of the function, by the same call.
macro_rules! first_halves {
    ($($file:ident: $half:ident of $name:ident;)*) => {$(
        #[doc = concat!("As `", stringify!($file), "::", stringify!($half), "`.")]
        #[inline(always)]
        pub fn $half<V: Vector>(x: V) -> [V; 2] {
            if V::DOUBLE { [$name(x), V::zero()] } else { $file::$half(x) }
        }
    )*};
}
first_halves! {
    exp: minus_abs_parts of exp_minus_abs;
    hyperbolic: decay_parts of decay;
    ln: finite_parts of ln_finite;
    ln: unit_parts of ln_unit;
}

/// The second half of an exponential.
#[inline(always)]
pub fn exp_of_parts<V: Vector>(parts: [V; 2]) -> V {
    if V::DOUBLE { parts[0] } else { exp::exp_of_parts(parts) }
}

/// The second half of [`decay`].
#[inline(always)]
pub fn decay_of_parts<V: Vector>(x: V, parts: [V; 2]) -> V {
    if V::DOUBLE { parts[0] } else { hyperbolic::decay_of_parts(x, parts) }
}

/// The second half of a logarithm.
#[inline(always)]
pub fn ln_of_parts<V: Vector>(parts: [V; 2]) -> V {
    if V::DOUBLE { parts[0] } else { ln::ln_of_parts(parts) }
}

pub use exp::{exp_of_reduced, exp_reduced, exp_split, most_power, powers};
pub use expm1::{careful_parts, exp_minus_1_minus_of_parts, expm1_of_parts};
pub use hyperbolic::{log_cosh_of, tanh_of};
pub use ln::{log1p_of_parts, log1p_parts};
pub use over_square::over_square;
pub use pow::{needs_ln, pow_unit, pow_unit_parts};
