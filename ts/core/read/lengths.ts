/** Parameters that say how long each sample is, which go with the data. */

import { rangeError } from '../base/errors.ts';
import { countOf } from '../base/typed.ts';
import type { Labels } from '../base/types.ts';
import type { Parameter } from '../model/parameters.ts';
import { isResident, viewOf } from './inputs.ts';
import { asLabels, readTensor } from './tensor.ts';

/** One whole number ≥ 0 a sample, in an array or tensor of any integers; none by default. */
/* @__NO_SIDE_EFFECTS__ */
export function lengths(): Parameter<Int32Array | null, Labels | null> {
  const expected = 'a whole number >= 0';
  const check = (fn: string, name: string, x: unknown): Int32Array | null => {
    if (x === null) return null;
    const { data } = isResident(fn, name, x)
      ? { data: viewOf(fn, name, x) }
      : asLabels(fn, name, readTensor(fn, name, x));
    const own = new Int32Array(countOf(data));
    for (let i = 0; i < own.length; i++) {
      const length = Number(data[i]);
      own[i] = length;
      if (own[i] !== length || length < 0) throw rangeError(fn, `${name}[${i}]`, expected, data[i]);
    }
    return own;
  };
  return {
    default: null,
    domain: 'one whole number >= 0 per sample, or none',
    good: [],
    bad: ['1', 1, true],
    kind: 'lengths',
    check,
    encode: () => 0,
  };
}
