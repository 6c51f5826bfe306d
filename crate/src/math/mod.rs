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
pub use exp::{exp_of_reduced, exp_reduced, exp_split, most_power, powers};
pub use hyperbolic::{log_cosh_of, tanh_of};
pub use over_square::over_square;
pub use pow::{needs_ln, pow_unit, pow_unit_parts};
