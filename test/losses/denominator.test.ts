/** Σ w in the results, a divisor in its place, and the floor of second derivatives: every loss, on both backends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { cases, order, reductionOf } from '../support/cases.ts';
import {
  argumentsOf,
  hasHess,
  type Options,
  type Result,
  run,
  type Sample,
  sample,
  weightOf,
} from '../support/losses.ts';
import { random } from '../support/random.ts';

type Arrays = L.FloatArray | { readonly [name: string]: L.FloatArray };

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
const flat = (x: Arrays | undefined): number[] =>
  (ArrayBuffer.isView(x) ? [x] : Object.values(x ?? {})).flatMap((array) => [...(array as L.FloatArray)]);

/** Numbers that are the same up to a few roundings of the precision. */
function expectClose(got: readonly number[], wanted: readonly number[], { dtype }: Sample): void {
  const eps = dtype === 'float32' ? 2 ** -21 : 2 ** -50;
  expect(got.length).toBe(wanted.length);
  got.forEach((x, i) => {
    expect(Math.abs(x - wanted[i]!), `${i}: ${x} and ${wanted[i]}`).toBeLessThanOrEqual(eps * Math.abs(wanted[i]!));
  });
}

const isMean = ({ info }: { info: L.LossInfo }): boolean => info.shape !== 'regularizer';
const takesWeights = ({ info }: { info: L.LossInfo }): boolean =>
  info.shape === 'pointwise' || info.shape === 'rowwise';

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));

  describe.each(cases(isMean))('$name $dtype $form', ({ name, loss, dtype, form }) => {
    const s = sample(loss, random(`denominator ${name}`), { dtype, form, rows: 5, width: 3 });
    const count = weightOf(s);

    it('says what the mean divides by, first and again', () => {
      for (let i = 0; i < 4; i++) expect(run(s, 1).totalWeight).toBe(count);
      if (hasHess(loss)) for (let i = 0; i < 4; i++) expect(run(s, 2).totalWeight).toBe(count);
      expect(run(s, 1, { reduction: 'sum' }).totalWeight).toBe(count);
      if (!takesWeights(loss)) return;
      const sampleWeight = f64(1, 0, 2, 0.5, 3);
      const perRow = loss.info.shape === 'pointwise' ? 3 : 1;
      expect(run(s, 1, { sampleWeight, reduction: 'none' }).totalWeight).toBe(6.5 * perRow);
    });

    it('divides by another number: value, gradient and Hessian, first and again', () => {
      const sum = run(s, order(loss, s.options), { reduction: 'sum' });
      for (let i = 0; i < 4; i++) {
        // A power of two: exact in both precisions.
        const { value, grad, hess, totalWeight } = run(s, order(loss, s.options), { divisor: 64 });
        expect(value).toBe((sum.value as number) / 64);
        expectClose(
          flat(grad),
          flat(sum.grad).map((x) => x / 64),
          s,
        );
        expectClose(
          flat(hess),
          flat(sum.hess).map((x) => x / 64),
          s,
        );
        expect(totalWeight).toBe(count);
        expect(run(s, 0, { divisor: 64 }).value).toBe(value);
      }
      expectClose([run(s, 0, { divisor: 3 }).value as number], [(sum.value as number) / 3], s);
      expect(run(s, 0).value).not.toBe((sum.value as number) / 3);
    });

    it('refuses a divisor without a mean, and what none can be', () => {
      for (const reduction of loss.info.shape === 'batch' ? ['sum'] : ['sum', 'none']) {
        expect(() => run(s, 1, { divisor: 2, reduction })).toThrow(TypeError);
        expect(() => run(s, 1, { reduction, divisor: 2 })).toThrow(`${name}: divisor must be left out with reduction`);
      }
      for (const divisor of [0, -1, Number.NaN, Infinity]) expect(() => run(s, 0, { divisor })).toThrow(RangeError);
      for (const divisor of ['2', null, [2], true]) expect(() => run(s, 0, { divisor })).toThrow(TypeError);
      expect(() => run(s, 1, { divisor: 1e-320 })).toThrow(/divisor must be a number whose reciprocal is finite/);
      expect(run(s, 0, { divisor: undefined }).value).toBe(run(s, 0).value);
    });
  });

  describe.each(cases((loss) => isMean(loss) && hasHess(loss)))('$name $dtype $form', ({ name, loss, dtype, form }) => {
    const s = sample(loss, random(`floor ${name}`), { dtype, form, rows: 4, width: 3 });
    const sampleWeight = f64(1, 0, 0.5, 2);

    it.each(['mean', 'sum', 'none'])('raises second derivatives before weight and scale, with %s', (reduction) => {
      const plain = run(s, 2, reductionOf(loss, 'none'));
      const all = flat(plain.hess).sort((a, b) => a - b);
      // Some of them are above it, if they aren't all the same.
      const floor = Math.max(0, all[all.length >> 1]!);
      for (const options of [{}, { sampleWeight }] as Options[]) {
        const before = run(s, 2, { ...options, reduction });
        const scale = reduction === 'mean' ? 1 / before.totalWeight : 1;
        const after = run(s, 2, { ...options, reduction, hessianFloor: floor });
        expect(flat(after.grad)).toEqual(flat(before.grad));
        expect(after.value).toEqual(before.value);
        const arrays = (x: Result['hess']): L.FloatArray[] =>
          ArrayBuffer.isView(x) ? [x as L.FloatArray] : Object.values(x as { [name: string]: L.FloatArray });
        const wanted = arrays(plain.hess).map((h) =>
          [...h].map((x, i) => {
            const row = Math.floor((i * s.rows) / h.length);
            return Math.max(x, floor) * (options.sampleWeight === undefined ? 1 : sampleWeight[row]!) * scale;
          }),
        );
        expectClose(flat(after.hess), wanted.flat(), s);
      }
    });

    it('writes them where they belong', () => {
      const big = { hessianFloor: 1e6, reduction: 'sum' };
      const fresh = run(s, 2, big);
      expect(flat(fresh.hess).every((x) => x === 1e6)).toBe(true);
      const record = (make: (length: number) => unknown): unknown =>
        ArrayBuffer.isView(fresh.hess)
          ? make((fresh.hess as L.FloatArray).length)
          : Object.fromEntries(Object.entries(fresh.hess as object).map(([key, x]) => [key, make(x.length)]));
      const hessOut = record((n) => L.allocate(dtype, n));
      for (let i = 0; i < 3; i++) expect(run(s, 2, { ...big, hessOut }).hess).toEqual(fresh.hess);
      expect(run(s, 1, big).grad).toEqual(fresh.grad);
    });

    it('refuses what is no floor', () => {
      for (const hessianFloor of [-1, Number.NaN, Infinity]) {
        expect(() => run(s, 2, { hessianFloor })).toThrow(RangeError);
        expect(() => run(s, 0, { hessianFloor })).toThrow(RangeError);
      }
      expect(() => run(s, 1, { hessianFloor: '1' })).toThrow(TypeError);
      if (dtype === 'float32') expect(() => run(s, 2, { hessianFloor: 1e39 })).toThrow(/float32/);
    });
  });

  it('keeps NaN above the floor, and raises negative curvature to 0', () => {
    const { hess } = L.huber.valueGradHess(f32(Number.NaN, 5, 0), f32(0, 0, 0), {
      hessianFloor: 0.25,
      reduction: 'sum',
    });
    expect([...hess]).toEqual([Number.NaN, 0.25, 1]);
    const logits = f64(0, 8, 3, -4);
    const labels = [1, 1, 0, 1];
    const bent = L.binaryFocalWithLogits.valueGradHess(logits, labels);
    expect(Math.min(...bent.hess)).toBeLessThan(0);
    const flatter = L.binaryFocalWithLogits.valueGradHess(logits, labels, { hessianFloor: 0 });
    expect([...flatter.hess]).toEqual([...bent.hess].map((h) => Math.max(h, 0)));
  });

  it('raises second derivatives of a class by the weight of the class', () => {
    const logits = f64(1, 2, -1, 0, 3, 1);
    const weights = { classWeight: [1, 3, 0.5], reduction: 'sum' } as const;
    const plain = L.crossEntropy.valueGradHess(logits, [1, 2], { reduction: 'none' }).hess;
    const wanted = [...plain].map((h, i) => Math.max(h, 0.2) * (i < 3 ? 3 : 0.5));
    const { hess } = L.crossEntropy.valueGradHess(logits, [1, 2], { ...weights, hessianFloor: 0.2 });
    hess.forEach((h, i) => void expect(h).toBeCloseTo(wanted[i]!, 14));
    const dense = L.crossEntropy.valueGradHess(logits, f64(0, 1, 0, 0, 0, 1), {
      ...weights,
      classes: 3,
      hessianFloor: 0.2,
    });
    dense.hess.forEach((h, i) => void expect(h).toBeCloseTo(wanted[i]!, 14));
    const ignored = { ignoreIndex: 1, hessianFloor: 0.2, reduction: 'sum' } as const;
    expect([...L.crossEntropy.valueGradHess(logits, [1, 2], ignored).hess.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it('divides by a divisor where nothing has weight, too: 0', () => {
    const { value, grad, totalWeight } = L.mse.valueAndGrad([1, 2], [0, 0], { sampleWeight: [0, 0], divisor: 3 });
    expect([value, ...grad, totalWeight]).toEqual([0, 0, 0, 0]);
  });

  it('takes weights of any size beside a divisor', () => {
    const tiny = f64(1e-320, 1e-320);
    expect(() => L.mse([1, 2], [0, 0], { sampleWeight: tiny })).toThrow(/sampleWeight/);
    expect(L.mse([1, 2], [0, 0], { sampleWeight: tiny, divisor: 1 })).toBeCloseTo(0, 300);
  });

  it('goes through an objective, whose penalty stays as it is', () => {
    const J = L.objective({ loss: L.mse, regularizer: L.l2, lambda: 0.5 });
    const { value, data, penalty, grad } = J.valueAndGrad([[3, 1], [0, 0], { divisor: 5 }], [2]);
    expect([data, penalty, value]).toEqual([2, 4, 4]);
    grad.inputs.forEach((g, i) => void expect(g).toBeCloseTo([6 / 5, 2 / 5][i]!, 15));
    expect(() => J([[3], [0], { divisor: 5, reduction: 'sum' }], [2])).toThrow(/divisor/);
  });

  it('is no option of an accumulator, which says what to do', () => {
    const divisor = { divisor: 2 };
    expect(() => L.accumulator(L.mse, divisor as object)).toThrow(/accumulator\(mse\): divisor .*divide `sum` by it/);
    expect(() => L.accumulator(L.mse).add([1], [0], divisor as object)).toThrow(/divide `sum` by it/);
    const mean = L.accumulator(L.mse).add([1, 2], [0, 0]).add([3], [0]);
    expect(mean.sum / 2).toBe(7);
  });

  it('adds up over micro-batches to the gradient of the whole', () => {
    const r = random('micro-batches');
    const logits = Float64Array.from({ length: 60 }, r.normal);
    const labels = Int32Array.from({ length: 20 }, () => (r.unit() < 0.3 ? -100 : r.below(3)));
    const whole = L.crossEntropy.valueAndGrad(logits, labels, { ignoreIndex: -100 });
    let [value, weight] = [0, 0];
    for (const [from, to] of [
      [0, 7],
      [7, 9],
      [9, 20],
    ] as const) {
      const part = L.crossEntropy.valueAndGrad(logits.subarray(3 * from, 3 * to), labels.subarray(from, to), {
        ignoreIndex: -100,
        divisor: whole.totalWeight,
      });
      value += part.value;
      weight += part.totalWeight;
      expect(part.grad).toEqual(whole.grad.subarray(3 * from, 3 * to));
    }
    expect(value).toBeCloseTo(whole.value, 14);
    expect(weight).toBe(whole.totalWeight);
  });

  it('is the same for what an ELBO is made of', () => {
    const parts = { recon: f64(1, -2, 3, 0.5), target: f64(1, 0, 1, 0), mu: f64(0.5, 1), logVar: f64(0.1, -1) };
    const sum = L.elbo.valueGradHess(parts, { batch: 2, sampleWeight: [1, 3], reduction: 'sum', beta: 0.5 });
    expect(sum.totalWeight).toBe(4);
    const divided = L.elbo.valueGradHess(parts, { batch: 2, sampleWeight: [1, 3], divisor: 8, beta: 0.5 });
    expect([divided.value, divided.reconstruction, divided.kl, divided.totalWeight]).toEqual([
      sum.value / 8,
      sum.reconstruction / 8,
      sum.kl / 8,
      4,
    ]);
    expect([...divided.grad.mu]).toEqual([...sum.grad.mu].map((x) => x / 8));
    expect(argumentsOf(L.elbo as never, parts)).toEqual([parts]);
    expect(() => L.elbo(parts, { batch: 2, divisor: 8, reduction: 'sum' })).toThrow(TypeError);
  });
});
