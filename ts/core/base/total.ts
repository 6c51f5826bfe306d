/**
 * Sums that don't overflow where their terms and the mean don't, as the kernels have them: in two parts, of which the second, `excess`, is
 * in units of 2⁶⁴ and holds the finite terms that would have made the first overflow.
 */

/** What an excess is counted in. */
export const unit = 2 ** 64;

/** A sum over a divisor; the sum itself, which may overflow, over 1. */
export function quotient(sum: number, excess: number, divisor: number): number {
  return excess === 0 ? sum / divisor : ((sum / unit + excess) / divisor) * unit;
}
