/** The gradients of a linear layer: which are computed, by the option `grads`, and where they go, the caller's arrays or fresh ones. */

import { rangeError, typeError, words } from '../../base/errors.ts';
import { bare } from '../../base/keys.ts';
import { Properties } from '../../base/properties.ts';
import type { Call } from '../../model/call.ts';
import type { Parameter } from '../../model/parameters.ts';
import type { Out, Slot } from '../../model/slot.ts';
import { checkOut, makeOut } from '../../settle/outputs/outputs.ts';
import { isSame, overlap } from '../../settle/outputs/overlaps.ts';
import type { Layer } from './shape.ts';
import type { LinearGrad } from './types.ts';

/** What there are gradients of, in the order of the arguments. */
export const gradNames: readonly LinearGrad[] = ['hidden', 'weight', 'bias'];

/** Names of gradients, at least one; all by default. */
/* @__NO_SIDE_EFFECTS__ */
export function gradsOption(): Parameter<readonly LinearGrad[] | null> {
  const expected = `a list of ${gradNames.map((name) => `'${name}'`).join(', ')}, at least one`;
  const check = (fn: string, name: string, x: unknown): readonly LinearGrad[] => {
    if (!Array.isArray(x)) throw typeError(fn, name, expected, x);
    const names = [...x] as unknown[];
    for (const given of names) {
      if (gradNames.includes(given as LinearGrad)) continue;
      throw (typeof given === 'string' ? rangeError : typeError)(fn, name, expected, given);
    }
    if (names.length === 0) throw rangeError(fn, name, expected, x, 'for the value alone call the loss itself');
    return gradNames.filter((known) => names.includes(known));
  };
  return { default: null, domain: expected, good: [], bad: [], kind: 'choice', check, encode: null };
}

/** The outputs by name, in the order of the gradients. What was given is checked whether it is asked for or not. */
export function outputsOf(
  call: Call,
  { rows, dim, classes }: Layer,
  wanted: readonly LinearGrad[],
): { [G in LinearGrad]?: Out } {
  const lengths = { hidden: rows * dim, weight: classes * dim, bias: classes };
  const given = call.out instanceof Properties ? call.out : null;
  const outs: { [G in LinearGrad]?: Out } = bare({});
  for (const name of gradNames) {
    const array = given?.get(name);
    if (array !== undefined) outs[name] = checkOut(call, `out.${name}`, array, lengths[name]);
  }
  checkOverlaps(call, outs);
  for (const name of gradNames) {
    if (!wanted.includes(name)) delete outs[name];
    else if (outs[name] === undefined) outs[name] = makeOut(call, lengths[name]);
  }
  return outs;
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
