/** WebAssembly's memory grows by 16 MiB at most, whatever N and K. By itself, for a memory that nobody has touched. */
import { expect, it } from 'vitest';
import { sizesOf } from '../../ts/core/compose/linear/sizes.ts';
import { allocate, type FloatArray, linear, linearCrossEntropy, mse } from '../../ts/index.ts';
import { type Head, problem, resident } from './problem.ts';

const bytes = (): number => {
  const buffer = allocate('float32', 1);
  const { byteLength } = buffer.array.buffer;
  buffer.free();
  return byteLength;
};

const crossEntropy = linearCrossEntropy as unknown as Head;
const squares = linear(mse) as unknown as Head;

it('where 160 MB of logits would be needed, and gradients of them as many', () => {
  const { hidden, weight, bias, labels } = problem('float32', 1000, 3, 40_000);
  const before = bytes();
  const { value, grad } = crossEntropy.valueAndGrad(hidden, weight, labels, { dim: 3, bias });
  expect(value).toBeGreaterThan(0);
  expect(Object.values(grad).every((x) => x.every(Number.isFinite))).toBe(true);
  expect(bytes() - before).toBeLessThanOrEqual(2 ** 24);
});

it.each([
  ['float32', 3, 2, 900_000],
  ['float64', 70, 3, 60_000],
  ['float32', 3000, 700, 4],
  ['float64', 3, 5000, 900],
  ['float32', 40, 4000, 300],
] as const)('%s %i x %i x %i, ordinary and resident', (dtype, n, dim, classes) => {
  const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
  const sampleWeight = Float64Array.from({ length: n }, (_, i) => i % 5);
  const before = bytes();
  crossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias });
  crossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias, sampleWeight });
  if (n * classes < 1e6) squares.valueAndGrad(hidden, weight, new Float64Array(n * classes), { dim, bias });
  expect(bytes() - before).toBeLessThanOrEqual(2 ** 24);
  const buffers = [hidden, weight, hidden, weight].map((x: FloatArray) => resident(x));
  const own = bytes();
  const out = { hidden: buffers[2], weight: buffers[3] };
  crossEntropy.valueAndGrad(buffers[0], buffers[1], labels, { dim, bias, out });
  expect(bytes() - own).toBeLessThanOrEqual(2 ** 24);
  for (const buffer of buffers) buffer.free();
});

it('memory stays as it is over many calls', () => {
  const { hidden, weight, bias, labels } = problem('float32', 50, 12, 30);
  crossEntropy.valueAndGrad(hidden, weight, labels, { dim: 12, bias });
  const before = bytes();
  for (let i = 0; i < 2000; i++) crossEntropy.valueAndGrad(hidden, weight, labels, { dim: 12, bias });
  expect(bytes()).toBe(before);
});

it('what is taken at a time is a matter of the weight, and within bounds, for eight threads too', () => {
  for (const size of [4, 8]) {
    for (const dim of [1, 3, 64, 384, 768, 4096, 12_000, 20_000, 40_000, 100_000]) {
      for (const classes of [1, 10, 1000, 32_000, 151_936, 1_000_000]) {
        if (classes * size > 4e6 || (40 * dim + 3 * classes) * size > 2 ** 24) continue;
        const { bytes, rows, isShared } = sizesOf(dim, classes, size, 1e6);
        const others = isShared ? 7 * bytes.work : 0;
        const sum = Object.values(bytes).reduce((a, b) => a + b, others);
        expect(sum, `${dim} x ${classes}`).toBeLessThanOrEqual(2 ** 24 - 2 ** 12);
        expect(rows).toBeGreaterThan(0);
        expect(isShared || dim > 20_000 || classes > 100_000, `${dim} x ${classes}: threads`).toBe(true);
        // The kernels are quick with whole panels.
        if (classes <= 100_000 && dim < 5000) expect(rows).toBeGreaterThanOrEqual(16);
      }
    }
  }
});
