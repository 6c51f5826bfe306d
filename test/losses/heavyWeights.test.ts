/** Weights at the ends of the range: Σ w·L / Σ w is what it is without them, though w·L alone overflows, or is lost. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import {
  hasHess,
  type Options,
  type Result,
  run,
  sample,
  samplesOf,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';
import { random } from '../support/random.ts';

/** Sizes of inputs, by powers of ten, and of weights, by powers of two: losses are finite, and products aren't, or are 0. */
const sizes = [
  [150, 700],
  [290, 900],
  [0, 1010],
  [-100, -900],
] as const;

// The losses of regions are about 1 at most, whatever is given: no product is out of range.
const weighted = table.filter(([, { info }]) => !['batch', 'regularizer', 'region'].includes(info.shape));

/** Expects the same of two calls, but for rounding. */
function expectSame(got: Result, want: Result, what: string): void {
  for (const key of ['value', 'grad', 'hess'] as const) {
    if (want[key] !== undefined)
      expect(isNear(got[key], want[key]), `${what} ${key}: ${got[key]}, ${want[key]}`).toBe(true);
  }
}

function isNear(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number') return Object.entries(b as object).every(([k, x]) => isNear((a as never)[k], x));
  return Object.is(a, b) || Math.abs(a - (b as number)) <= 1e-12 * Math.abs(a) + 1e-300;
}

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  describe.each(weighted)('%s', (name, loss) => {
    const cases = [3, 200].flatMap((width) =>
      targetForms(loss).flatMap((form) => variants(loss, width).map((options) => ({ width, form, options }))),
    );

    it.each(sizes)('the mean of inputs of 10^%s, weights times 2^%s', (size, k) => {
      for (const { width, form, options } of cases) {
        const { normal } = random(name + size);
        const wish = { dtype: 'float64', rows: 3, width, form, options, real: () => normal() * 10 ** size } as const;
        const s = sample(loss, random(name), wish);
        const what = `${form}, ${width}, ${JSON.stringify(options).slice(0, 80)}`;
        for (const order of [0, hasHess(loss, options) ? 2 : 1] as const) {
          const at = (weight: number, more: Options): Result =>
            run(s, order, { sampleWeight: new Float64Array(samplesOf(s)).fill(weight), ...more });
          expectSame(at(2 ** k, {}), at(1, {}), what);
          // A penalty isn't multiplied by the weights of classes.
          if (!('classWeight' in loss.info.parameters) || options.zLoss !== undefined) continue;
          const ofClass = (weight: number): Options => ({ classWeight: new Float64Array(width).fill(weight) });
          expectSame(at(1, ofClass(2 ** k)), at(1, ofClass(1)), `${what}, classes`);
          expectSame(at(2 ** -k, ofClass(2 ** k)), at(1, ofClass(1)), `${what}, both`);
        }
      }
    });
  });

  it('accumulators have the same mean', () => {
    const [pred, target] = [Float64Array.of(1e150, 3e150), new Float64Array(2)];
    for (const w of [1e200, 1e-200]) {
      const mean = L.accumulator(L.mse)
        .add(pred, target, { sampleWeight: [w, w] })
        .add(pred, target, { sampleWeight: [w, w] });
      expect(mean.value() / 5e300).toBeCloseTo(1, 12);
      expect(mean.weight).toBe(4 * w);
      expect(
        L.accumulator
          .from(JSON.parse(JSON.stringify(mean)), L.mse)
          .merge(mean)
          .value() / 5e300,
      ).toBeCloseTo(1, 12);
      const classes = L.accumulator(L.crossEntropy, { classWeight: [w, w] });
      expect(
        classes
          .add([[1e200, 0]], [1])
          .add([[1e200, 0]], [1])
          .value(),
      ).toBeCloseTo(1e200, -188);
    }
  });

  it('elbo and its parts', () => {
    const parts = {
      recon: Float64Array.of(2e150),
      target: Float64Array.of(0),
      mu: Float64Array.of(1e150),
      logVar: Float64Array.of(0),
    };
    const options = { batch: 1, likelihood: 'gaussian' } as const;
    const plain = L.elbo.valueAndGrad(parts, options);
    for (const w of [2 ** 900, 2 ** -900]) {
      const heavy = L.elbo.valueAndGrad(parts, { ...options, sampleWeight: [w] });
      expect(heavy.totalWeight).toBe(w);
      expect(isNear({ ...heavy, totalWeight: 1 }, plain)).toBe(true);
    }
  });

  it('float32, dense targets, classes whose weights are far apart', () => {
    const logits = Float32Array.of(30, -30, 0.5, 1e6);
    const target = Float32Array.of(0.25, 0.75, 0.5, 0.5);
    const at = (a: number, b: number) =>
      L.crossEntropy.valueAndGrad(logits, target, { classes: 2, classWeight: [a, b] });
    const [heavy, light] = [at(3e38, 1.5e38), at(2, 1)];
    expect(heavy.value / light.value).toBeCloseTo(1, 6);
    heavy.grad.forEach((g, i) => void expect(g).toBeCloseTo(light.grad[i]!, 6));
    const apart = at(3e38, 1e8);
    expect(apart.value / at(1, 0).value).toBeCloseTo(1, 6);
  });

  it('classes whose weights are far apart keep their own', () => {
    const logits = Float64Array.of(1e100, 0, 1, 2);
    const options = { classWeight: [1e300, 1e-5] };
    expect(L.crossEntropy(logits.subarray(2), [1], { classes: 2, ...options })).toBeCloseTo(
      Math.log1p(Math.exp(-1)),
      14,
    );
    expect(L.crossEntropy(logits, [1, 1], { classes: 2, ...options }) / 5e99).toBeCloseTo(1, 12);
    expect(L.crossEntropy(logits, [1, 0], { classes: 2, ...options })).toBeCloseTo(1e-205 + Math.log1p(Math.E), 12);
  });

  it('the floor of second derivatives is that of the weights as they are', () => {
    for (const w of [1e-200, 1]) {
      const { hess } = L.mae.valueGradHess([1, 2], [0, 0], { sampleWeight: [w, 3 * w], hessianFloor: 2 });
      expect([...hess]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(1.5, 12)]);
      const options = { classWeight: [w, 3 * w], hessianFloor: 2, classes: 2 } as const;
      const binary = L.binaryCrossEntropyWithLogits.valueGradHess([99, 99], [1, 1], options);
      expect([...binary.hess]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(1.5, 12)]);
      const rows = L.crossEntropy.valueGradHess([[99, -99]], [[0, 1]], { classWeight: [w, 3 * w], hessianFloor: 2 });
      expect([...rows.hess]).toEqual([expect.closeTo(2, 12), expect.closeTo(2, 12)]);
    }
  });

  it('float32: a loss that overflows is infinite beside negative ones that make up for it', () => {
    const none = Array(3).fill(0);
    const sums: [string, () => number][] = [
      [
        'hingeEmbedding',
        () => L.hingeEmbedding(Float32Array.of(-3e38, -3e38), Float32Array.of(-1, 1), { margin: 3e38 }),
      ],
      [
        'gaussianNll',
        () =>
          L.gaussianNll(
            Float32Array.of(3e19, 0, 0, 0),
            new Float32Array(4),
            Float32Array.of(0, ...Array(3).fill(-3e38)),
          ),
      ],
      ['poissonNll', () => L.poissonNll(Float32Array.of(-2e20, 2e19, 2e19), Float32Array.of(2e18, 1e19, 1e19))],
      ['gammaNll', () => L.gammaNll(Float32Array.of(-88, -3e38, -3e38, -3e38), Float32Array.of(3e38, 0, 0, 0))],
    ];
    for (const [name, sum] of sums) expect(sum(), name).toBe(Infinity);
    const own = L.defineLoss({ name: 'own', value: (x) => 2 * x, grad: () => 2 });
    expect(own(Float32Array.of(3e38, -1.7e38, -1.7e38, -1.7e38), new Float32Array(4))).toBe(Infinity);
    expect(own([3e38, -1.7e38, -1.7e38], none) / -0.8e38).toBeCloseTo(1 / 3, 12);
  });
});
