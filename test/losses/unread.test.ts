/** What a formula doesn't use isn't read: neither checked nor propagated. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allocate, categoricalCrossEntropy, crossEntropy, focal, init, klDivergence, nll } from '../../ts/index.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  describe.each([Float32Array, Float64Array])('%O', (Floats) => {
    const floats = (...x: number[]) => Floats.from(x);
    const list = (x: ArrayLike<number>) => Array.from(x);
    const [bad, classes] = [floats(nan, 0.5, 7, 0.25, -3, 0.5), 3];

    it.each([
      ['nll', nll, [-0.5, -3], [0, -1, 0, 0, -1, 0], [0, 0, 0, 0, 0, 0]],
      [
        'categoricalCrossEntropy',
        categoricalCrossEntropy,
        [Math.LN2, Math.LN2],
        [0, -2, 0, 0, 0, -2],
        [0, 4, 0, 0, 0, 4],
      ],
    ] as const)('%s: the classes beside the label', (name, loss, values, grad, hess) => {
      const labels = name === 'nll' ? [1, 1] : [1, 2];
      const x = name === 'nll' ? floats(nan, 0.5, infinity, nan, 3, -infinity) : bad;
      const dense = floats(...labels.flatMap((y) => [0, 1, 2].map((k) => Number(k === y))));
      for (const target of [labels, dense]) {
        for (const options of [{ classes }, { classes, classWeight: [1, 1, 1] }]) {
          const all = loss.valueGradHess(x, target, { ...options, reduction: 'none' });
          expect(list(all.value).map((v) => +v.toFixed(6))).toEqual(values.map((v) => +v.toFixed(6)));
          expect(list(all.grad)).toEqual(grad);
          expect(list(all.hess)).toEqual(hess);
        }
      }
      const inPlace = allocate((Floats === Float32Array ? 'float32' : 'float64') as 'float64', 6);
      inPlace.array.set(x);
      const { value } = loss.valueAndGrad(inPlace, labels, { classes, out: inPlace, reduction: 'sum' });
      expect(value).toBeCloseTo(values[0] + values[1], 6);
      expect(list(inPlace.array)).toEqual(grad);
      inPlace.free();
    });

    it('of weights per class, those that are 0', () => {
      const options = { classes, classWeight: [0, 1, 0], reduction: 'sum' } as const;
      const { value, grad } = categoricalCrossEntropy.valueAndGrad(bad, [1, 0], options);
      expect(value).toBeCloseTo(Math.LN2, 6);
      expect(list(grad)).toEqual([0, -2, 0, 0, 0, 0]);
      const smooth = categoricalCrossEntropy.valueAndGrad(bad.slice(0, 3), [1], { ...options, labelSmoothing: 0.3 });
      expect(smooth.value).toBeCloseTo(0.8 * Math.LN2, 6);
      expect(list(smooth.grad)).toEqual([0, expect.closeTo(-1.6, 5), 0]);
    });

    it('the error names a place that is used', () => {
      const call = () => categoricalCrossEntropy(floats(7, 0.5, 0.5, 0.5, 9, 1.5), [1, 2]);
      expect(call).toThrow('categoricalCrossEntropy: p[5] = 1.5 is out of range');
      const dense = () => categoricalCrossEntropy(floats(7, 0.5, 1.5), floats(0, 1, 0.5), { classes });
      expect(dense).toThrow('categoricalCrossEntropy: p[2] = 1.5 is out of range');
      const smooth = () => categoricalCrossEntropy(floats(7, 0.5, 0.5), [1], { labelSmoothing: 0.1 });
      expect(smooth).toThrow('categoricalCrossEntropy: p[0] = 7 is out of range');
      const divergence = () => klDivergence(floats(7, 0.5, 1.5), floats(0, 0.5, 0.5), { classes });
      expect(divergence).toThrow('klDivergence: q[2] = 1.5 is out of range');
    });

    it('klDivergence: q where p is 0, but among logits', () => {
      const [q, p] = [floats(nan, 0.5, 7, nan, 1, -7), floats(0, 1, 0, 0, 1, 0)];
      for (const target of ['probabilities', 'logProbabilities'] as const) {
        const options = { classes, target, reduction: 'none' } as const;
        const given = target === 'probabilities' ? p : p.map(Math.log);
        const all = klDivergence.valueGradHess(q, given, options);
        expect(list(all.value).map((v) => +v.toFixed(6))).toEqual([+Math.LN2.toFixed(6), 0]);
        expect([list(all.grad), list(all.hess)]).toEqual([
          [0, -2, 0, 0, -1, 0],
          [0, 4, 0, 0, 1, 0],
        ]);
        const logs = klDivergence.valueGradHess(q, given, { ...options, input: 'logProbabilities' });
        expect([list(logs.value), list(logs.grad), list(logs.hess)]).toEqual([
          [-0.5, -1],
          [0, -1, 0, 0, -1, 0],
          [0, 0, 0, 0, 0, 0],
        ]);
        expect(list(klDivergence(q, given, { ...options, input: 'logits' }))).toEqual([nan, nan]);
      }
    });

    it('a softmax uses its whole row, whatever its loss is multiplied by', () => {
      const logits = floats(nan, 1, 2);
      expect(crossEntropy(logits, [1])).toBeNaN();
      expect(crossEntropy(logits, floats(0, 1, 0), { classes })).toBeNaN();
      expect(focal(logits, [1], { alpha: 0 })).toBeNaN();
      expect(list(focal.valueAndGrad(floats(1, 2, 3), [1], { alpha: 0 }).grad).every((g) => g === 0)).toBe(true);
    });
  });
});
