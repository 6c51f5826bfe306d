/** Sums of products are within (8 + log2 n) ULP of the sum of their magnitudes, in the scores and in the gradients. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type FloatArray, init, linear, mae, mse } from '../../ts/index.ts';
import { type Dtype, dtypes, floats } from '../support/losses.ts';
import { random } from '../support/random.ts';
import type { Head } from './problem.ts';

const [linearMae, linearMse] = [linear(mae) as unknown as Head, linear(mse) as unknown as Head];

/** The double as a whole number of units of 2^-300, of which tests take none smaller. */
function exact(x: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0]!;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = (exponent === 0 ? fraction : fraction | (1n << 52n)) << BigInt(Math.max(exponent, 1) - 1075 + 300);
  return bits < 0n ? -magnitude : magnitude;
}

/** A whole number of units of 2^-600 as a double, nearly. */
function rounded(x: bigint): number {
  const size = (x < 0n ? -x : x).toString(2).length;
  const shift = Math.max(0, size - 60);
  return Number(x >> BigInt(shift)) * 2 ** (shift - 600);
}

/** How many ULP of Σ|products| a result is off their sum, over what is granted. */
function share(got: number, a: readonly number[], b: readonly number[], dtype: Dtype): number {
  let [sum, size] = [0n, 0n];
  for (let i = 0; i < a.length; i++) {
    const term = exact(a[i]!) * exact(b[i]!);
    sum += term;
    size += term < 0n ? -term : term;
  }
  const error = Math.abs(rounded((exact(got) << 300n) - sum));
  const exponent = Math.floor(Math.log2(rounded(size)));
  return error / 2 ** (exponent - (dtype === 'float32' ? 23 : 52)) / (8 + Math.log2(a.length));
}

/** Numbers that make sums go wrong: of all sizes, all alike, a large one first, and ones that cancel. */
const kinds: readonly [string, (i: number, r: ReturnType<typeof random>) => number][] = [
  ['normal', (_, r) => r.normal()],
  ['positive', (_, r) => r.unit()],
  ['alike', () => 0.1],
  ['large first', (i) => (i === 0 ? 1.99 : 2 ** -25)],
  ['wide', (_, r) => r.normal() * 2 ** (r.below(30) - 15)],
  ['cancelling', (i, r) => (i % 2 === 0 ? 1e6 : -1e6) + r.unit()],
];

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));
  for (const dtype of dtypes) {
    const row = (x: FloatArray, at: number, n: number): number[] => Array.from(x.subarray(at * n, (at + 1) * n));

    it.each(kinds)(`${dtype}, %s: scores`, (name, draw) => {
      const r = random(name);
      for (const dim of [1, 2, 16, 17, 48, 112, 240, 1000]) {
        const [n, classes] = [3, 5];
        const hidden = floats(dtype, n * dim, (i) => draw(i % dim, r));
        const weight = floats(dtype, classes * dim, (i) => (name === 'normal' ? r.normal() : 1 + (i % 7) / 8));
        const bias = floats(dtype, classes, () => r.unit());
        // |z - 0|, which is exact.
        const options = { dim, bias, reduction: 'none' };
        const z = linearMae(hidden, weight, new Float64Array(n * classes), options) as FloatArray;
        for (let i = 0; i < n * classes; i++) {
          const [x, w] = [row(hidden, Math.floor(i / classes), dim), row(weight, i % classes, dim)];
          const [a, b] = [
            [...x, 1],
            [...w, bias[i % classes]!],
          ];
          const best = Math.min(share(z[i]!, a, b, dtype), share(-z[i]!, a, b, dtype));
          expect(best, `dim ${dim}, score ${i}`).toBeLessThan(1);
        }
      }
    });

    it.each(kinds)(`${dtype}, %s: gradients`, (name, draw) => {
      const r = random(name);
      for (const [n, dim, classes] of [
        [5, 3, 700],
        [1300, 3, 6],
        [3, 2, 66_000],
      ] as const) {
        // With hidden 0 or the weight 0 scores are 0, and 2(0 - target) is exact.
        const target = floats(dtype, n * classes, (i) => draw(i % classes, r));
        const slope = (i: number, k: number): number => -2 * target[i * classes + k]!;
        const options = { dim, reduction: 'sum', bias: new Float64Array(classes) };
        const weight = floats(dtype, classes * dim, (i) => draw(i % classes, r));
        const byHidden = linearMse.valueAndGrad(
          floats(dtype, n * dim, () => 0),
          weight,
          target,
          options,
        ).grad;
        for (let i = 0; i < n; i += 1 + (n >> 3)) {
          const g = Array.from({ length: classes }, (_, k) => slope(i, k));
          const column = Array.from({ length: classes }, (_, k) => weight[k * dim]!);
          expect(share(byHidden.hidden![i * dim]!, g, column, dtype), `hidden ${i} of ${n}`).toBeLessThan(1);
        }
        const hidden = floats(dtype, n * dim, (i) => draw(i % n, r));
        const byWeight = linearMse.valueAndGrad(
          hidden,
          floats(dtype, classes * dim, () => 0),
          target,
          options,
        ).grad;
        for (let k = 0; k < classes; k += 1 + (classes >> 3)) {
          const g = Array.from({ length: n }, (_, i) => slope(i, k));
          const column = Array.from({ length: n }, (_, i) => hidden[i * dim]!);
          expect(share(byWeight.weight![k * dim]!, g, column, dtype), `weight ${k} of ${n}`).toBeLessThan(1);
          expect(
            share(
              byWeight.bias![k]!,
              g,
              g.map(() => 1),
              dtype,
            ),
            `bias ${k} of ${n}`,
          ).toBeLessThan(1);
        }
      }
    });
  }
});
