/** Where a call writes: fresh arrays, or the caller's own. */

import { rangeError, typeError, unknownOption } from '../base/errors.ts';
import type { FloatArray } from '../base/types.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import type { Call, Out } from '../model/call.ts';
import { viewOf } from '../read/inputs.ts';
import { checkOverlaps } from './overlaps.ts';

/** A zeroed array in the call's precision. */
export const freshArray = (call: Call, length: number): FloatArray =>
  call.single ? new Float32Array(length) : new Float64Array(length);

/** Reads `out` and `hessOut`, checks them, and makes what wasn't given. */
export function prepareOutputs(call: Call): void {
  if (call.order === 0) return;
  const { out, hessOut, order } = call;
  if (out !== undefined) readOuts(call, 'out', out, call.grads);
  if (order === 2 && hessOut !== undefined) readOuts(call, 'hessOut', hessOut, call.hess);
  if (out !== undefined || hessOut !== undefined) checkOverlaps(call);
  const { grads } = call.loss;
  for (let i = 0; i < grads.length; i++) {
    const { length } = call.inputs[call.loss.gradPlaces[i]!]!.data!;
    if (out === undefined) call.grads[i]!.set(freshArray(call, length), null);
    if (order === 2 && hessOut === undefined) call.hess[i]!.set(freshArray(call, length), null);
  }
}

function readOuts(call: Call, option: string, given: unknown, outs: readonly Out[]): void {
  const { name, grads, gradPlaces } = call.loss;
  if (grads.length === 1) {
    readOut(call, option, given, call.inputs[gradPlaces[0]!]!.data!.length, outs[0]!);
    return;
  }
  const isArray = Array.isArray(given) || ArrayBuffer.isView(given) || given instanceof ResidentBuffer;
  if (typeof given !== 'object' || given === null || isArray) {
    throw typeError(name, option, `a record { ${grads.join(', ')} }`, given);
  }
  const record = given as { readonly [name: string]: unknown };
  for (const key in record) if (!grads.includes(key)) throw unknownOption(name, key, grads);
  for (let i = 0; i < grads.length; i++) {
    const key = grads[i]!;
    readOut(call, `${option}.${key}`, record[key], call.inputs[gradPlaces[i]!]!.data!.length, outs[i]!);
  }
}

function readOut(call: Call, arg: string, given: unknown, length: number, out: Out): void {
  const { name } = call.loss;
  const data = (given instanceof ResidentBuffer ? viewOf(name, arg, given) : given) as FloatArray;
  const type = call.single ? 'Float32Array' : 'Float64Array';
  const fits = call.single ? data instanceof Float32Array : data instanceof Float64Array;
  if (!fits) throw typeError(name, arg, `a ${type}, or a resident buffer of one, as the inputs`, given);
  if (data.length !== length) throw rangeError(name, arg, `of length ${length}`, `length ${data.length}`);
  out.set(data, given instanceof ResidentBuffer ? given : null);
}
