/** Sums don't overflow where the losses and their mean don't, whatever way the data takes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allocate, elasticNet, huber, init, l1, l2, logCosh, mse, type Resident } from '../../ts/index.ts';

describe('sums that as doubles, or as floats in a register, would overflow', () => {
  beforeAll(async () => void (await init({ backend: 'wasm' })));

  const near = (got: number, want: number) => expect(Math.abs(got / want - 1)).toBeLessThan(1e-6);
  /** A pointwise loss of `n` equal errors, by each way that data takes. */
  function each(loss: typeof mse, make: (n: number) => Float32Array | Float64Array, n: number, error: number) {
    const [pred, target] = [make(n).fill(error), make(n)];
    const resident = () => allocate(pred instanceof Float32Array ? 'float32' : 'float64', n) as Resident<'float64'>;
    const [x, y, out] = [resident(), resident(), resident()];
    x.array.set(pred);
    const sampleWeight = make(n).fill(0.5);
    const calls = [
      () => loss(pred, target),
      () => loss(pred, target, { sampleWeight }),
      () => loss.valueAndGrad(pred, target).value,
      () => loss.valueGradHess(pred, target, { sampleWeight }).value,
      () => loss(x, y),
      () => loss.valueAndGrad(x, y, { out }).value,
      () => loss.valueAndGrad(x, y, { out: x }).value,
    ];
    // Twice: a call that comes again is run by itself.
    return calls.flatMap((call) => {
      x.array.set(pred);
      const first = call();
      x.array.set(pred);
      return [first, call()];
    });
  }

  it('has the mean of float64 losses', () => {
    for (const n of [3, 64, 700, 20_000]) {
      for (const value of each(mse, (n) => new Float64Array(n), n, 1.2e154)) near(value, 1.44e308);
      for (const value of each(huber, (n) => new Float64Array(n), n, -1.5e308)) near(value, 1.5e308);
    }
  });

  it('has the mean of float32 losses', () => {
    for (const n of [8, 64, 700, 40_000]) {
      for (const value of each(mse, (n) => new Float32Array(n), n, 1.5e19)) near(value, 2.25e38);
      for (const value of each(logCosh, (n) => new Float32Array(n), n, 3e38)) near(value, 3e38);
    }
  });

  it('has the sum where a double can hold it, and ∞ elsewhere', () => {
    near(l1(new Float32Array(8).fill(3e38)), 2.4e39);
    near(l2(new Float32Array(9).fill(1.5e19)), 2.025e39);
    near(elasticNet(new Float32Array(8).fill(3e38), { l1Ratio: 1 }), 2.4e39);
    expect(l1(new Float64Array(8).fill(1.7e308))).toBe(Infinity);
    expect(mse(new Float64Array(3).fill(1.2e154), new Float64Array(3), { reduction: 'sum' })).toBe(Infinity);
  });

  it('keeps infinite losses and NaN', () => {
    for (const x of [Infinity, NaN, 2e154]) {
      const pred = new Float64Array(1000).fill(1.2e154);
      pred[500] = x;
      expect(mse(pred, new Float64Array(1000))).toBe(Number.isNaN(x) ? NaN : Infinity);
    }
  });
});
