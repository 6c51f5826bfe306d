/** The options that a linear layer brings, as parameters: what their values may be. */

import { rangeError, typeError } from '../../base/errors.ts';
import { floatsOf } from '../../base/widen.ts';
import type { Parameter, PerClass } from '../../model/parameters.ts';
import { isResident, viewOf } from '../../read/inputs.ts';
import { readTensor } from '../../read/tensor.ts';
import type { LinearGrad } from './types.ts';

/** What there are gradients of, in the order of the arguments. */
export const gradNames: readonly LinearGrad[] = ['hidden', 'weight', 'bias'];

/** One number a class, which is copied, or none. Any numbers: a class whose bias is −∞ is left out. */
/* @__NO_SIDE_EFFECTS__ */
export function biasOption(): Parameter<Float64Array | null, PerClass | null> {
  return {
    default: null,
    domain: 'one number per class, or none',
    good: [[0.5, -0.25, 0, 1]],
    bad: [1, true, '1', ['1', 1, 1, 1], [1, 2, 3], []],
    kind: 'array',
    check: (fn, name, x) => (x === null ? null : readBias(fn, name, x)),
    encode: null,
  };
}

function readBias(fn: string, name: string, x: unknown): Float64Array {
  if (isResident(fn, name, x)) return Float64Array.from(viewOf(fn, name, x));
  const { data, shape } = readTensor(fn, name, x);
  if (shape !== null && shape.filter((size) => size !== 1).length > 1) {
    throw rangeError(fn, name, 'one number per class, in one dimension', `shape [${shape.join(', ')}]`);
  }
  return Array.isArray(data) ? Float64Array.from(data) : Float64Array.from(floatsOf(data, false));
}

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
