/** Where a call writes: fresh arrays, or the caller's own. */

import { rangeError, typeError, unknownOption } from '../base/errors.ts';
import { Properties } from '../base/properties.ts';
import { isPlain, kindOf, lengthOf, typedArray } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import { type Call, Out } from '../model/call.ts';
import { viewOf } from '../read/inputs.ts';
import { checkOverlaps } from './overlaps.ts';

/** A zeroed array in the call's precision. */
export const freshArray = (call: Call, length: number): FloatArray =>
  call.single ? new Float32Array(length) : new Float64Array(length);

/** Reads the records in `out` and `hessOut`, if there are several derivatives. Their getters may run here, and nowhere later. */
export function readOutputs(call: Call): void {
  if (call.loss.grads.length === 1) return;
  if (call.out !== undefined) call.out = readRecord(call, 'out', call.out);
  if (call.hessOut !== undefined) call.hessOut = readRecord(call, 'hessOut', call.hessOut);
}

function readRecord(call: Call, option: string, given: unknown): Properties {
  const { name, grads } = call.loss;
  if (given instanceof Properties) return given;
  const isArray = Array.isArray(given) || ArrayBuffer.isView(given) || given instanceof ResidentBuffer;
  if (typeof given !== 'object' || given === null || isArray) {
    throw typeError(name, option, `a record { ${grads.join(', ')} }`, given);
  }
  const record = Properties.of(given);
  for (const key of record.names) if (!grads.includes(key)) throw unknownOption(name, key, grads);
  call.given!.put(option, record);
  return record;
}

/** Checks the outputs that were given, also where nothing will be written to them, and makes what wasn't given. */
export function prepareOutputs(call: Call): void {
  const { out, hessOut, order, grads, hess } = call;
  if (out !== undefined) checkOuts(call, 'out', out, order > 0 ? grads : []);
  if (hessOut !== undefined) checkOuts(call, 'hessOut', hessOut, order > 1 ? hess : []);
  if (grads.length > 0 || hess.length > 0) checkOverlaps(call);
  if (order > 0 && out === undefined) makeOuts(call, grads);
  if (order > 1 && hessOut === undefined) makeOuts(call, hess);
}

function makeOuts(call: Call, into: Out[]): void {
  const { gradPlaces } = call.loss;
  for (let i = 0; i < gradPlaces.length; i++) {
    const { length } = call.inputs[gradPlaces[i]!]!;
    const data = freshArray(call, length);
    into.push(new Out(data, length, null, data));
  }
}

function checkOuts(call: Call, option: string, given: unknown, into: Out[]): void {
  const { grads, gradPlaces } = call.loss;
  for (let i = 0; i < grads.length; i++) {
    const arg = given instanceof Properties ? `${option}.${grads[i]!}` : option;
    const value = given instanceof Properties ? given.get(grads[i]!) : given;
    into.push(checkOut(call, arg, value, call.inputs[gradPlaces[i]!]!.length));
  }
}

function checkOut(call: Call, arg: string, given: unknown, length: number): Out {
  const { name } = call.loss;
  const owner = given instanceof ResidentBuffer ? given : null;
  const array = owner === null ? given : viewOf(name, arg, owner);
  const make = call.single ? Float32Array : Float64Array;
  if (kindOf(array) !== make.name) {
    throw typeError(name, arg, `a ${make.name}, or a resident buffer of one, as the inputs`, given);
  }
  const data = isPlain<FloatArray>(array, make) ? array : (typedArray(array) as FloatArray);
  const got = lengthOf(data);
  if (got !== length) throw rangeError(name, arg, `of length ${length}`, `length ${got}`);
  return new Out(data, length, owner, array as FloatArray);
}
