/** Options: which of their properties count, and what is kept of them by what outlives a call. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { residentOf } from '../support/resident.ts';

const f32 = (...x: number[]) => Float32Array.from(x);
const f64 = (...x: number[]) => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: options with properties that their types don't have
const inherited = (options: object): any => Object.create(options);

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  describe('inherited options count', () => {
    it('in calls, accumulators and their parts', () => {
      expect(L.mse([1, 5], [0, 0], inherited({ reduction: 'sum' }))).toBe(26);
      expect(
        L.accumulator(L.huber, inherited({ delta: 0.1 }))
          .add([1, 5], [0, 0])
          .value(),
      ).toBeCloseTo(0.295, 12);
      expect(
        L.accumulator(L.mse)
          .add([1, 5], [0, 0], inherited({ sampleWeight: [1, 0] }))
          .value(),
      ).toBe(1);
      const rows = L.accumulator(L.crossEntropy, inherited({ classes: 2 })).add([1, 2], [1, 0]);
      expect(rows.value()).toBeCloseTo(1.3132617, 6);
      expect(() => L.accumulator(L.mse, inherited({ reduction: 'sum' }))).toThrow(TypeError);
      expect(() => L.accumulator(L.huber).add([1], [1], inherited({ delta: 1 }))).toThrow(TypeError);
    });

    it('in objectives, with and without out', () => {
      const regularizerOptions = inherited({ half: true });
      const J = L.objective(inherited({ loss: L.mse, regularizer: L.l2, regularizerOptions, lambda: 1 }));
      expect(J.valueAndGrad([[0], [0]], f64(2)).penalty).toBe(2);
      const out = f64(0);
      expect(J.valueAndGrad([[0], [0]], f64(2), inherited({ out })).penalty).toBe(2);
      expect([...out]).toEqual([2]);
    });

    it('in helpers and init', async () => {
      expect(L.oneHot([1], 2, inherited({ dtype: 'float64' }))).toBeInstanceOf(Float64Array);
      expect(L.smoothLabels([1], 0.5, inherited({ classes: 2 })).length).toBe(2);
      expect(L.chooseLoss(inherited({ task: 'regression', outliers: true })).name).toBe('huber');
      await expect(L.init(inherited({ backend }))).resolves.toMatchObject({ name: backend });
      await expect(L.init(inherited({ back: backend }))).rejects.toThrow(/did you mean `backend`/);
    });
  });

  it('are no arrays, whatever calls came before', () => {
    const [pred, target] = [f32(1, 2), f32(0, 0)];
    const buffer = L.allocate('float32', 2);
    for (const wrong of [f32(1, 1), f32(), [], [1, 2], buffer, { data: f32(1), dims: [1] }]) {
      for (let i = 0; i < 4; i++) L.huber(pred, target, { delta: 1 });
      expect(() => L.huber(pred, target, wrong as never)).toThrow(/options must be an object/);
    }
    buffer.free();
  });

  describe('properties of every object never do', () => {
    const names = ['x', 'reduction', 'delta', 'lambda', 'sampleWeight', 'out', 'classes', 'dtype', 'imbalanced'];
    const everyObject = Object.prototype as unknown as { [name: string]: unknown };
    afterEach(() => {
      for (const name of names) delete everyObject[name];
    });

    it.each(names)('%s', async (name) => {
      everyObject[name] = name === 'reduction' ? 'sum' : 1;
      expect(L.mse([1, 3], [0, 0])).toBe(5);
      expect(L.mse([1, 3], [0, 0], {})).toBe(5);
      expect(L.huber([1, 3], [0, 0], { delta: 2 })).toBe(2.25);
      expect([...L.mse.valueAndGrad([1, 3], [0, 0], { sampleWeight: [1, 1] }).grad]).toEqual([1, 3]);
      expect(L.crossEntropy([0, 0, 0, 0], [0, 1], { labelSmoothing: 0.5 })).toBeCloseTo(Math.LN2, 12);
      expect(L.gaussianNll.valueAndGrad(f32(1), f32(0), f32(0), { full: false }).grad.mean[0]).toBe(1);
      expect(L.elbo({ recon: [0], target: [1], mu: [0], logVar: [0] }, { batch: 1 })).toBeCloseTo(Math.LN2, 12);
      expect(L.accumulator(L.huber, { delta: 2 }).add([1, 3], [0, 0], {}).value()).toBe(2.25);
      const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 2, regularizerOptions: { half: true } });
      expect(J.valueAndGrad([[1], [0]], f64(2), {}).value).toBe(5);
      expect(L.oneHot([1], 2, {})).toEqual(f32(0, 1));
      expect(L.chooseLoss({ task: 'regression' }).name).toBe('mse');
      await expect(L.init({ backend })).resolves.toMatchObject({ name: backend });
    });
  });

  describe('what an accumulator is given is copied', () => {
    it.each<[string, (weights: number[]) => { given: L.PerClass; write: (x: number) => void }]>([
      ['a plain array', (w) => ({ given: w, write: (x) => void w.splice(0, 1, x) })],
      [
        'a typed array',
        (w) => {
          const given = f64(...w);
          return { given, write: (x) => void given.fill(x) };
        },
      ],
      [
        'a resident buffer',
        (w) => {
          const buffer = residentOf('float64', w);
          const write = (x: number) => {
            buffer.array.fill(x);
            buffer.free();
          };
          return { given: buffer as unknown as L.PerClass, write };
        },
      ],
    ])('%s', (_, make) => {
      const { given, write } = make([1, 3]);
      const mean = L.accumulator(L.crossEntropy, { classWeight: given });
      write(100);
      mean.add([0, 0, 2, 0], [0, 1]);
      const want = L.crossEntropy([0, 0, 2, 0], [0, 1], { classWeight: [1, 3] });
      expect(mean.value()).toBeCloseTo(want, 12);
      expect(JSON.stringify(mean).length).toBeLessThan(300);
      const state = mean.toJSON() as unknown as { options: { classWeight: number[] } };
      expect(state.options.classWeight).toEqual([1, 3]);
      state.options.classWeight[0] = 100;
      expect(mean.add([0, 0, 2, 0], [0, 1]).value()).toBeCloseTo(want, 12);
      expect(mean.toJSON().options.classWeight).toEqual([1, 3]);
    });

    it('alpha and posWeight too', () => {
      const weights = f64(2, 2);
      const focal = L.accumulator(L.focal, { alpha: weights });
      const binary = L.accumulator(L.binaryCrossEntropyWithLogits, { posWeight: weights });
      weights.fill(0);
      expect(focal.add([0, 0], [0]).value()).toBeCloseTo(0.5 * Math.LN2, 12);
      expect(binary.add([0, 0], [1, 1], { classes: 2 }).value()).toBeCloseTo(2 * Math.LN2, 12);
    });

    it('and a state that it continues from', () => {
      const state = JSON.parse(JSON.stringify(L.accumulator(L.crossEntropy, { classWeight: [1, 3] }).add([0, 0], [0])));
      const mean = L.accumulator.from(state, L.crossEntropy);
      state.options.classWeight[0] = 100;
      expect(mean.add([0, 0], [0]).weight).toBe(2);
    });

    it('a buffer that was freed is an error that names it', () => {
      const buffer = L.allocate('float64', 2);
      buffer.free();
      const classWeight = buffer as unknown as L.PerClass;
      expect(() => L.accumulator(L.crossEntropy, { classWeight })).toThrow(/crossEntropy.*classWeight.*free\(\)/);
      expect(() => L.crossEntropy([0, 0], [0], { classWeight })).toThrow(/crossEntropy: classWeight: .*free\(\)/);
      const posWeight = classWeight;
      expect(() => L.binaryCrossEntropy([0.5], [1], { posWeight })).toThrow(
        /binaryCrossEntropy: posWeight: .*free\(\)/,
      );
    });
  });

  describe("an accumulator's JSON", () => {
    it('keeps the widths, which accumulators that are merged may have apart', () => {
      const mean = L.accumulator(L.crossEntropy, { classes: 2 }).add([0, 0, 0, 0], [[1, 0, 0, 1]].flat());
      const again = L.accumulator.from(JSON.parse(JSON.stringify(mean)), L.crossEntropy);
      expect(again.add([0, 0], [1, 0]).count).toBe(3);
      expect(again.toJSON().options.classes).toBe(2);
      expect(L.accumulator(L.crossEntropy).merge(again).count).toBe(3);
      const pairs = L.accumulator(L.triplet, { dim: 2 }).add([1, 0], [1, 0], [0, 1]);
      expect(L.accumulator.from(JSON.parse(JSON.stringify(pairs)), L.triplet).add([1, 0], [1, 0], [0, 1]).count).toBe(
        2,
      );
      expect(() => L.accumulator(L.crossEntropy, { classes: 0 })).toThrow(RangeError);
      expect(() => L.accumulator(L.crossEntropy, { classes: '2' as never })).toThrow(TypeError);
    });

    it.each<[string, object]>([
      ['a negative weight', { weight: [-1, 0] }],
      ['a weight that is no number', { weight: ['NaN', 0] }],
      ['an infinite weight', { weight: ['Infinity', 0] }],
      ['a sum without a count', { count: 0, weight: [0, 0], sum: [3, 0] }],
      ['a weight without a count', { count: 0, weight: [1, 0], sum: [0, 0] }],
      ['a sum without a weight', { weight: [0, 0], sum: [3, 0] }],
      ['half a count', { count: 1.5 }],
    ])('is refused with %s', (_, change) => {
      const state = { ...L.accumulator(L.mse).add([1, 2], [0, 0]).toJSON(), ...change };
      expect(() => L.accumulator.from(state, L.mse)).toThrow(RangeError);
      expect(() => L.accumulator.from(JSON.parse(JSON.stringify(state)))).toThrow(RangeError);
      expect(() => L.accumulator(L.mse).merge(state)).toThrow(RangeError);
    });

    it('goes round with sums of NaN and infinity', () => {
      for (const x of [Number.NaN, Infinity]) {
        const mean = L.accumulator(L.mse).add([x], [0]);
        expect(L.accumulator.from(JSON.parse(JSON.stringify(mean))).value()).toBe(x);
      }
    });
  });

  describe('an objective', () => {
    it('keeps its options as they were', () => {
      const options = { half: true };
      const given = { loss: L.mse, regularizer: L.l2, regularizerOptions: options, lambda: 1 };
      const J = L.objective(given);
      options.half = false;
      given.lambda = 100;
      expect(J([[0], [0]], f64(2))).toBe(2);
      expect(() => L.objective({ loss: L.mse, regularizer: L.l2, regularizerOptions: 'half' as never })).toThrow(
        TypeError,
      );
    });

    it.each<[string, () => readonly [params: unknown, out: unknown]]>([
      ['bad params', () => [{}, undefined]],
      ['params of letters', () => [['a'], undefined]],
      ['an out of another length', () => [f64(1, 2), f64(0)]],
      ['an out of another precision', () => [f64(1), f32(0)]],
      ['an out that is no array', () => [f64(1), 'x']],
      ['a plain out', () => [f64(1), [0]]],
      ['a list of outs that is too short', () => [[f64(1), f64(2)], [f64(0)]]],
    ])('leaves the out of its loss alone where there are %s', (_, make) => {
      const [params, out] = make() as [never, never];
      const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 });
      const own = f64(9);
      expect(() => J.valueAndGrad([f64(1), f64(0), { out: own }], params, { out })).toThrow(/objective/);
      expect([...own]).toEqual([9]);
    });

    it('refuses outs that overlap, and leaves all as it was', () => {
      const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 });
      const shared = f64(9);
      const inputs = [f64(1), f64(0), { out: shared }] as const;
      expect(() => J.valueAndGrad(inputs, f64(1), { out: shared })).toThrow(/objective: out must be apart/);
      const [a, b] = [f64(1), f64(2)];
      expect(() => J.valueAndGrad([[1], [0]], [a, b], { out: [b, f64(0)] })).toThrow(RangeError);
      expect(() => J.valueAndGrad([[1], [0]], [a, b], { out: [shared, shared] })).toThrow(RangeError);
      const pair = new Float64Array(3);
      const [left, right] = [pair.subarray(0, 2), pair.subarray(1, 3)];
      expect(() => J.valueAndGrad([[1], [0]], [f64(1, 1), f64(1, 1)], { out: [left, right] })).toThrow(RangeError);
      expect([...shared, ...a, ...b]).toEqual([9, 1, 2]);
      expect([...J.valueAndGrad([[1], [0]], [a, b], { out: [a, b] }).grad.params].map(([x]) => x)).toEqual([2, 4]);
    });
  });
});
