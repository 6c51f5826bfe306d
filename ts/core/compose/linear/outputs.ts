/** Where the gradients of a linear layer go: the caller's arrays, or fresh ones. */

import { rangeError, words } from '../../base/errors.ts';
import { Properties } from '../../base/properties.ts';
import type { Call } from '../../model/call.ts';
import { Out, type Slot } from '../../model/slot.ts';
import { checkOut, freshArray } from '../../settle/outputs.ts';
import { isSame, overlap } from '../../settle/overlaps.ts';
import { gradNames } from './options.ts';
import type { Layer } from './shape.ts';
import type { LinearGrad } from './types.ts';

/** The outputs by name, in the order of the gradients. What was given is checked whether it is asked for or not. */
export function outputsOf(
  call: Call,
  { rows, dim, classes }: Layer,
  wanted: readonly LinearGrad[],
): { [G in LinearGrad]?: Out } {
  const lengths = { hidden: rows * dim, weight: classes * dim, bias: classes };
  const given = call.out instanceof Properties ? call.out : null;
  const outs: { [G in LinearGrad]?: Out } = {};
  for (const name of gradNames) {
    const array = given?.get(name);
    if (array !== undefined) outs[name] = checkOut(call, `out.${name}`, array, lengths[name]);
  }
  checkOverlaps(call, outs);
  for (const name of gradNames) {
    if (!wanted.includes(name)) delete outs[name];
    else if (outs[name] === undefined) outs[name] = made(call, lengths[name]);
  }
  return outs;
}

function made(call: Call, length: number): Out {
  const data = freshArray(call, length);
  return new Out(data, length, null, data);
}

/** The gradient of hidden may be hidden itself, since its rows are read before; nothing else overlaps. */
function checkOverlaps(call: Call, outs: { readonly [G in LinearGrad]?: Out }): void {
  const { inputs, target, weights, loss } = call;
  const slots: readonly (readonly [string, Slot])[] = [
    ...inputs.map((slot, i) => [loss.inputs[i]!, slot] as const),
    [loss.targetName, target],
    ['sampleWeight', weights],
  ];
  const given = Object.entries(outs);
  given.forEach(([name, out], i) => {
    for (const [arg, slot] of slots) {
      if (!overlap(out, slot)) continue;
      if (name !== 'hidden' || arg !== name || !isSame(out, slot)) throw fail(call, name, arg);
    }
    for (const [other, array] of given.slice(i + 1)) if (overlap(out, array)) throw fail(call, name, `out.${other}`);
  });
}

const fail = ({ loss }: Call, name: string, other: string): RangeError =>
  rangeError(
    loss.name,
    `out.${name}`,
    `apart from ${other} (only hidden itself may be given, as out.hidden)`,
    words('memory that overlaps it'),
  );
