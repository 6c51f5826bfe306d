/** An output may be exactly the input that it is the gradient of; it overlaps nothing else. */

import { rangeError } from '../base/errors.ts';
import { bufferOf } from '../base/typed.ts';
import type { Call } from '../model/call.ts';
import type { Out, Slot } from '../model/slot.ts';

/** Checks the outputs that the caller gave, before any others are made. */
export function checkOverlaps(call: Call): void {
  const { grads, hess } = call;
  const { gradPlaces } = call.loss;
  for (let i = 0; i < grads.length; i++) {
    checkInputs(call, 'out', i, grads[i]!, gradPlaces[i]!);
    checkOutputs(call, 'out', i, grads, i + 1, 'out');
    checkOutputs(call, 'out', i, hess, 0, 'hessOut');
  }
  for (let i = 0; i < hess.length; i++) {
    checkInputs(call, 'hessOut', i, hess[i]!, -1);
    checkOutputs(call, 'hessOut', i, hess, i + 1, 'hessOut');
  }
}

/** Whether output i lies apart from all other arguments; the input at place `matching` may be it exactly. */
function checkInputs(call: Call, option: string, i: number, out: Out, matching: number): void {
  const { inputs, targetName } = call.loss;
  for (let k = 0; k < inputs.length; k++) {
    const slot = call.inputs[k]!;
    if (overlap(out, slot) && !(k === matching && isSame(out, slot))) throw fail(call, option, i, inputs[k]!);
  }
  if (overlap(out, call.target)) throw fail(call, option, i, targetName);
  if (overlap(out, call.weights)) throw fail(call, option, i, 'sampleWeight');
}

/** Whether output i of one kind lies apart from those of another from place `from` on. */
function checkOutputs(
  call: Call,
  option: 'out' | 'hessOut',
  i: number,
  others: readonly Out[],
  from: number,
  other: string,
): void {
  const out = (option === 'out' ? call.grads : call.hess)[i]!;
  for (let j = from; j < others.length; j++) {
    if (overlap(out, others[j]!)) throw fail(call, option, i, named(call, other, j));
  }
}

/** Whether what overlaps is one and the same. The lengths were compared before. */
const isSame = (out: Out, slot: Slot): boolean =>
  out.data === slot.data || (out.from === slot.from && out.to === slot.to);

function overlap(x: Out, y: Slot | Out): boolean {
  if (x.from >= y.to || y.from >= x.to) return false;
  // Resident buffers lie apart.
  if (x.owner !== null && y.owner !== null) return x.owner === y.owner;
  // To ask an array for its buffer costs more than all the rest.
  x.buffer ??= bufferOf(x.data);
  y.buffer ??= bufferOf(y.data!);
  return x.buffer === y.buffer;
}

const named = (call: Call, option: string, i: number): string =>
  call.loss.grads.length === 1 ? option : `${option}.${call.loss.grads[i]!}`;

function fail(call: Call, option: string, i: number, other: string): RangeError {
  const expected = `apart from ${other} (only the matching input itself may be given as out)`;
  return rangeError(call.loss.name, named(call, option, i), expected, 'memory that overlaps it');
}
