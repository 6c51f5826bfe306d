/** Parameters in the precision of the call: a float32 call has to find them inside their domains once they are rounded. */

import { rangeError } from '../base/errors.ts';
import type { Call } from '../model/call.ts';

/** Checks the parameters, and rounds the vector of one number a class. Weights below the normal range count as 0. */
export function settleParameters(call: Call): void {
  const { loss, parameters, single, vector } = call;
  if (parameters === loss.defaults) return;
  if (single) for (const name of Object.keys(loss.parameters)) checkNumber(call, name, parameters[name]);
  if (vector !== null) call.vector = vector.map((x) => (x < tiniest(single) ? 0 : single ? Math.fround(x) : x));
}

/** The smallest number of the normal range. */
export const tiniest = (single: boolean): number => (single ? 2 ** -126 : 2 ** -1022);

function checkNumber(call: Call, name: string, value: unknown): void {
  const { domain, holds } = call.loss.parameters[name]!;
  if (holds === undefined) return;
  if (typeof value === 'number' && !holds(Math.fround(value))) throw notInFloat32(call, name, domain, value);
  if (!(value instanceof Float64Array)) return;
  const place = value.findIndex((x) => !holds(Math.fround(x)));
  if (place >= 0) throw notInFloat32(call, `${name}[${place}]`, 'finite and >= 0', value[place]!);
}

/** The error for a number that is well, but not in float32. */
export const notInFloat32 = (call: Call, name: string, domain: string, value: number): RangeError =>
  rangeError(call.loss.name, name, `${domain} in float32`, value, 'give float64 arrays');
