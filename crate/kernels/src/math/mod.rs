//! The functions of a register: exp, ln and their kin, generic over the vector.
//!
//! The bounds in float32 are measured, over every one of the 2³² inputs, by `tests/math_exhaustive.rs`. Those in float64
//! are about the same, over wide samples: `tests/math/mod.rs` has them, and the hard cases that reach them are tested.
//!
//! Long functions come in parts as well, which losses run in loops of their own: see
//! [`Pointwise::STEPS`](crate::loops::element::Pointwise::STEPS).

mod exp;
mod exp_edge;
mod exp_far;
mod expm1;
mod gamma;
mod hyperbolic;
mod ln;
mod over_square;
mod poly;
mod pow;
mod products;
mod two_sum;

pub use exp::{
    exp, exp_nonpositive, exp_of_parts, exp_of_reduced, exp_of_wide_parts, exp_reduced, exp_reduced_times, exp_short,
    exp_split, exp_split_of_product, exp_wide_parts, minus_abs_parts, most_power, powers,
};
pub use exp_edge::{Edge, NORMAL, SCALE, exp_from_edge, from_edge_parts};
pub use exp_far::{NOTHING, exp_far};
pub use expm1::{careful_parts, exp_minus_1_minus, exp_minus_1_minus_of_parts, expm1, expm1_of_parts, expm1_small};
pub use gamma::ln_factorial;
pub use hyperbolic::{decay, decay_of_parts, decay_parts, log_cosh, log_cosh_of, sech2, sech2_of, tanh, tanh_of};
pub use ln::{
    finite_parts, less_log1p, less_log1p_unit, ln, ln_finite, ln_of_parts, ln_of_quotient, ln_ratio, ln_unit, log1p,
    log1p_of_parts, log1p_parts, log1p_positive, log1p_two, log1p_unit, minus_ln_of_parts, positive_parts,
    quotient_parts, raised, two_artanh, unit_parts,
};
pub use over_square::over_square;
pub use pow::{HUGE_GAMMA, needs_ln, pow_unit, pow_unit_parts, power_unit};
pub use products::{product_lost, square_lost};
pub use two_sum::{difference_lost, two_sum};
