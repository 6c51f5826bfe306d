/** Lists of labels that are left out, and options of one number a class in every form that people have them in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { dtypes, innerOf, namesOf, type Result, run, type Sample, sample, table } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { difference } from '../support/ulp.ts';

const ignoring = table.filter(([, loss]) => 'ignoreIndex' in loss.info.parameters && loss.info.shape !== 'region');
const ignored = [-100, 255, 1];

/** Any loss, for an accumulator. */
type Gathered = (scores: unknown, target: unknown, options?: { [name: string]: unknown }) => unknown;

/** The arguments of a call by their names. */
const given = ({ loss }: Sample, ...arrays: unknown[]): object =>
  Object.fromEntries(namesOf(loss).map((name, i) => [name, arrays[i]]));

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));

  describe.each(ignoring)('%s leaves out every label of a list', (name, loss) => {
    const others = [0, 2, 3];
    const r = random(`ignored ${name}`);

    it.each(dtypes)('as if its rows weighed nothing, in %s', (dtype) => {
      for (const rows of [7, 3000]) {
        const s = sample(loss, r, { dtype, form: 'labels', rows, width: 4 });
        const labels = Int32Array.from({ length: rows }, () => [...ignored, ...others][r.below(6)]!);
        const isOut = (label: number): boolean => ignored.includes(label);
        const scores = Object.values(s.inputs)[0]!.slice() as L.FloatArray;
        // What is left out isn't read.
        labels.forEach((label, i) => void (isOut(label) && scores.fill(Number.NaN, 4 * i, 4 * i + 4)));
        const sampleWeight = Float64Array.from(labels, (label) => (isOut(label) ? 0 : 1));
        const kept = labels.map((label) => (isOut(label) ? 0 : label));
        for (const reduction of ['mean', 'sum', 'none']) {
          const wanted = run(s, 2, { reduction, sampleWeight }, given(s, scores, kept));
          for (let i = 0; i < 3; i++) {
            const got = run(s, 2, { reduction, ignoreIndex: ignored }, given(s, scores, labels));
            expect(difference(got, wanted)).toBeNull();
          }
        }
        expect(run(s, 1, { ignoreIndex: ignored }, given(s, scores, labels)).totalWeight).toBe(
          sampleWeight.reduce((a, b) => a + b),
        );
      }
    });

    it('whatever kind of array the labels and the list are', () => {
      const s = sample(loss, r, { dtype: 'float32', form: 'labels', rows: 5, width: 4 });
      const scores = Object.values(s.inputs)[0]!;
      const labels = [255, 0, 1, 3, 255];
      const wanted = run(s, 2, { ignoreIndex: [255, 1] }, given(s, scores, labels));
      const resident = L.allocate('int32', 5);
      resident.array.set(labels);
      const kinds = [Int32Array.from(labels), Uint8Array.from(labels), BigInt64Array.from(labels, BigInt), resident];
      for (const kind of kinds) {
        for (const list of [[255, 1], [1, 255], Int32Array.of(255, 1), Uint8Array.of(1, 255)]) {
          for (let i = 0; i < 3; i++) expect(run(s, 2, { ignoreIndex: list }, given(s, scores, kind))).toEqual(wanted);
        }
      }
      expect([...resident.array]).toEqual(labels);
      resident.free();
      expect(run(s, 2, { ignoreIndex: [3] }, given(s, scores, [3, 0, 1, 2, 3]))).toEqual(
        run(s, 2, { ignoreIndex: 3 }, given(s, scores, [3, 0, 1, 2, 3])),
      );
      expect(run(s, 2, { ignoreIndex: [] }, given(s, scores, [3, 0, 1, 2, 3]))).toEqual(
        run(s, 2, {}, given(s, scores, [3, 0, 1, 2, 3])),
      );
    });

    it('and no others', () => {
      const s = sample(loss, r, { dtype: 'float64', form: 'labels', rows: 2, width: 4 });
      const call =
        (ignoreIndex: unknown, labels = [0, 9]) =>
        () =>
          run(s, 0, { ignoreIndex }, given(s, Object.values(s.inputs)[0], labels));
      expect(call([-100, 255])).toThrow(`[1] = 9 is out of range for 4 classes; labels are 0 to 3, or ignoreIndex`);
      expect(call([9, 1.5])).toThrow(/ignoreIndex\[1\] must be a whole number .* got 1.5/);
      expect(call([9, '1'])).toThrow(TypeError);
      expect(call('9')).toThrow(TypeError);
    });

    it('in an accumulator, and through JSON', () => {
      const s = sample(loss, r, { dtype: 'float64', form: 'labels', rows: 6, width: 4 });
      const scores = Object.values(s.inputs)[0]! as Float64Array;
      const labels = [255, 0, 1, 3, 255, 2];
      const list = [255, 1];
      const mean = L.accumulator(loss as Gathered, { ignoreIndex: list, classes: 4 });
      list[0] = 0;
      mean.add(scores.subarray(0, 12), labels.slice(0, 3));
      const again = L.accumulator.from<Gathered>(JSON.parse(JSON.stringify(mean)), loss as Gathered);
      again.add(scores.subarray(12), labels.slice(3));
      expect(again.weight).toBe(3);
      expect(again.value()).toBeCloseTo(
        run(s, 0, { ignoreIndex: [255, 1] }, given(s, scores, labels)).value as number,
        13,
      );
    });
  });

  const vectors = table.flatMap(([name, loss]) =>
    Object.entries(innerOf(loss)!.parameters)
      .filter(([, { kind }]) => kind === 'vector')
      .map(([option]) => ({ name, loss, option })),
  );

  describe.each(vectors)('$option of $name', ({ name, loss, option }) => {
    const s = sample(loss, random(`${option} ${name}`), { dtype: 'float32', rows: 3, width: 4 });
    const numbers = [1, 2, 0, 3];
    let wanted: Result;
    beforeAll(() => {
      wanted = run(s, 1, { [option]: numbers });
    });
    const f32 = Float32Array.from(numbers);
    const forms: [string, () => unknown][] = [
      ['a Float32Array', () => f32],
      ['a Float64Array', () => Float64Array.from(numbers)],
      ['a Uint8Array', () => Uint8Array.from(numbers)],
      ['an Int32Array', () => Int32Array.from(numbers)],
      ['a float16 tensor', () => ({ data: Uint16Array.of(0x3c00, 0x4000, 0, 0x4200), dims: [4], type: 'float16' })],
      ['a BigInt64Array', () => BigInt64Array.from(numbers, BigInt)],
      ['an ort tensor', () => ({ data: f32, dims: [4], type: 'float32' })],
      ['an int64 tensor', () => ({ data: BigInt64Array.from(numbers, BigInt), dims: [4], type: 'int64' })],
      ['a tensor of one row', () => ({ data: f32, dims: [1, 4], type: 'float32' })],
      ['a tf.Tensor', () => ({ shape: [4], dtype: 'float32', dataSync: () => f32 })],
      ['a strided ndarray', () => ({ data: [1, 9, 2, 9, 0, 9, 3], shape: [4], stride: [2], offset: 0 })],
      ['nested arrays', () => [[1, 2, 0, 3]]],
      ['a part of an array', () => Float32Array.of(7, 1, 2, 0, 3, 7).subarray(1, 5)],
    ];

    it.each(forms)('may be %s', (_, make) => {
      for (let i = 0; i < 3; i++) expect(run(s, 1, { [option]: make() })).toEqual(wanted);
      const args = [...Object.values(s.inputs), s.options] as [unknown, unknown, object];
      const mean = L.accumulator(loss as Gathered, { [option]: make() }).add(...args);
      expect(mean.weight).toBe(wanted.totalWeight);
      expect(mean.value()).toBe(wanted.value);
      const again = L.accumulator.from<Gathered>(JSON.parse(JSON.stringify(mean)), loss as Gathered).add(...args);
      expect(again.value()).toBeCloseTo(wanted.value as number, 13);
    });

    it('may be resident', () => {
      const buffer = L.allocate('float32', 4);
      buffer.array.set(numbers);
      for (let i = 0; i < 3; i++) expect(run(s, 1, { [option]: buffer })).toEqual(wanted);
      buffer.free();
      expect(() => run(s, 1, { [option]: buffer })).toThrow(TypeError);
    });

    it('has to be one number a class, in one dimension', () => {
      expect(() => run(s, 1, { [option]: [1, 2, 3] })).toThrow(RangeError);
      expect(() => run(s, 1, { [option]: { data: f32, dims: [2, 2] } })).toThrow(
        /in one dimension, got "?shape \[2, 2\]/,
      );
      expect(() => run(s, 1, { [option]: { data: Float32Array.of(1, 2, -1, 3), dims: [4] } })).toThrow(`${option}[2]`);
      expect(() => run(s, 1, { [option]: { length: 4 } })).toThrow(TypeError);
    });
  });
});
