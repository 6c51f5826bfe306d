/** Parameters with one number a class. */
import { rangeError, typeError } from '../base/errors.ts';
import { countOf } from '../base/typed.ts';
import type { Input, Labels } from '../base/types.ts';
import { inSingle, isListed, isNonNegative, nonNegative, type Parameter } from './parameters.ts';

/** One number a class: an array of numbers of any kind, a tensor or a resident buffer. */
export type PerClass = ArrayLike<number | bigint> | Input | Labels;

function vectorData(fn: string, name: string, x: unknown, holds = isNonNegative): Float64Array {
  if (!isListed(x)) throw typeError(fn, name, 'an array of numbers, one per class', x);
  const data = new Float64Array(countOf(x));
  for (let k = 0; k < data.length; k++) {
    const w: unknown = x[k];
    if (typeof w !== 'number') throw typeError(fn, `${name}[${k}]`, 'a number', w);
    if (!holds(w)) throw rangeError(fn, `${name}[${k}]`, 'finite and >= 0', w);
    data[k] = w;
  }
  return data;
}

const goodVector = [0.5, 0.75, 1, 1.25];
const badVectors = (): readonly unknown[] => [
  [1, -1, 1, 1],
  [1, Number.NaN, 1, 1],
  [1, Infinity, 1, 1],
  [1, 1],
  [],
  ['1', 1, 1, 1],
  '1',
];

/** One number a class, whatever it is, or nothing. */
/* @__NO_SIDE_EFFECTS__ */
export function anyVector(): Parameter<Float64Array | null, PerClass | null> {
  return {
    default: null,
    domain: 'one number per class, or none',
    good: [[0.5, -0.25, 0, 1]],
    bad: [1, true, '1', ['1', 1, 1, 1], [1, 2, 3], []],
    kind: 'vector',
    check: (fn, name, x) => (x === null ? null : vectorData(fn, name, x, () => true)),
    encode: null,
  };
}

/** One finite number ≥ 0 a class, or nothing. */
/* @__NO_SIDE_EFFECTS__ */
export function classVector(): Parameter<Float64Array | null, PerClass> {
  return {
    default: null,
    domain: 'one finite number >= 0 per class, or none',
    good: [goodVector],
    bad: [...badVectors(), 1, true],
    kind: 'vector',
    check: (fn, name, x) => (x === null ? null : vectorData(fn, name, x)),
    checkSingle: inSingle('finite and >= 0', isNonNegative),
    encode: null,
  };
}

/** A finite number ≥ 0 or one a class, or nothing: row functions see one a class (the facade repeats a single number). */
/* @__NO_SIDE_EFFECTS__ */
export function classVectorOrNumber(): Parameter<Float64Array | null, number | PerClass> {
  const single = nonNegative(0);
  const check = (fn: string, name: string, x: unknown): Float64Array | null => {
    if (x === null) return null;
    // A single number is repeated once the number of classes is known.
    return typeof x === 'number' ? (single.check(fn, name, x) as unknown as Float64Array) : vectorData(fn, name, x);
  };
  return {
    default: null,
    domain: 'finite and >= 0, one number or one per class, or none',
    good: [goodVector, 0.7],
    bad: [...badVectors(), -0.1, Number.NaN, Infinity],
    kind: 'vector',
    check,
    checkSingle: inSingle('finite and >= 0', isNonNegative),
    encode: null,
  };
}

/** A finite number ≥ 0, or one a class: scalar functions see the number of their element's class. */
/* @__NO_SIDE_EFFECTS__ */
export function numberOrPerClass(fallback: number): Parameter<number, number | PerClass> {
  const single = nonNegative(fallback);
  // The formula sees a number: that of its element's class.
  const check = (fn: string, name: string, x: unknown): number =>
    typeof x === 'number' ? single.check(fn, name, x) : (vectorData(fn, name, x) as unknown as number);
  return {
    default: fallback,
    domain: 'finite and >= 0, one number or one per class',
    good: [goodVector, 0.7],
    bad: [...badVectors(), -0.1, Number.NaN, Infinity],
    kind: 'vector',
    check,
    checkSingle: inSingle('finite and >= 0', isNonNegative),
    encode: (x) => x,
  };
}
