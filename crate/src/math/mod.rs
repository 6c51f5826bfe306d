//! The functions of a register: exp, ln and their kin, generic over the vector.
//!
//! The bounds in float32 are measured, over every one of the 2³² inputs, by `tests/math_exhaustive.rs`. Those in float64
//! are about the same, over wide samples: `tests/math/mod.rs` has them, and the hard cases that reach them are tested.

mod exp;
mod expm1;
mod hyperbolic;
mod ln;
mod poly;
mod pow;
mod sigmoid;

pub use exp::{exp, exp_minus_abs, exp_nonpositive};
pub use expm1::{exp_minus_1_minus, expm1};
pub use hyperbolic::{log_cosh, sech2, tanh};
pub use ln::{ln, ln_1m, ln_unit, log1p, log1p_positive, log1p_unit};
pub use pow::pow_unit;
pub use sigmoid::{sigmoid, softplus};
