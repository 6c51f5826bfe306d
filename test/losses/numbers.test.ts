/** Numbers at the ends of the types' ranges: sums that would overflow, weights and parameters that float32 can't hold. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { difference } from '../support/ulp.ts';

const f32 = (...x: number[]) => Float32Array.from(x);
const f64 = (...x: number[]) => Float64Array.from(x);
const near = (got: number, want: number, relative = 1e-6) => expect(got / want).toBeCloseTo(1, -Math.log10(relative));

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  describe('cross-entropy with a temperature or a penalty', () => {
    it('a class without a share has gradient 0 where the penalty overflows', () => {
      const { value, grad } = L.crossEntropy.valueAndGrad(f64(1e308, -1e308), [0], { zLoss: 1 });
      expect([value, ...grad]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    });
    it.each([3, 200])('a gap beyond the largest number, over a temperature, of %i classes', (classes) => {
      const logits = new Float64Array(classes);
      logits.set([1.7e308, -1.7e308]);
      const { value, grad } = L.crossEntropy.valueAndGrad(logits, [1], { temperature: 100 });
      near(value, 3.4e306);
      expect([...grad.subarray(0, 3)]).toEqual([0.01, -0.01, 0]);
    });
    it.each([
      [3, 1e-6],
      [200, 1e-6],
      [3, 0.07],
      [200, 0.07],
    ])('gradients of small weights keep their digits: %i classes, temperature %d', (classes, temperature) => {
      const logits = new Float32Array(classes).fill(-3 * temperature);
      logits.set([0, -temperature]);
      const options = { temperature, sampleWeight: [2 ** -116], reduction: 'sum' } as const;
      const { grad } = L.crossEntropy.valueAndGrad(logits, [0], options);
      const exact = L.crossEntropy.valueAndGrad(Float64Array.from(logits), [0], options).grad;
      for (let k = 0; k < 3; k++) near(grad[k]!, exact[k]!, 2e-6);
    });
  });

  describe('sums do not overflow where the terms and the mean do not', () => {
    it.each<[string, () => number, number]>([
      ['mse, float32', () => L.mse(f32(...Array(8).fill(1.5e19)), new Float32Array(8)), 2.25e38],
      ['mse, float64', () => L.mse(f64(1.2e154, 1.2e154, 1.2e154), new Float64Array(3)), 1.44e308],
      ['mse, many', () => L.mse(new Float64Array(9000).fill(1.2e154), new Float64Array(9000)), 1.44e308],
      ['mae, float64', () => L.mae(f64(1.7e308, 1.7e308, -1.7e308), new Float64Array(3)), 1.7e308],
      ['huber, float32', () => L.huber(f32(...Array(5).fill(3.3e38)), new Float32Array(5)), 3.3e38],
      ['l1, float32', () => L.l1(f32(...Array(8).fill(3e38))), 2.4e39],
      ['nll', () => L.nll(f64(-1.5e308, 0, -1.5e308, 0), [0, 0]), 1.5e308],
      ['a loss times its weight', () => L.mse(f64(1e150), f64(0), { sampleWeight: f64(1e10) }), 1e300],
      ['and others', () => L.mse(f64(1e150, 1e150), f64(0, 0), { sampleWeight: f64(1e10, 1) }), 1e300],
      ['a row', () => L.gaussianKl(f64(1e150), f64(0), { dim: 1, sampleWeight: f64(1e10) }), 5e299],
      ['a triplet', () => L.triplet(f64(1e150), f64(0), f64(1e150), { dim: 1, sampleWeight: f64(1e10) }), 1e300],
    ])('%s', (_, loss, want) => near(loss(), want));

    it('with the gradient in place, and by accumulators', () => {
      const pred = f64(1.2e154, 1.2e154, 1.2e154);
      const { value, grad } = L.mse.valueAndGrad(pred, new Float64Array(3), { out: pred });
      near(value, 1.44e308);
      expect([...grad].map((g) => Number((g / 8e153).toFixed(9)))).toEqual([1, 1, 1]);
      const mean = L.accumulator(L.mse);
      for (let i = 0; i < 3; i++) mean.add(f64(1.2e154), f64(0));
      near(mean.value(), 1.44e308);
      const again = L.accumulator.from(JSON.parse(JSON.stringify(mean)), L.mse).merge(mean);
      near(again.value(), 1.44e308);
      expect(again.sum).toBe(Infinity);
      const parts = { recon: f64(1.6e154, 1.6e154), target: f64(0, 0), mu: f64(0, 0), logVar: f64(0, 0) };
      const gaussian = L.accumulator(L.elbo, { likelihood: 'gaussian' });
      near(gaussian.add(parts, { batch: 2 }).add(parts, { batch: 2 }).value(), 1.28e308);
      const heavy = L.accumulator(L.mse);
      for (let i = 0; i < 3; i++) heavy.add(f64(1), f64(0), { sampleWeight: [1e308] });
      near(heavy.value(), 1);
    });

    it('and still are infinite or NaN where a term is', () => {
      expect(L.mse(f64(1e200, 1), f64(0, 0))).toBe(Infinity);
      expect(L.mse(f32(1e30, 1), f32(0, 0))).toBe(Infinity);
      expect(L.mse(f64(1.2e154, 1.2e154, Number.NaN), new Float64Array(3))).toBeNaN();
      expect(L.mse(f64(1.2e154, 1.2e154), new Float64Array(2), { reduction: 'sum' })).toBe(Infinity);
    });
  });

  it.each([1, 2] as const)(
    'Weston and Watkins, p = %s: in place as anywhere, where K·h^p overflows and the loss does not',
    (p) => {
      for (const [of, end] of [
        [f32, 2 ** 125],
        [f64, 2 ** 1021],
      ] as const) {
        const scores = of(...Array.from({ length: 12 }, (_, k) => (end ** (1 / p) * k) / 11 / (1 + k / 700)));
        for (const label of [0, 5, 11]) {
          const options = { variant: 'westonWatkins', p, classes: 12, reduction: 'none' } as const;
          const apart = L.multiclassHinge.valueGradHess(scores, [label], options);
          const out = scores.slice();
          expect(difference(L.multiclassHinge.valueGradHess(out, [label], { ...options, out }), apart)).toBe(null);
        }
      }
    },
  );

  it('margins beyond the range of float32 count for no more elements than there are', () => {
    const [pred, target] = [f64(1, 2, 3), f64(1, 1, -1)];
    near(L.hinge(pred, target, { margin: 1e300, reduction: 'sum' }), 3e300, 1e-12);
    near(L.squaredHinge(pred, target, { margin: 1e150, reduction: 'sum' }), 3e300, 1e-12);
    near(L.hinge.valueAndGrad(pred, target, { margin: 1e300, reduction: 'sum' }).value, 3e300, 1e-12);
  });

  it('alpha = 0 removes even an infinite loss, though not NaN', () => {
    for (const of of [f32, f64]) {
      const logits = of(-Infinity, Infinity, Number.NaN);
      const none = { reduction: 'none' } as const;
      const at = (y: number, alpha: number) => [...L.binaryFocalWithLogits(logits, of(y, y, y), { alpha, ...none })];
      expect(at(1, 0)).toEqual([0, 0, Number.NaN]);
      expect(at(0, 1)).toEqual([0, 0, Number.NaN]);
      expect(at(1, 1)).toEqual([Infinity, 0, Number.NaN]);
    }
  });

  describe('weights', () => {
    it('may be as large as their type', () => {
      near(L.mse(f32(1, 2), f32(0, 0), { sampleWeight: f32(3e38, 3e38) }), 2.5);
      near(L.crossEntropy(f32(0, 1), [0], { classWeight: [3.4e38, 1] }), 1.3132617);
      near(L.crossEntropy(f32(0, 1, 0, 1), [0, 1], { classWeight: [3.4e38, 1] }), 1.3132617);
      const { grad } = L.crossEntropy.valueAndGrad(f32(0, 1), [0], { classWeight: [3.4e38, 1] });
      near(grad[0]!, -0.7310586);
    });

    it('overflow nothing by what they are multiplied with on the way', () => {
      const options = { sampleWeight: [3.4e38, 1], reduction: 'sum' } as const;
      for (const n of [1, 700]) {
        const [pred, target] = [new Float32Array(2 * n).fill(0.5), new Float32Array(2 * n).fill(-1)];
        const sampleWeight = Float32Array.from(pred, (_, i) => (i % 2 === 0 ? 3.4e38 : 1));
        for (const loss of [L.mae, L.huber, L.quantile, L.hingeEmbedding]) {
          const one = loss.valueGradHess(pred, target, { reduction: 'sum' });
          const got = loss.valueGradHess(pred, target, { sampleWeight, reduction: 'sum' });
          expect([...got.grad]).toEqual(Array.from(one.grad, (g, i) => Math.fround(g * sampleWeight[i]!)));
          expect([...got.hess]).toEqual(Array.from(one.hess, (h, i) => Math.fround(h * sampleWeight[i]!)));
        }
        const zero = new Float32Array(2 * n);
        const { grad } = L.marginRanking.valueAndGrad(pred, zero, target.fill(1), { ...options, sampleWeight });
        expect(grad.a.every((g) => g === 0)).toBe(true);
        const flat = L.mse.valueGradHess(pred.fill(1e-30), zero, { ...options, sampleWeight });
        near(flat.grad[0]!, 6.8e8);
        expect(flat.hess[0]).toBe(Infinity);
      }
      // Σ y times the weight is more than float32 holds.
      const rows = L.rankingSoftmax.valueAndGrad(f32(0.1, 0.2, 0.3, 0.4), [2, 3, 1, 0], {
        ...options,
        batch: 1,
        sampleWeight: [3.3e38],
      });
      near(rows.grad[0]!, -2.366e38, 1e-3);
      near(rows.grad[2]!, 1.8714e38, 1e-3);
      expect([rows.grad[1], rows.grad[3]]).toEqual([-Infinity, Infinity]);
      const dense = f32(1, 1, 1, 0);
      const { hess } = L.crossEntropy.valueGradHess(f32(0, 0, 0, 30), dense, {
        ...options,
        classes: 4,
        sampleWeight: [3.3e38],
      });
      near(hess[0]!, 3 * 3.3e38 * Math.exp(-30), 1e-6);
    });

    it('of classes may be as far apart as their type allows, dense targets too', () => {
      const logits = f32(0.3, 1.3, -2.1, -2.2, 1.2, -1.6, 0.4, -1.2, 1.9, -0.3);
      const target = f32(0.2, 0, 0.5, 0, 0.3, 0.9, 0.1, 0, 0, 0);
      for (const high of [3e38, 1e30]) {
        for (const low of [1e-37, 1e-20]) {
          const weights = [low, low, low, high, low];
          const want = L.crossEntropy.valueGradHess(f64(...logits), f64(...target), {
            classes: 5,
            classWeight: weights,
          });
          const got = L.crossEntropy.valueGradHess(logits, target, { classes: 5, classWeight: weights });
          near(got.value, want.value);
          for (const key of ['grad', 'hess'] as const) got[key].forEach((x, i) => void near(x, want[key][i]!, 1e-5));
          // With weight on the class that has most, the others are next to nothing.
          target[3] = 0.4;
          const alone = L.crossEntropy(logits.slice(0, 5), [3]);
          near(L.crossEntropy(logits, target, { classes: 5, classWeight: weights }), alone);
          target[3] = 0;
        }
      }
    });

    it('count as 0 below the normal range', () => {
      const wrong = f32(Number.NaN, 1);
      expect(L.mse(wrong, f32(0, 0), { sampleWeight: f32(1e-40, 2) })).toBe(1);
      expect([...L.mse.valueAndGrad(wrong, f32(0, 0), { sampleWeight: [1e-40, 2] }).grad]).toEqual([0, 2]);
      expect(L.mse(f64(Number.NaN, 1), f64(0, 0), { sampleWeight: f64(1e-310, 2) })).toBe(1);
      for (const tiny of [1e-46, 1e-40]) {
        const { value, grad } = L.crossEntropy.valueAndGrad(f32(0, 1), [0], { classWeight: [tiny, 1] });
        expect([value, ...grad]).toEqual([0, 0, 0]);
      }
    });

    it.each<[string, () => unknown, RegExp]>([
      [
        'float32, 1e39',
        () => L.mse(f32(1), f32(0), { sampleWeight: [1e39] }),
        /mse: sampleWeight\[0\] .*float32, got 1e\+39/,
      ],
      ['f64, e^-720', () => L.mse(f64(1), f64(0), { sampleWeight: [Math.exp(-720)] }), /scale the weights up/],
      ['f64, 1e-309', () => L.nll(f64(-1, -1), [0], { sampleWeight: [1e-309] }), /scale the weights up/],
      [
        'class and sample weight',
        () => L.nll(f32(-1, -1), [0], { sampleWeight: [1e-20], classWeight: [1e-20, 1] }),
        /scale/,
      ],
      ['a sum of ∞', () => L.mse(f64(1, 1), f64(0, 0), { sampleWeight: [1e308, 1e308] }), /scale the weights down/],
      ['accumulator', () => L.accumulator(L.mse).add(f32(1), f32(0), { sampleWeight: [1e39] }), /sampleWeight\[0\]/],
      [
        'elbo',
        () =>
          L.elbo({ recon: f64(1), target: f64(1), mu: f64(1), logVar: f64(1) }, { batch: 1, sampleWeight: [1e-309] }),
        /scale the weights up/,
      ],
    ])('are refused: %s', (_, call, message) => {
      expect(call).toThrow(RangeError);
      expect(call).toThrow(message);
    });
  });

  describe('parameters that float32 cannot hold', () => {
    const elbo = { recon: f32(1), target: f32(1), mu: f32(1), logVar: f32(1) };
    it.each<[string, () => unknown, RegExp]>([
      [
        'posWeight',
        () => L.binaryCrossEntropyWithLogits(f32(1), f32(1), { posWeight: 3.5e38 }),
        /posWeight .*float32.*3\.5e\+38/,
      ],
      [
        'posWeight a class',
        () => L.binaryCrossEntropy(f32(1, 0), f32(1, 0), { posWeight: [1, 3.5e38] }),
        /posWeight\[1\] .*float32/,
      ],
      ['classWeight', () => L.crossEntropy(f32(1, 2), [0], { classWeight: [3.5e38, 1] }), /classWeight\[0\] .*float32/],
      ['alpha', () => L.focal(f32(1, 2), [0], { alpha: 3.5e38 }), /alpha/],
      ['gamma', () => L.binaryFocalWithLogits(f32(1), f32(1), { gamma: 1e39 }), /gamma .*float32, got 1e\+39/],
      [
        'temperature',
        () => L.ntXent(f32(1, 0), f32(0, 1), { dim: 2, temperature: 1e-50 }),
        /temperature .*float32, got 1e-50/,
      ],
      ['delta', () => L.huber(f32(1), f32(0), { delta: 1e-50 }), /huber: delta must be finite and > 0 in float32/],
      ['margin', () => L.hinge(f32(1), f32(1), { margin: 1e39 }), /margin/],
      ['variance', () => L.elbo(elbo, { batch: 1, likelihood: 'gaussian', variance: 1e-46 }), /elbo: variance/],
      ['beta', () => L.elbo(elbo, { batch: 1, beta: 1e39 }), /elbo: beta/],
      ['in an accumulator', () => L.accumulator(L.huber, { delta: 1e39 }).add(f32(1), f32(0)), /delta/],
    ])('%s', (_, call, message) => {
      expect(call).toThrow(RangeError);
      expect(call).toThrow(message);
    });

    it('are well in float64, and what is only small is well in float32', () => {
      expect(L.huber(f64(1), f64(0), { delta: 1e-50 })).toBeCloseTo(1e-50, 60);
      expect(L.crossEntropy(f64(1, 2), [0], { classWeight: [3.5e38, 1] })).toBeCloseTo(1.3132617, 6);
      expect(L.hinge(f32(1), f32(1), { margin: 1e-50 })).toBe(0);
      expect(L.crossEntropy(f32(1, 2), [0], { ignoreIndex: 2147483647 })).toBeCloseTo(1.3132617, 6);
    });
  });

  it.each(['float32', 'float64'] as const)('Weston and Watkins: differences and sums that overflow (%s)', (type) => {
    const [of, unit] = type === 'float32' ? [f32, 2 ** 125] : [f64, 2 ** 1021];
    const options = { variant: 'westonWatkins', reduction: 'sum' } as const;
    // h is 10, 4 and 7 units, and then the square root of 10, 4 and 7 units.
    const [z, root] = [of(6 * unit, 0, -4 * unit, 3 * unit), Math.sqrt(unit / 2)];
    const p1 = L.multiclassHinge.valueGradHess(z, [2], options);
    near(p1.value / unit, 21 / 4, 1e-6);
    expect([...p1.grad]).toEqual([0.25, 0.25, -0.75, 0.25]);
    const p2 = L.multiclassHinge.valueGradHess(of(1.2 * root, 0, -0.6 * root, -root), [2], {
      ...options,
      p: 2,
      margin: 0,
    });
    near(p2.value / unit, (1.8 ** 2 + 0.6 ** 2) / 8, 1e-6);
    const steep = L.multiclassHinge.valueAndGrad(of(2 * unit, 0, -2 * unit, -2 * unit), [2], { ...options, p: 2 });
    expect([...steep.grad].map((g) => g / unit)).toEqual([2, 1, -3, 0].map((g) => expect.closeTo(g, 5)));
    const place = of(2 * unit, 0, -2 * unit, -2 * unit);
    expect(L.multiclassHinge.valueAndGrad(place, [2], { ...options, p: 2, out: place }).grad).toEqual(steep.grad);
  });

  it.each([1e20, 3.4e38])('an exponent of %s leaves nothing where its power is 0', (gamma) => {
    for (const of of [f32, f64]) {
      const [z, y] = [of(-1, 0, 1, 2, -0.5, 0.3), of(0, 1, 0, 1, 1, 0)];
      const p = of(0.2, 0.4, 0.7, 0.1, 0.5, 0.9);
      const all = [
        L.asymmetric.valueGradHess(z, y, { gammaPositive: gamma, gammaNegative: gamma }),
        L.binaryFocalWithLogits.valueGradHess(z, y, { gamma }),
        L.binaryFocal.valueGradHess(p, y, { gamma }),
        L.focal.valueGradHess(z, [0, 1], { gamma, classes: 3 }),
      ];
      for (const { value, grad, hess } of all) expect([value, ...grad, ...hess].every((x) => x === 0)).toBe(true);
      const nan = of(0, Number.NaN, 0, 1, 1, 0);
      expect(L.binaryFocalWithLogits.valueGradHess(z, nan, { gamma }).hess[1]).toBeNaN();
      expect(L.binaryFocal.valueGradHess(p, nan, { gamma }).grad[1]).toBeNaN();
    }
  });

  it('smoothed labels with a weight that only a sum can hold have the gradients that floats can hold', () => {
    const options = { classes: 2, labelSmoothing: 0.1, sampleWeight: [3e38], reduction: 'sum' } as const;
    const { grad } = L.crossEntropy.valueAndGrad(f32(200, 0), f32(0.5, 0.5), options);
    expect([...grad].map((g) => g / 1e38)).toEqual([1.5, -1.5].map((g) => expect.closeTo(g, 4)));
  });

  it('a dot product that overflows is a score of its sign for sigLip', () => {
    const { value, grad } = L.sigLip.valueAndGrad(f32(3e38, 1, 1, 0), f32(1, 0, 3e38, 1), { dim: 2, normalize: false });
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect([...grad.za, ...grad.zb].some(Number.isNaN)).toBe(false);
  });

  it.each([1e-200, 1e-310])('a temperature of %d leaves what is right at 0', (temperature) => {
    const { value, grad, hess } = L.crossEntropy.valueGradHess(f64(0, 1), [1], { temperature });
    expect([value, ...grad, ...hess].every((x) => x === 0)).toBe(true);
    for (const loss of [L.klDivergence, L.jensenShannon]) {
      const all = loss.valueGradHess(f64(0, 1), f64(0, 1), { batch: 1, input: 'logits', temperature });
      expect([all.value, ...all.grad, ...all.hess].every((x) => x === 0)).toBe(true);
    }
  });

  it('a temperature at the end of the range leaves opposed views at 0', () => {
    const za = f32(1, 0, -1, 0, 0, 1);
    const { value, grad } = L.ntXent.valueAndGrad(za, za.slice(), { dim: 2, temperature: 1e-39 });
    expect([value, ...grad.za, ...grad.zb].every((x) => x === 0)).toBe(true);
  });

  it('a difference that overflows leaves what is multiplied by it finite', () => {
    const { grad } = L.gaussianNll.valueAndGrad(f64(1.797e308), f64(-1.797e308), f64(1.77));
    near(grad.mean[0]!, 6.12e307, 1e-2);
    near(
      L.gaussianNll(f64(1.797e308), f64(-1.797e308), f64(1400)),
      0.5 * 1400 + 2 * (1.797e308 * Math.exp(-700)) ** 2,
      1e-2,
    );
  });
});
