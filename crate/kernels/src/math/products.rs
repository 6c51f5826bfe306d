//! What products lose when they are rounded, by halves of their factors whose products are exact (Dekker 1971, A floating-point technique for
//! extending the available precision).

use crate::simd::Vector;

/// What `product` lost as the product of x and y, of which only the product of low halves is rounded.
#[inline(always)]
pub fn product_lost<V: Vector>(x: V, y: V, product: V) -> V {
    let ([x_high, x_low], [y_high, y_low]) = (halves(x), halves(y));
    ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
}

/// What `square` lost as the square of x + rest, where the rest is what rounding lost of x.
#[inline(always)]
pub fn square_lost<V: Vector>([x, rest]: [V; 2], square: V) -> V {
    let [high, low] = halves(x);
    (high * high - square) + (low + rest) * (x + high)
}

/// x as the sum of two numbers of half as many digits.
#[inline(always)]
fn halves<V: Vector>(x: V) -> [V; 2] {
    // 27 bits, 12 bits
    let low_bits = if V::DOUBLE { f64::from_bits(0x7ff_ffff) } else { f64::from(f32::from_bits(0xfff)) };
    let high = x.and_not(V::c(low_bits));
    [high, x - high]
}
