/** Arbitrary data for fast-check, and how properties are stated. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { difference } from './ulp.ts';

export const classes = 5;
export const number = fc.double({ min: -20, max: 20, noNaN: true });
export const numbers = fc.array(number, { minLength: 1, maxLength: 40 });
/** Rows of scores with their labels. */
export const scored = fc
  .array(fc.tuple(fc.array(number, { minLength: classes, maxLength: classes }), fc.nat(classes - 1)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) => ({
    logits: Float64Array.from(rows.flatMap(([z]) => z)),
    labels: Int32Array.from(rows, ([, y]) => y),
  }));

export const softmax = (row: readonly number[]): number[] => {
  const e = row.map((z) => Math.exp(z - Math.max(...row)));
  const total = e.reduce((a, b) => a + b);
  return e.map((x) => x / total);
};
export const rowsOf = (x: Float64Array): number[][] =>
  Array.from({ length: x.length / classes }, (_, r) => Array.from(x.subarray(r * classes, (r + 1) * classes)));
export const probabilities = (logits: Float64Array): Float64Array => Float64Array.from(rowsOf(logits).flatMap(softmax));
export const close = (a: number, b: number, bound: number, scale = Math.abs(b)): void => {
  if (!(Math.abs(a - b) <= bound * (scale + 1e-300))) expect.fail(`${a} isn't ${b} to within ${bound} of ${scale}`);
};
export const same = (a: unknown, b: unknown): void => expect(difference(a, b)).toBe(null);

/** Holds for 60 draws, the same in every run. */
export const holds = <T>(arbitrary: fc.Arbitrary<T>, property: (x: T) => void): void =>
  fc.assert(fc.property(arbitrary, property), { seed: 20, numRuns: 60 });
