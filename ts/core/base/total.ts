/**
 * Sums that don't overflow where their terms and the mean don't, as the kernels have them: in two parts, of which the second, `excess`, is
 * in units of 2¹⁰⁸⁸ and holds the finite terms that would have made the first overflow.
 */

/** The square of this turns numbers into units of an excess. That unit itself is no double, so that products of any two doubles are in range. */
export const root = 2 ** -544;

/** A sum over a divisor; the sum itself, which may overflow, over 1. */
export function quotient(sum: number, excess: number, divisor: number): number {
  if (excess === 0) return sum / divisor;
  // By parts of the unit, so that neither the divisor nor the quotient leaves the range on the way.
  return ((sum * root * root + excess) / (divisor * 2 ** -512)) * 2 ** 576;
}
