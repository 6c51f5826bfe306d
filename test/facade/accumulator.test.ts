/** Weights, and means over parts. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { accumulator, crossEntropy, init, mse } from '../../ts/index.ts';
import { classes, close, holds, numbers, same, scored } from '../support/property.ts';

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  it('weights scale the sum, and a common factor leaves the mean', () => {
    holds(fc.tuple(numbers, fc.integer({ min: -8, max: 8 })), ([x, power]) => {
      const target = x.map((v) => v / 3);
      const weights = x.map((_, i) => 1 + (i % 5));
      const more = weights.map((w) => w * 2 ** power);
      const [a, b] = [weights, more].map((sampleWeight) =>
        mse.valueAndGrad(x, target, { sampleWeight, reduction: 'sum' }),
      );
      same(b!.value, a!.value * 2 ** power);
      same(
        b!.grad,
        a!.grad.map((g) => g * 2 ** power),
      );
      const [c, d] = [weights, more].map((sampleWeight) => mse.valueAndGrad(x, target, { sampleWeight }));
      close(d!.value, c!.value, 1e-15);
      d!.grad.forEach((g, i) => void close(g, c!.grad[i]!, 1e-15));
    });
  });

  it('an accumulator gives the mean of one call, whatever the split and the order', () => {
    const cuts = fc.array(fc.nat(12), { maxLength: 4 });
    holds(fc.tuple(scored, cuts, fc.boolean()), ([{ logits, labels }, at, reversed]) => {
      const options = { classWeight: [0.5, 1, 2, 0.25, 1.5], labelSmoothing: 0.1 };
      const weights = Float64Array.from(labels, (_, i) => 0.5 + (i % 3));
      const edges = [0, ...at.map((cut) => Math.min(cut, labels.length)).sort((a, b) => a - b), labels.length];
      const parts = edges.slice(1).map((to, i) => {
        const from = edges[i]!;
        return accumulator(crossEntropy, options).add(
          logits.subarray(from * classes, to * classes),
          labels.subarray(from, to),
          {
            sampleWeight: weights.subarray(from, to),
            classes,
          },
        );
      });
      const total = accumulator(crossEntropy, options);
      for (const part of reversed ? parts.reverse() : parts)
        total.merge(accumulator.from(JSON.parse(JSON.stringify(part)), crossEntropy));
      close(total.value(), crossEntropy(logits, labels, { ...options, sampleWeight: weights }), 1e-12);
      expect(total.count).toBe(labels.length);
    });
  });
});
