/** What the command line writes against what calls give. */
import { expect } from 'vitest';

/** As near as float32 kernels and sums in another order are. */
export const near = (x: unknown, y: number): void => expect(Math.abs((x as number) / y - 1)).toBeLessThan(1e-7);

/** The same of arrays. */
export const nearAll = (x: ArrayLike<number>, y: ArrayLike<number>): void => {
  expect(x.length).toBe(y.length);
  for (let i = 0; i < y.length; i++) expect(x[i]!).toBeCloseTo(y[i]!, 6);
};
