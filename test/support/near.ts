/** Short words for expectations. */
import { expect } from 'vitest';

export const none = { reduction: 'none' } as const;
export const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
export const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);

/** Equal but for rounding. */
export const near = (got: number, want: number): void => expect(got).toBeCloseTo(want, 12);

/** The same of every element; infinities and NaN are what they are. */
export function all(got: ArrayLike<number>, want: readonly number[]): void {
  expect(got.length).toBe(want.length);
  for (const [i, x] of want.entries()) {
    if (Number.isFinite(x)) near(got[i]!, x);
    else expect(got[i]).toBe(x);
  }
}
