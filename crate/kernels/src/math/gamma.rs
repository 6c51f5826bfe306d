//! The logarithm of the gamma function.

use super::ln::ln;
use super::poly::horner;
use crate::simd::Vector;

/// ln Γ(1 + u)/(u (u − 1)) in t = u − ½ for 0 ≤ u ≤ 1, to 2⁻⁵³·⁹ of itself.
const NEAR: [f64; 21] = [
    0.4831289505409809,
    -0.14595989591430594,
    0.06291140107456433,
    -0.031308487501054263,
    0.01679709863128166,
    -0.009425622444759243,
    0.005446457838732946,
    -0.0032120742228735977,
    0.0019229163232466187,
    -0.001164411337727217,
    0.0007115189079135268,
    -0.0004380355654346931,
    0.00027131522056110454,
    -0.00016856929596328608,
    0.00010534661417199857,
    -6.794650872898592e-05,
    4.30571998784587e-05,
    -2.1469267056971952e-05,
    1.3129366751524403e-05,
    -1.8543392299838744e-05,
    1.2186195829669776e-05,
];

/// B₂ₖ/(2k (2k − 1)), k = 1, 2, …: Stirling's series in 1/y², less its factor 1/y.
const STIRLING: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
];

/// ½ ln 2π
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_7;

/// From here on Stirling's series is used.
const LARGE: usize = 8;

/// ln Γ(1 + y) = ln y! for y ≥ 0, accurate relative to itself, also near its zeros 0 and 1. It is computed in double precision whatever the type,
/// as a call: what it is part of isn't in a hurry. +∞ at +∞; NaN stays.
#[inline(always)]
pub fn ln_factorial<V: Vector>(y: V) -> V {
    let [first, second] = y.widen();
    // A register of doubles has no second half.
    V::narrow(if V::DOUBLE { [of_doubles(first), second] } else { [of_doubles(first), of_doubles(second)] })
}

#[inline(never)]
fn of_doubles<W: Vector>(y: W) -> W {
    let one = W::c(1.0);
    // y! = y (y − 1) … (u + 1)·u!, 0 ≤ u < 1: a product of at most 7 factors, and of nothing for y < 1.
    let (mut u, mut product) = (y, one);
    for _ in 1..LARGE {
        let more = one.le(u);
        product = W::select(more, product * u, product);
        u = u - one.keep(more);
    }
    let near = ln(product) + (u * (u - one)) * horner(u - W::c(0.5), &NEAR);
    let (over, log) = (one / y, ln(y));
    let far = y * (log - one) + (W::c(0.5) * log + (W::c(HALF_LN_2PI) + over * horner(over * over, &STIRLING)));
    W::select(W::c(LARGE as f64).le(y), far, near)
}
