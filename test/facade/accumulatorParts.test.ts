/** Accumulators: any split and order, all kinds of loss, and what they refuse. */
import { describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

describe('accumulator', () => {
  it('is one call, whatever the split and the order', () => {
    const n = 1000;
    const pred = Float64Array.from({ length: n }, (_, i) => Math.sin(i) * 10 ** (i % 9));
    const target = new Float64Array(n);
    const sampleWeight = Float64Array.from({ length: n }, (_, i) => (i % 7) / 3);
    const whole = L.huber(pred, target, { delta: 2, sampleWeight });
    const parts = [0, 1, 13, 500, 999, n];
    const sums = parts.slice(1).map((end, i) => {
      const cut = (x: Float64Array) => x.subarray(parts[i], end);
      return L.accumulator(L.huber, { delta: 2 }).add(cut(pred), cut(target), { sampleWeight: cut(sampleWeight) });
    });
    const all = sums.reduceRight((a, b) => a.merge(JSON.parse(JSON.stringify(b))));
    expect(Math.abs(all.value() / whole - 1)).toBeLessThan(1e-13);
    expect(all.count).toBe(n);
  });

  it('takes class weights, widths and elbo', () => {
    const a = L.accumulator(L.crossEntropy, { classWeight: Float32Array.of(1, 2) });
    a.add([1, 2], [1]).add([3, 4], [[0, 1]], { classes: 2 });
    expect(a.value()).toBeCloseTo(
      L.crossEntropy(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 1],
        { classWeight: [1, 2] },
      ),
      14,
    );
    expect(a.weight).toBe(4);
    const state = JSON.parse(JSON.stringify(a));
    expect(L.accumulator.from(state).merge(a).count).toBe(4);
    const inputs = { recon: [1], target: [1], mu: [1], logVar: [1] };
    expect(L.accumulator(L.elbo).add(inputs, { batch: 1 }).value()).toBe(L.elbo(inputs, { batch: 1 }));
  });

  it('refuses what has no mean, and strange options and states', () => {
    expect(() => L.accumulator(L.ntXent)).toThrow(TypeError);
    expect(() => L.accumulator(L.l2)).toThrow(TypeError);
    expect(() => L.accumulator(any(Math.sin))).toThrow(TypeError);
    expect(() => L.accumulator(L.mse, any({ reduction: 'sum' }))).toThrow(TypeError);
    expect(() => L.accumulator(L.huber, { delta: -1 })).toThrow(RangeError);
    const a = L.accumulator(L.huber);
    expect(() => a.add([1], [1], any({ delta: 1 }))).toThrow(TypeError);
    expect(() => a.add([1], [1], any({ sampleWeigth: [1] }))).toThrow(/did you mean `sampleWeight`/);
    expect(() => a.merge(any(L.accumulator(L.mse)))).toThrow(RangeError);
    expect(() => a.merge(L.accumulator(L.huber, { delta: 2 }))).toThrow(RangeError);
    expect(() => L.accumulator.from(any('{}'))).toThrow(TypeError);
    expect(() => L.accumulator.from({ ...a.toJSON(), count: -1 })).toThrow(RangeError);
    expect(a.value()).toBe(0);
  });
});
