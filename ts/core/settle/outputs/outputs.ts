/** Where a call writes: fresh arrays, or the caller's own. */

import { rangeError, typeError, unknownOption, words } from '../../base/errors.ts';
import { isObject, Properties } from '../../base/properties.ts';
import { isDetached, kindOf, lengthOf, makeArray, typedArray } from '../../base/typed.ts';
import type { FloatArray } from '../../base/types.ts';
import { goneBecause, ResidentBuffer } from '../../memory/resident.ts';
import type { Call } from '../../model/call.ts';
import { Out } from '../../model/slot.ts';
import { checkFreed, viewOf } from '../../read/inputs.ts';
import { checkOverlaps } from './overlaps.ts';

/** A zeroed array in the call's precision. */
export const freshArray = (call: Call, length: number): FloatArray =>
  makeArray(call.loss.name, call.single ? 'float32' : 'float64', length);

/** Reads the records in `out` and `hessOut`, if there are several derivatives. Their getters may run here, and nowhere later. */
export function readOutputs(call: Call): void {
  if (call.loss.grads.length === 1) return;
  if (call.out !== undefined) call.out = readRecord(call, 'out', call.out);
  if (call.hessOut !== undefined) call.hessOut = readRecord(call, 'hessOut', call.hessOut);
}

function readRecord(call: Call, option: string, given: unknown): Properties {
  const { name, grads } = call.loss;
  if (!isObject(given) || given instanceof ResidentBuffer) {
    throw typeError(name, option, `a record { ${grads.join(', ')} }`, given);
  }
  // A repeated call has read the record already.
  const record = given instanceof Properties ? given : Properties.of(given);
  const named = (key: string): string => `${option}.${key}`;
  for (const key of record.names) if (!grads.includes(key)) throw unknownOption(name, named(key), grads.map(named));
  call.given?.put(option, record);
  return record;
}

/** Checks the outputs that were given, also where nothing will be written to them, and makes what wasn't given. */
export function prepareOutputs(call: Call): void {
  const { out, hessOut, order } = call;
  const grads = out === undefined ? null : checkOuts(call, 'out', out);
  const hess = hessOut === undefined ? null : checkOuts(call, 'hessOut', hessOut);
  if (order > 0 && grads !== null) call.grads = grads;
  if (order > 1 && hess !== null) call.hess = hess;
  if (call.grads.length > 0 || call.hess.length > 0) checkOverlaps(call);
  if (order > 0 && grads === null) call.grads = makeOuts(call);
  if (order > 1 && hess === null) call.hess = makeOuts(call);
}

function makeOuts(call: Call): readonly Out[] {
  const { gradPlaces } = call.loss;
  const made = (place: number): Out => makeOut(call, call.inputs[place]!.length);
  return gradPlaces.length === 1 ? [made(gradPlaces[0]!)] : gradPlaces.map(made);
}

/** An output of this length that nobody gave. */
export function makeOut(call: Call, length: number): Out {
  const data = freshArray(call, length);
  return new Out(data, length, null, data);
}

function checkOuts(call: Call, option: string, given: unknown): readonly Out[] {
  const { grads, gradPlaces } = call.loss;
  const lengthAt = (i: number): number => call.inputs[gradPlaces[i]!]!.length;
  if (!(given instanceof Properties)) return [checkOut(call, option, given, lengthAt(0))];
  return grads.map((name, i) => checkOut(call, `${option}.${name}`, given.get(name), lengthAt(i)));
}

/** An output that the caller gave: of the call's precision, and of this length. */
export function checkOut(call: Call, arg: string, given: unknown, length: number): Out {
  const { name } = call.loss;
  const owner = given instanceof ResidentBuffer ? given : null;
  const array = owner === null ? given : viewOf(name, arg, owner);
  const kind = call.single ? 'Float32Array' : 'Float64Array';
  if (kindOf(array) !== kind)
    throw typeError(name, arg, `a ${kind}, or a resident buffer of one, as the inputs`, given);
  const data = typedArray(array) as FloatArray;
  const got = lengthOf(data);
  if (isDetached(data) && length > 0) throw typeError(name, arg, `a ${kind}`, given, goneBecause(data));
  if (got !== length) throw rangeError(name, arg, `of length ${length}`, words(`length ${got}`));
  const out = new Out(data, length, owner, array as FloatArray);
  checkFreed(call, arg, out);
  return out;
}
