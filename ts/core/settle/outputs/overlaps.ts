/** An output may be exactly the input that it is the gradient of; it overlaps nothing else. */

import { rangeError, words } from '../../base/errors.ts';
import { bufferNow } from '../../memory/resident.ts';
import type { Call } from '../../model/call.ts';
import type { Out, Slot } from '../../model/slot.ts';
import { bringIntoOrder } from '../../read/strided.ts';

/** Checks the outputs that the caller gave, before any others are made. */
export function checkOverlaps(call: Call): void {
  const { grads, hess, loss } = call;
  const outs = hess.length === 0 ? grads : [...grads, ...hess];
  for (let i = 0; i < outs.length; i++) {
    const out = outs[i]!;
    // The input that this output may be.
    const matching = i < grads.length ? loss.gradPlaces[i] : -1;
    for (let k = 0; k < loss.inputs.length; k++) {
      const slot = call.inputs[k]!;
      if (collides(out, slot) && !(k === matching && isSame(out, slot))) throw fail(call, i, loss.inputs[k]!);
    }
    if (collides(out, call.target)) throw fail(call, i, loss.targetName);
    if (overlap(out, call.weights)) throw fail(call, i, 'sampleWeight');
    for (let j = i + 1; j < outs.length; j++) if (overlap(out, outs[j]!)) throw fail(call, i, named(call, j));
  }
}

/** Whether an output shares memory with an argument. One that lies apart is brought into order, and so read before. */
function collides(out: Out, slot: Slot): boolean {
  if (!overlap(out, slot)) return false;
  if (slot.view === null) return true;
  bringIntoOrder(slot);
  return false;
}

/** Whether what overlaps is one and the same. The lengths were compared before. */
export const isSame = (out: Out, slot: Slot): boolean =>
  out.data === slot.data || (out.from === slot.from && out.to === slot.to);

/** Whether two arrays share memory. */
export function overlap(x: Out, y: Slot | Out): boolean {
  if (x.from >= y.to || y.from >= x.to) return false;
  // Resident buffers lie apart.
  if (x.owner !== null && y.owner !== null) return x.owner === y.owner;
  // To ask an array for its buffer costs more than all the rest.
  x.buffer ??= bufferNow(x.data);
  y.buffer ??= bufferNow(y.data!);
  return x.buffer === y.buffer;
}

/** The name of an output by its place: those of the first derivatives come first. */
function named({ grads, loss }: Call, i: number): string {
  const option = i < grads.length ? 'out' : 'hessOut';
  const place = i < grads.length ? i : i - grads.length;
  return loss.grads.length === 1 ? option : `${option}.${loss.grads[place]!}`;
}

const fail = (call: Call, i: number, other: string): RangeError =>
  rangeError(
    call.loss.name,
    named(call, i),
    `apart from ${other} (only the matching input itself may be given as out)`,
    words('memory that overlaps it'),
  );
