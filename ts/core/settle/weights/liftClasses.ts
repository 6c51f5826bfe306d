/** Weights of the classes of rows, times a power of two: no sum over the classes of a row is then more than a loss. */

import { bare } from '../../base/keys.ts';
import type { Call } from '../../model/call.ts';
import type { Rowwise } from '../../model/definition.ts';
import { settleNumbers } from '../settle.ts';
import { exponentOf, least, times } from './lift.ts';

/** Multiplies weights above 1 or far below, and what they don't multiply; returns the exponent of the factor. */
export function liftClasses(call: Call): number {
  const { vector, unweighed } = call.loss.definition as Rowwise;
  const exponent = vector === 'classWeight' ? -exponentFor(call) : 0;
  if (exponent === 0) return 0;
  call.vector = times(call.vector!, exponent);
  const parameters: { [name: string]: unknown } = bare({ ...call.parameters, classWeight: call.vector });
  for (const name of unweighed ?? []) parameters[name] = (parameters[name] as number) * 2 ** exponent;
  call.parameters = parameters;
  settleNumbers(call);
  return exponent;
}

/** The exponent of what they are divided by. */
function exponentFor({ vector, single, denominator }: Call): number {
  let [low, high] = [Infinity, 0];
  for (const w of vector!) {
    if (w > high) high = w;
    if (w > 0 && w < low) low = w;
  }
  if (high === 0 || (high <= 1 && (single || exponentOf(high) >= least))) return 0;
  // None leaves the normal range, the largest ones least of all.
  const wanted = Math.min(exponentOf(high * vector!.length) + 1, exponentOf(low) + (single ? 100 : 1000));
  const exponent = Math.max(wanted, exponentOf(high) - (single ? 127 : 1023));
  // Nor does the denominator, or its reciprocal.
  const size = exponentOf(denominator) - exponent;
  return Math.abs(size) < (single ? 120 : 1000) ? exponent : 0;
}
