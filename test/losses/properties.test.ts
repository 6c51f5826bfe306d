/** Identities between the losses, and of each with itself, on random data: what must hold whatever the numbers. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  binaryFocal,
  binaryFocalWithLogits,
  categoricalCrossEntropy,
  crossEntropy,
  entropy,
  focal,
  huber,
  init,
  klDivergence,
  multiclassHinge,
  nll,
  oneHot,
  smoothL1,
} from '../../ts/index.ts';
import { classes, close, holds, numbers, probabilities, rowsOf, scored } from '../support/property.ts';

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  it.each([
    ['crossEntropy', crossEntropy],
    ['categoricalCrossEntropy', categoricalCrossEntropy],
    ['nll', nll],
  ] as const)('%s: labels are one-hot targets', (name, loss) => {
    const vector = [0.5, 1, 2, 0.25, 1.5];
    for (const options of [{}, { classWeight: vector }]) {
      holds(scored, ({ logits, labels }) => {
        const x = name === 'categoricalCrossEntropy' ? probabilities(logits) : logits;
        const dense = oneHot(labels, classes, { dtype: 'float64' });
        const [a, b] = [loss.valueGradHess(x, labels, options), loss.valueGradHess(x, dense, { ...options, classes })];
        close(a.value, b.value, 1e-14);
        const weight = Math.max(...vector);
        a.grad.forEach((g, i) => void close(g, b.grad[i]!, 1e-13, Math.abs(g) + weight * 1e-2));
      });
    }
  });

  it.each(['float32', 'float64'] as const)('%s: a probability of −0 is 0', (type) => {
    const of = (...x: number[]) => (type === 'float32' ? Float32Array.from(x) : Float64Array.from(x));
    const [one, halves, none] = [of(1, 0, 1, 0), of(0.5, 0.5, 0.25, 0), of(0, 0, 0.5, 0.5)];
    const calls: { [name: string]: (p: Float32Array | Float64Array) => unknown } = {
      binaryCrossEntropy: (p) => binaryCrossEntropy.valueGradHess(p, one),
      'binaryCrossEntropy, alone': (p) => binaryCrossEntropy.valueAndGrad(p, one),
      'binaryCrossEntropy of soft targets': (p) => binaryCrossEntropy.valueGradHess(p, halves),
      'binaryCrossEntropy, weighted': (p) => binaryCrossEntropy.valueGradHess(p, one, { posWeight: 2 }),
      binaryFocal: (p) => binaryFocal.valueGradHess(p, one),
      'binaryFocal, alone': (p) => binaryFocal.valueAndGrad(p, one),
      'binaryFocal, weighted': (p) => binaryFocal.valueGradHess(p, one, { gamma: 1.5, alpha: 0.3 }),
      categoricalCrossEntropy: (p) => categoricalCrossEntropy.valueGradHess(p, [0], { classes: 4 }),
      'categoricalCrossEntropy, alone': (p) => categoricalCrossEntropy.valueAndGrad(p, [0], { classes: 4 }),
      'categoricalCrossEntropy, smoothed': (p) =>
        categoricalCrossEntropy.valueGradHess(p, [1], { classes: 4, labelSmoothing: 0.1 }),
      'categoricalCrossEntropy, dense': (p) => categoricalCrossEntropy.valueGradHess(p, halves, { classes: 4 }),
      klDivergence: (p) => klDivergence.valueGradHess(p, halves, { classes: 4 }),
      'klDivergence, target': (p) =>
        klDivergence.valueGradHess(
          none.map((x) => x + 0.1),
          p,
          { classes: 4 },
        ),
      entropy: (p) => entropy.valueGradHess(p, { classes: 4 }),
    };
    for (const [name, call] of Object.entries(calls)) {
      expect(call(of(-0, -0, 0.5, 0.25)), name).toEqual(call(of(0, 0, 0.5, 0.25)));
    }
  });

  it('H(P, Q) = H(P) + D(P, Q)', () => {
    holds(fc.tuple(scored, scored), ([{ logits: a }, { logits: b }]) => {
      const n = Math.min(a.length, b.length);
      const [p, z] = [probabilities(a.subarray(0, n)), b.subarray(0, n)];
      const cross = crossEntropy(z, p, { classes, reduction: 'sum' });
      const [h, kl] = [
        entropy(p, { classes, reduction: 'sum' }),
        klDivergence(z, p, { classes, input: 'logits', reduction: 'sum' }),
      ];
      close(h + kl, cross, 1e-13, Math.abs(cross) + h + 1e-2);
      expect(kl).toBeGreaterThan(-1e-13 * (1 + h));
    });
  });

  it('a focal loss of gamma 0 is the cross-entropy', () => {
    holds(scored, ({ logits, labels }) => {
      const [a, b] = [focal.valueAndGrad(logits, labels, { gamma: 0 }), crossEntropy.valueAndGrad(logits, labels)];
      close(a.value, b.value, 1e-14);
      a.grad.forEach((g, i) => void close(g, b.grad[i]!, 1e-13));
      const y = logits.map((_, i) => i % 2);
      const [c, d] = [
        binaryFocalWithLogits.valueAndGrad(logits, y, { gamma: 0 }),
        binaryCrossEntropyWithLogits.valueAndGrad(logits, y),
      ];
      close(c.value, d.value, 1e-14);
      c.grad.forEach((g, i) => void close(g, d.grad[i]!, 1e-13));
    });
  });

  it('smoothL1 is huber / beta', () => {
    holds(fc.tuple(numbers, fc.double({ min: 0.01, max: 5, noNaN: true })), ([x, beta]) => {
      const target = x.map((v, i) => v / 2 + i / 8);
      const [a, b] = [smoothL1.valueAndGrad(x, target, { beta }), huber.valueAndGrad(x, target, { delta: beta })];
      close(a.value, b.value / beta, 1e-14, (b.value + 1) / beta);
      a.grad.forEach((g, i) => void close(g, b.grad[i]! / beta, 1e-14));
    });
  });

  it('cross-entropy from the probabilities is that from the logits', () => {
    holds(scored, ({ logits, labels }) => {
      close(
        categoricalCrossEntropy(probabilities(logits), labels),
        crossEntropy(logits, labels),
        1e-12,
        1e-2 + crossEntropy(logits, labels),
      );
    });
  });

  it.each([
    ['crossEntropy', crossEntropy],
    ['focal', focal],
    ['multiclassHinge', multiclassHinge],
  ] as const)('%s: a shift of all scores changes nothing, and the gradient of a row sums to 0', (_, loss) => {
    holds(fc.tuple(scored, fc.integer({ min: -64, max: 64 })), ([{ logits, labels }, shift]) => {
      const grid = logits.map((z) => Math.round(z * 1024) / 1024);
      const [a, b] = [
        loss.valueAndGrad(grid, labels),
        loss.valueAndGrad(
          grid.map((z) => z + shift),
          labels,
        ),
      ];
      close(a.value, b.value, 1e-13, 1e-2 + Math.abs(b.value));
      a.grad.forEach((g, i) => void close(g, b.grad[i]!, 1e-13, 1e-2 + Math.abs(g)));
      for (const row of rowsOf(a.grad)) {
        close(
          row.reduce((x, y) => x + y),
          0,
          1e-14,
          row.reduce((x, y) => x + Math.abs(y), 0),
        );
      }
    });
  });
});
