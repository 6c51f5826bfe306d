/**
 * Weights at the ends of the range, times powers of two, which the denominator gets as well: exact, and no loss overflows by the weight of its
 * class, or is lost by that of its sample, where the mean isn't. Large weights of samples need nothing: sums take the products.
 */

import { floatsFrom } from '../../base/widen.ts';
import type { Call } from '../../model/call.ts';
import { Slot } from '../../model/slot.ts';

/** Weights from 2⁻⁶⁴ on take nothing from losses that aren't themselves at the end of the range. */
export const least = -64;

/** Multiplies the weights that need it, once everything is checked. */
export function liftWeights(call: Call): void {
  if (call.reduction === 'none' || call.total === 0) return;
  const ofClasses = call.vector === null ? 0 : (call.loss.steps.liftClasses?.(call) ?? 0);
  const total = exponentOf(call.total) + ofClasses;
  // Weights of images that have their regions in common don't multiply losses.
  const isLow = !call.single && total < least && call.parameters.overBatch !== true;
  const ofSamples = isLow ? liftSamples(call, -total) : 0;
  if (ofClasses + ofSamples === 0) return;
  call.lift = 2 ** (ofClasses + ofSamples);
  call.denominator *= call.lift;
  call.scale = 1 / call.denominator;
}

/** Multiplies the weights of samples, or of the classes of elements, by a power of two; returns its exponent, 0 where there are none. */
function liftSamples(call: Call, exponent: number): number {
  const { data, length } = call.weights;
  if (call.classWeight !== null) call.classWeight = times(call.classWeight, exponent);
  else if (data === null) return 0;
  else call.weights = new Slot(times(floatsFrom(data, false) as Float64Array, exponent), length, null, null, false);
  return exponent;
}

/** Of the power of two at or next to a number. */
export const exponentOf = (x: number): number => Math.floor(Math.log2(x));

/** x·2^exponent. In two steps: 2^exponent alone may be out of range. */
export function times(x: Float64Array, exponent: number): Float64Array {
  const half = Math.trunc(exponent / 2);
  return x.map((w) => w * 2 ** half * 2 ** (exponent - half));
}
