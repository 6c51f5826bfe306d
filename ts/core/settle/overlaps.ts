/** An output may be exactly the input that it is the gradient of; it overlaps nothing else. */

import { rangeError } from '../base/errors.ts';
import type { ResidentBuffer } from '../memory/resident.ts';
import type { Call, Out, Slot } from '../model/call.ts';

/** Checks the outputs that the caller gave, before any others are made. */
export function checkOverlaps(call: Call): void {
  const { grads, gradPlaces } = call.loss;
  if (grads.length === 1 && isResidentApart(call)) return;
  for (let i = 0; i < grads.length; i++) {
    checkInputs(call, 'out', i, call.grads[i]!, gradPlaces[i]!);
    checkInputs(call, 'hessOut', i, call.hess[i]!, -1);
    for (let j = 0; j < grads.length; j++) {
      if (j > i && overlap(call.grads[i]!, call.grads[j]!)) throw fail(call, 'out', i, named(call, 'out', j));
      if (j > i && overlap(call.hess[i]!, call.hess[j]!)) throw fail(call, 'hessOut', i, named(call, 'hessOut', j));
      if (overlap(call.grads[i]!, call.hess[j]!)) throw fail(call, 'out', i, named(call, 'hessOut', j));
    }
  }
}

/** The short way for one resident output beside resident inputs, which lie apart unless they are the same. */
function isResidentApart(call: Call): boolean {
  const { owner } = call.grads[0]!;
  if (owner === null || call.hess[0]!.data !== null) return false;
  const { inputs, gradPlaces } = call.loss;
  for (let i = 0; i < inputs.length; i++) {
    const other = call.inputs[i]!.owner;
    if (other === null || (other === owner && i !== gradPlaces[0])) return false;
  }
  return isOther(call.target, owner) && isOther(call.weights, owner);
}

const isOther = (slot: Slot, owner: ResidentBuffer): boolean =>
  slot.data === null || (slot.owner !== null && slot.owner !== owner);

function checkInputs(call: Call, option: string, i: number, out: Out, matching: number): void {
  if (out.data === null) return;
  const { inputs, targetName } = call.loss;
  for (let k = 0; k < inputs.length; k++) {
    const slot = call.inputs[k]!;
    if (!(k === matching && isSame(out, slot)) && overlap(out, slot)) throw fail(call, option, i, inputs[k]!);
  }
  if (overlap(out, call.target)) throw fail(call, option, i, targetName);
  if (overlap(out, call.weights)) throw fail(call, option, i, 'sampleWeight');
}

/** The lengths were compared before. */
function isSame(out: Out, slot: Slot): boolean {
  if (out.owner !== null && slot.owner !== null) return out.owner === slot.owner;
  const x = out.data!;
  const y = slot.data;
  return x === y || (ArrayBuffer.isView(y) && x.buffer === y.buffer && x.byteOffset === y.byteOffset);
}

function overlap(x: Out, y: Slot | Out): boolean {
  if (x.data === null || y.data === null || Array.isArray(y.data)) return false;
  // Resident buffers lie apart; this spares asking arrays for their buffers.
  if (x.owner !== null && y.owner !== null) return x.owner === y.owner && x.data.length > 0;
  if (x.data.buffer !== y.data.buffer) return false;
  const [from, to] = [x.data.byteOffset, x.data.byteOffset + x.data.byteLength];
  return from < y.data.byteOffset + y.data.byteLength && y.data.byteOffset < to;
}

const named = (call: Call, option: string, i: number): string =>
  call.loss.grads.length === 1 ? option : `${option}.${call.loss.grads[i]!}`;

function fail(call: Call, option: string, i: number, other: string): RangeError {
  const expected = `apart from ${other} (only the matching input itself may be given as out)`;
  return rangeError(call.loss.name, named(call, option, i), expected, 'memory that overlaps it');
}
