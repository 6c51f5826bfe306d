/** `ignoreTarget` and `classWeight` of the losses with binary targets: as if one had made the weights by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { dtypes, floats, inputsOf, namesOf, type Options, run, type Sample, sample, table } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { difference } from '../support/ulp.ts';

const ignoring = table.filter(([, loss]) => 'ignoreTarget' in loss.info.parameters);
const weighing = ignoring.filter(([, loss]) => 'classWeight' in loss.info.parameters);

/** Any loss, for an accumulator. */
type Gathered = (pred: unknown, target: unknown, options?: { [name: string]: unknown }) => unknown;

/** The two arguments by their names. */
const given = ({ loss }: Sample, pred: unknown, target: unknown): object => {
  const [a, b] = namesOf(loss) as [string, string];
  return { [a]: pred, [b]: target };
};

afterAll(() => L.init({ backend: 'wasm' }));

it('are options of these', () => {
  const all = ['binaryCrossEntropy', 'binaryCrossEntropyWithLogits', 'binaryFocal', 'binaryFocalWithLogits'];
  expect(ignoring.map(([name]) => name)).toEqual(expect.arrayContaining([...all, 'hinge', 'squaredHinge']));
  expect(weighing.map(([name]) => name)).toEqual(expect.arrayContaining(all));
});

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));

  describe.each(ignoring)('%s leaves out', (name, loss) => {
    describe.each(dtypes)('in %s', (dtype) => {
      /** A sample of n elements, of which some have a target that is left out and nothing that could be read. */
      function masked(n: number, out: number) {
        const r = random(`ignore ${name} ${n}`);
        const s = sample(loss, r, { dtype, rows: n / 3, width: 3 });
        const [pred, target] = Object.values(s.inputs) as [L.FloatArray, L.FloatArray];
        const isOut = Array.from({ length: n }, () => r.unit() < 0.3);
        const wild = [Number.NaN, Infinity, -7, 1e30];
        const x = pred.map((p, i) => (isOut[i] ? wild[i % 4]! : p)) as L.FloatArray;
        const y = target.map((t, i) => (isOut[i] ? out : t)) as L.FloatArray;
        return { s, pred, target, x, y, weights: Float64Array.from(isOut, (is) => (is ? 0 : 1)) };
      }

      it.each([-100, Number.NaN, 0.1, 255])('%d, wherever it is, whatever is predicted there', (out) => {
        for (const n of [3, 51, 1026, 39_000]) {
          const { s, pred, target, x, y, weights } = masked(n, out);
          const order = n > 10_000 ? 1 : 2;
          for (const reduction of n > 10_000 ? ['mean'] : ['mean', 'sum', 'none']) {
            const wanted = run(s, order, { reduction, sampleWeight: weights }, given(s, pred, target));
            const got = run(s, order, { reduction, ignoreTarget: out }, given(s, x, y));
            expect(difference(got, wanted)).toBeNull();
            expect(got.totalWeight).toBe(weights.reduce((a, b) => a + b));
          }
        }
      });

      it('with weights of elements and of rows, resident or not, again and again', () => {
        const { s, pred, target, x, y, weights } = masked(51, -1.5);
        const own = Float64Array.from({ length: 51 }, (_, i) => (i % 5) / 4);
        const byRow = Float64Array.from({ length: 17 }, (_, i) => (i % 3) / 2);
        const buffers = [x, y, own].map((data) => {
          const buffer = L.allocate(data instanceof Float32Array ? 'float32' : 'float64', 51);
          buffer.array.set(data);
          return buffer;
        });
        const targets = [...buffers[1]!.array];
        for (const sampleWeight of [own, byRow]) {
          const composed = weights.map((w, i) => w * sampleWeight[sampleWeight === own ? i : Math.floor(i / 3)]!);
          const wanted = run(s, 2, { sampleWeight: composed }, given(s, pred, target));
          for (let i = 0; i < 4; i++) {
            expect(run(s, 2, { sampleWeight, ignoreTarget: -1.5 }, given(s, x, y))).toEqual(wanted);
            const resident = given(s, buffers[0], buffers[1]);
            const weight = sampleWeight === own ? buffers[2] : byRow;
            expect(run(s, 2, { sampleWeight: weight, ignoreTarget: -1.5 }, resident)).toEqual(wanted);
          }
        }
        expect([...buffers[1]!.array]).toEqual(targets);
        // In the place of the prediction.
        const { grad } = run(s, 1, { ignoreTarget: -1.5, out: buffers[0] }, given(s, buffers[0], buffers[1]));
        expect(grad).toEqual(run(s, 1, { ignoreTarget: -1.5 }, given(s, x, y)).grad);
        for (const buffer of buffers) buffer.free();
      });

      it('nothing else: what is there is checked, and NaN propagates', () => {
        const { s, x, y, weights } = masked(51, -1.5);
        const place = weights.indexOf(1);
        const strange = y.slice();
        strange[place] = -9;
        const options = { ignoreTarget: -1.5 };
        expect(() => run(s, 1, options, given(s, x, strange))).toThrow(`${namesOf(loss)[1]}[${place}] = -9`);
        strange[place] = Number.NaN;
        expect(run(s, 0, options, given(s, x, strange)).value).toBeNaN();
        expect(() => run(s, 1, {}, given(s, x, y))).toThrow(RangeError);
      });
    });

    it('integer targets of every kind', () => {
      const s = sample(loss, random(`kinds ${name}`), { dtype: 'float32', rows: 6, width: 1 });
      const sign = inputsOf(loss)[1]!.domain === 'sign';
      const low = sign ? -1 : 0;
      const y = [1, low, 7, 7, 1, low];
      const [pred] = Object.values(s.inputs) as [L.FloatArray];
      const wanted = run(s, 1, { ignoreTarget: 7 }, given(s, pred, Float32Array.from(y)));
      const kinds = [y, Int8Array.from(y), Int32Array.from(y), BigInt64Array.from(y, BigInt), Float64Array.from(y)];
      for (const kind of kinds) expect(run(s, 1, { ignoreTarget: 7 }, given(s, pred, kind))).toEqual(wanted);
      expect(wanted.totalWeight).toBe(4);
    });

    it('in an accumulator, and through JSON, NaN too', () => {
      const s = sample(loss, random(`json ${name}`), { dtype: 'float64', rows: 6, width: 1 });
      const [pred, target] = Object.values(s.inputs) as [Float64Array, Float64Array];
      for (const out of [-100, Number.NaN]) {
        const y = target.map((t, i) => (i % 3 === 0 ? out : t));
        const mean = L.accumulator(loss as unknown as Gathered, { ignoreTarget: out });
        mean.add(pred.subarray(0, 4), y.subarray(0, 4));
        const again = L.accumulator.from<Gathered>(JSON.parse(JSON.stringify(mean)), loss as unknown as Gathered);
        again.add(pred.subarray(4), y.subarray(4));
        expect(again.weight).toBe(4);
        expect(again.value()).toBeCloseTo(run(s, 0, { ignoreTarget: out }, given(s, pred, y)).value as number, 13);
        const other = L.accumulator(loss as unknown as Gathered);
        expect(() => again.merge(other as never)).toThrow(RangeError);
      }
    });

    it('everything: 0', () => {
      const s = sample(loss, random(`all ${name}`), { dtype: 'float64', rows: 3, width: 1 });
      const [pred] = Object.values(s.inputs);
      const result = run(s, 2, { ignoreTarget: 9 }, given(s, pred, [9, 9, 9]));
      expect(result).toEqual({
        ...result,
        value: 0,
        grad: new Float64Array(3),
        hess: new Float64Array(3),
        totalWeight: 0,
      });
    });
  });

  describe.each(weighing)('%s weighs classes', (name, loss) => {
    const classWeight = [2, 0, 0.5, 1.25];

    it.each(dtypes)('in %s, as weights of elements do', (dtype) => {
      for (const rows of [1, 9, 260, 10_001]) {
        const s = sample(loss, random(`classes ${name}`), { dtype, rows, width: 4 });
        const each = floats('float64', 4 * rows, (i) => classWeight[i % 4]!);
        for (const reduction of rows > 10_000 ? ['mean'] : ['mean', 'sum', 'none']) {
          const wanted = run(s, 1, { reduction, sampleWeight: each });
          expect(difference(run(s, 1, { reduction, classWeight }), wanted)).toBeNull();
        }
      }
    });

    it('times weights of elements, of rows, and without what is left out', () => {
      const s = sample(loss, random(`product ${name}`), { dtype: 'float32', rows: 9, width: 4 });
      const [pred, target] = Object.values(s.inputs) as [L.FloatArray, L.FloatArray];
      const y = target.map((t, i) => (i % 7 === 3 ? -1 : t));
      const own = Float64Array.from({ length: 36 }, (_, i) => (i % 5) / 4);
      const byRow = Float64Array.from({ length: 9 }, (_, i) => (i % 3) / 2);
      const composed = (weight: (i: number) => number) =>
        Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 3 ? 0 : classWeight[i % 4]! * weight(i)));
      const cases: [Options, (i: number) => number][] = [
        [{}, () => 1],
        [{ sampleWeight: own }, (i) => own[i]!],
        [{ sampleWeight: byRow }, (i) => byRow[i >> 2]!],
      ];
      for (const [options, weight] of cases) {
        const wanted = run(s, 2, { sampleWeight: composed(weight) });
        for (let i = 0; i < 3; i++) {
          expect(run(s, 2, { ...options, classWeight, ignoreTarget: -1 }, given(s, pred, y))).toEqual(wanted);
        }
      }
    });

    it('tells the width of rows, and has to agree with it', () => {
      const s = sample(loss, random(`width ${name}`), { dtype: 'float64', rows: 3, width: 4 });
      const flat = { ...s, options: {} };
      const wanted = run(s, 1, { classWeight, sampleWeight: [1, 2, 3] });
      expect(run(flat, 1, { classWeight, sampleWeight: [1, 2, 3] })).toEqual(wanted);
      expect(() => run(flat, 1, { classWeight: [1, 2, 3, 4, 5] })).toThrow(/classWeight must be one number per class/);
      expect(() => run(s, 1, { classWeight: [1, 2] })).toThrow(/classWeight must be one number per class, 4 in all/);
      expect(() => run(s, 1, { classWeight: [1, -2, 1, 1] })).toThrow(/classWeight\[1\]/);
      expect(() => run(s, 1, { classWeight: 2 })).toThrow(TypeError);
    });

    it('whose product float32 has to hold', () => {
      const s = sample(loss, random(`huge ${name}`), { dtype: 'float32', rows: 1, width: 2 });
      const huge = { classWeight: [1e30, 1], sampleWeight: [1e30, 1] };
      expect(() => run(s, 1, huge)).toThrow(/sampleWeight must be finite times classWeight/);
    });
  });

  it('are told from weights of the loss: posWeight stays out of the denominator', () => {
    const [z, y] = [
      [0, 0, 0, 0],
      [1, 1, 0, 0],
    ];
    const ln2 = Math.LN2;
    const options = { posWeight: [3, 1], classWeight: [1, 5] };
    const { value, totalWeight } = L.binaryCrossEntropyWithLogits.valueAndGrad(z, y, options);
    expect(totalWeight).toBe(12);
    expect(value).toBeCloseTo((ln2 * (3 + 5 + 1 + 5)) / 12, 14);
  });

  it('refuse what is no target', () => {
    const wrong = { ignoreTarget: 'none' } as object;
    expect(() => L.hinge([1], [1], wrong)).toThrow(/hinge: ignoreTarget must be a number, got "none"/);
    expect(() => L.mse([1], [1], { ignoreTarget: 1 } as object)).toThrow(/unknown option `ignoreTarget`/);
    expect(L.hinge([1, 3], [1, 0], { ignoreTarget: 0 })).toBe(0);
  });
});
