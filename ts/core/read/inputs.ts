/** The array arguments of a call: read, and held to one precision. */

import { typeError, words } from '../base/errors.ts';
import { isPlainFloat, isPlainInt32, isSingle, lengthOf } from '../base/typed.ts';
import { isFreed, ResidentBuffer } from '../memory/resident.ts';
import type { Call } from '../model/call.ts';
import { type Out, Slot } from '../model/slot.ts';
import { readNumbers } from './numbers.ts';
import { type Read, sizeOf, unreadable } from './read.ts';
import { readDifferentiable, readTensor } from './tensor.ts';

/** Reads an argument that holds numbers, in order or as they lie. */
export function readInput(call: Call, arg: string, x: unknown, asItLies = false): Slot {
  // The common case first; an empty array may be a detached one, which `readTensor` tells apart.
  if (isPlainFloat(x)) {
    const length = lengthOf(x);
    if (length > 0) return new Slot(x, length, null, null, false);
  }
  return readOther(call, arg, x, call.loss.grads.includes(arg) ? readDifferentiable : readTensor, asItLies);
}

/** Reads an argument that may be labels or numbers: which of them is decided later. */
export function readTarget(call: Call, arg: string, x: unknown, asItLies = false): Slot {
  if (isPlainInt32(x)) {
    const length = lengthOf(x);
    if (length > 0) return new Slot(x, length, null, null, false);
  }
  return readOther(call, arg, x, readTensor, asItLies);
}

function readOther(call: Call, arg: string, x: unknown, read: typeof readTensor, asItLies: boolean): Slot {
  const { name } = call.loss;
  try {
    if (x instanceof ResidentBuffer) {
      if (x.type === 'int32' && read === readDifferentiable) {
        throw typeError(name, arg, 'a buffer of floats', words('one of int32'));
      }
      return new Slot(viewOf(name, arg, x), x.length, null, x, false);
    }
    const numbers = Array.isArray(x) ? readNumbers(call, x) : null;
    return numbers === null
      ? slotOf(read(name, arg, x, asItLies))
      : new Slot(numbers, numbers.length, null, null, true);
  } catch (error) {
    throw unreadable(name, arg, error);
  }
}

/** What was read of a tensor, or of nested arrays. */
function slotOf({ data, shape, view }: Read): Slot {
  if (Array.isArray(data)) return new Slot(new Float64Array(data), data.length, shape, null, true);
  if (view !== undefined) return new Slot(data, sizeOf(view.shape), shape, null, false, view);
  return new Slot(data, lengthOf(data), shape, null, false);
}

/** True for what `allocate` made. A revoked proxy can't even be asked. */
export function isResident(fn: string, arg: string, x: unknown): x is ResidentBuffer {
  try {
    return x instanceof ResidentBuffer;
  } catch (error) {
    throw unreadable(fn, arg, error);
  }
}

/** A resident buffer's elements; after `free` a TypeError that names the argument. */
export function viewOf(fn: string, arg: string, x: ResidentBuffer): Float32Array | Float64Array | Int32Array {
  try {
    return x.array;
  } catch (cause) {
    throw new TypeError(`${fn}: ${arg}: ${(cause as Error).message}; allocate a new one`, { cause });
  }
}

/** Throws for an array that is the view of a buffer that was freed. Those don't begin at 0: it is as good as free for most others. */
export function checkFreed(call: Call, arg: string, { data, from }: Slot | Out): void {
  if (from === 0 || !isFreed(data!)) return;
  throw new TypeError(`${call.loss.name}: ${arg} is the array of a buffer that was freed; allocate a new one`);
}

/**
 * Decides the precision: that of the arrays that gradients are taken of, which must all have one. Where they have none, being plain or of
 * integers, that of the arrays beside them; float64 where nothing has one.
 */
export function settlePrecision(call: Call): void {
  const { inputs, gradPlaces } = call.loss;
  let single = -1;
  let double = -1;
  for (let i = 0; i < gradPlaces.length; i++) {
    const place = gradPlaces[i]!;
    const { data, plain } = call.inputs[place]!;
    if (plain) continue;
    if (isSingle(data)) single = place;
    else if (data instanceof Float64Array) double = place;
  }
  if (single >= 0 && double >= 0) {
    const got = `${inputs[single]} a Float32Array and ${inputs[double]} a Float64Array`;
    const { shape } = call.inputs[double]!;
    const fix = shape === null ? `Float32Array.from(${inputs[double]})` : `${inputs[double]} to float32`;
    throw new TypeError(`${call.loss.name}: arguments must have one precision, got ${got}; convert one, say ${fix}`);
  }
  call.single = single >= 0 || (double < 0 && isBesideSingle(call));
}

/** Whether an array that no gradient is taken of is float32. */
const isBesideSingle = ({ inputs, target, labelled }: Call): boolean =>
  inputs.some(({ data }) => isSingle(data)) || (!labelled && isSingle(target.data));
