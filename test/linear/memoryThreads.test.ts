/**
 * WebAssembly's memory grows by 16 MiB at most in eight threads too, each of which has its own to work in; and all bits stay. By itself: memory
 * only ever grows, and other tests would have grown it.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allocate, init, linearCrossEntropy } from '../../ts/index.ts';
import { difference, type Head, problem } from './problem.ts';

const crossEntropy = linearCrossEntropy as unknown as Head;

const bytes = (): number => {
  const buffer = allocate('float32', 1);
  const { byteLength } = buffer.array.buffer;
  buffer.free();
  return byteLength;
};

const shapes = [
  ['float32', 600, 100, 8000],
  ['float32', 40, 12_000, 300],
  ['float64', 30, 20_000, 70],
  ['float64', 9, 40_000, 40],
] as const;

const expected = shapes.map(([dtype, n, dim, classes]) => {
  const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
  return crossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias });
});

beforeAll(async () => void (await init({ threads: 8 })));
afterAll(async () => void (await init({ threads: 1 })));

it.each(shapes)('%s %i x %i x %i', (dtype, n, dim, classes) => {
  const i = shapes.findIndex(([, some]) => some === n);
  const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
  const before = bytes();
  const got = crossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias });
  expect(bytes() - before).toBeLessThanOrEqual(2 ** 24);
  expect(difference(got, expected[i]!)).toEqual([]);
});
