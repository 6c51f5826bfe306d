/** The options `axis` and `shape`: what they may be, what else has to agree, and what a call without them is told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { type AnyLoss, argumentsOf, innerOf, run, sample, table } from '../support/losses.ts';
import { random } from '../support/random.ts';

const tensor = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.25), shape });
const labels = (...shape: number[]) => ({ data: new Int32Array(shape.reduce((a, b) => a * b, 1)), shape });
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  const withShape = table.filter(([, loss]) => innerOf(loss)!.options.includes('shape'));

  it('every loss of samples takes a shape', () => {
    const without = table.filter(
      ([, { info }]) => info.shape !== 'regularizer' && info.shape !== ('sequence' as string),
    );
    expect(withShape.map(([name]) => name)).toEqual(expect.arrayContaining(without.map(([name]) => name)));
  });

  it.each(withShape.filter(([, { info }]) => !['sequence', 'region'].includes(info.shape)))(
    '%s takes it in place of a width',
    (name: string, loss: AnyLoss) => {
      const s = sample(loss, random(name), { dtype: 'float64', rows: 6, width: 4 });
      const { batch: _, ...options } = s.options;
      const expected = run(s, 1, loss.info.shape === 'batch' ? { reduction: 'sum' } : {});
      const args = argumentsOf(loss, s.inputs);
      const more = loss.info.shape === 'batch' ? { reduction: 'sum' } : {};
      for (const shape of [[6, 4], [2, 3, 4], Int32Array.of(6, 4)]) {
        const elbo = loss.info.byName && shape.length === 3;
        if (!elbo) expect(loss.valueAndGrad(...args, { ...options, ...more, shape })).toEqual(expected);
      }
      for (const shape of [[5, 4], [6, 4, 2], [0]]) {
        expect(() => loss(...args, { ...options, shape })).toThrow(RangeError);
        expect(() => loss(...args, { ...options, shape })).toThrow(`${name}: shape must be that of the 24 elements`);
      }
    },
  );

  it.each<[string, unknown, new (m: string) => Error]>([
    ['shape', 6, TypeError],
    ['shape', '6', TypeError],
    ['shape', [2, -3], RangeError],
    ['shape', [1.5, 4], RangeError],
    ['shape', ['2', 3], TypeError],
    ['axis', 1.5, RangeError],
    ['axis', '1', TypeError],
    ['axis', null, TypeError],
    ['axis', 2, RangeError],
    ['axis', -3, RangeError],
  ])('%s of %j is refused', (option, value, ErrorClass) => {
    const call = () => L.crossEntropy(tensor(2, 3), [0, 1], { [option]: value });
    expect(call).toThrow(ErrorClass);
    expect(call).toThrow(`crossEntropy: ${option}`);
  });

  it('losses whose rows are no classes have no axis', () => {
    for (const loss of [L.mse, L.gaussianNll, L.triplet, L.contrastive, L.gaussianKl, L.ntXent]) {
      expect(() => any(loss)([[1, 2]], [[1, 2]], [[1, 2]], { axis: 0 })).toThrow(TypeError);
    }
  });

  it('the options agree with each other, and with the shapes of tensors', () => {
    const z = tensor(2, 3, 4);
    const y = labels(2, 4);
    const value = L.crossEntropy(z, y, { axis: 1 });
    expect(L.crossEntropy(z, y, { axis: -2, classes: 3, batch: 8, shape: [2, 3, 4] })).toBe(value);
    expect(L.crossEntropy(z.data, y.data, { axis: 1, shape: [2, 3, 4] })).toBe(value);
    expect(() => L.crossEntropy(z, y, { axis: 1, classes: 4 })).toThrow(/classes must be 3/);
    expect(() => L.crossEntropy(z, y, { axis: 1, batch: 6 })).toThrow(/batch must be 8/);
    expect(() => L.crossEntropy(z, y, { axis: 1, shape: [2, 4, 3] })).toThrow(/shape \[2, 4, 3\] and logits of shape/);
    expect(() => L.crossEntropy(z.data, y.data, { axis: 1 })).toThrow(/axis must be -1 where logits is flat.*shape/);
    expect(() => L.klDivergence(z, tensor(2, 4, 3), { axis: 1 })).toThrow(/shape/);
    expect(L.crossEntropy([1, 2, 3], [1], { shape: [3], axis: 0 })).toBe(L.crossEntropy([1, 2, 3], [1]));
  });

  it('who forgot the axis is told which dimension had the classes, and which would fit', () => {
    const logits = tensor(2, 21, 8, 9);
    const fits = /axis 3 of \[2, 21, 8, 9\].*; axis: 1 would fit/;
    expect(() => L.crossEntropy(logits, labels(2, 8, 9))).toThrow(fits);
    expect(() => L.focal(logits, labels(2, 8, 9).data)).toThrow(fits);
    // As many labels as there are rows by chance: by their shape, by a label beyond the classes.
    const square = tensor(3, 3, 3);
    expect(() => L.crossEntropy(tensor(2, 5, 4, 5), labels(2, 4, 5))).toThrow(/axis 3.*axis: 1 would fit/);
    expect(() => L.crossEntropy(square, Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 3))).toThrow(
      /out of range for 3 classes \(axis 2/,
    );
    expect(() => L.nll(tensor(2, 6, 2), labels(2, 2), { axis: 0 })).toThrow(/axis 0 of \[2, 6, 2\].*axis: 1 would fit/);
    const classWeight = new Float32Array(21).fill(1);
    expect(() => L.crossEntropy(logits, labels(2, 8, 9), { classWeight })).toThrow(fits);
    expect(() => L.entropy(logits, { sampleWeight: tensor(2, 8, 9) })).toThrow(/axis: 1 would fit/);
    expect(() => L.binaryCrossEntropyWithLogits(logits, logits, { posWeight: classWeight })).toThrow(
      /axis: 1 would fit/,
    );
    expect(() => L.crossEntropy(tensor(2, 3), [0, 1, 0])).toThrow(
      /for 2 rows of 3 classes, got length 3; axis: 0 would fit/,
    );
  });

  it('integers in the shape of the scores of one class are dense targets', () => {
    const z = { data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)), shape: [2, 3, 1, 2] };
    const dense = { data: Float32Array.from(z.data, (_, i) => i % 2), shape: z.shape };
    const loss = { epsilon: 0.5, axis: 2 };
    const expected = L.poly1.valueAndGrad(z, dense, loss);
    expect(expected.totalWeight).toBe(12);
    for (const kind of [Int32Array, Uint8Array]) {
      const ones = { data: kind.from(dense.data), shape: z.shape };
      expect(L.poly1.valueAndGrad(z, ones, loss)).toEqual(expected);
      expect(() => L.poly1(z, { data: ones.data, shape: [2, 3, 2] }, loss)).toThrow('labels[1] = 1 is out of range');
    }
  });

  it('data out of its domain is named by its place in the array', () => {
    const p = tensor(2, 3, 4);
    p.data[1 * 12 + 2 * 4 + 3] = 1.5;
    expect(() => L.entropy(p, { axis: 1 })).toThrow(/entropy: p\[23\] = 1.5/);
    expect(() => L.categoricalCrossEntropy(tensor(2, 3, 4), p, { axis: 1 })).toThrow(/target\[23\] = 1.5/);
    const y = labels(2, 4);
    y.data[5] = 7;
    expect(() => L.nll(tensor(2, 3, 4), y, { axis: 1 })).toThrow(/labels\[5\] = 7 is out of range for 3 classes/);
  });

  it('accumulators and objectives take both', () => {
    const z = { data: Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)), shape: [2, 3, 4] };
    const y = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1);
    const value = L.crossEntropy(z, y, { axis: 1 });
    const halves = [0, 1].map((i) => [z.data.subarray(12 * i, 12 * i + 12), y.subarray(4 * i, 4 * i + 4)] as const);
    const byParts = L.accumulator(L.crossEntropy);
    const byAll = L.accumulator(L.crossEntropy, { axis: 1, shape: [1, 3, 4] });
    for (const [logits, target] of halves) {
      byParts.add(logits, target, { axis: 1, shape: [1, 3, 4] });
      byAll.add(logits, target);
    }
    expect(byParts.value()).toBeCloseTo(value, 14);
    expect(byAll.value()).toBe(byParts.value());
    const state = JSON.parse(JSON.stringify(byAll));
    expect(any(L.accumulator.from(state)).add(...halves[0]!).count).toBe(12);
    expect(byParts.merge(state).value()).toBeCloseTo(value, 14);
    expect(() => L.accumulator(L.crossEntropy, { axis: 1.5 })).toThrow(RangeError);
    expect(() => L.accumulator(L.crossEntropy, { shape: [1, -3] })).toThrow(RangeError);
    expect(() => L.accumulator(L.mse, any({ axis: 1 }))).toThrow(TypeError);
    const J = L.objective({ loss: L.crossEntropy });
    expect(J([z, y, { axis: 1 }])).toBe(value);
    expect(J.valueAndGrad([z, y, { axis: 1 }]).grad.inputs).toEqual(
      L.crossEntropy.valueAndGrad(z, y, { axis: 1 }).grad,
    );
  });

  it('calls that come again have the results of the first', () => {
    const z = Float32Array.from({ length: 60 }, (_, i) => Math.cos(i));
    const y = Int32Array.from({ length: 12 }, (_, i) => i % 5);
    const options = { shape: [3, 5, 4], axis: 1 };
    const first = L.crossEntropy.valueAndGrad(z, y, options);
    for (let i = 0; i < 8; i++) expect(L.crossEntropy.valueAndGrad(z, y, options)).toEqual(first);
    const twenty = Int32Array.from({ length: 20 }, (_, i) => i % 3);
    options.shape = [4, 3, 5];
    const second = L.crossEntropy.valueAndGrad(z, twenty, options);
    expect(second.grad).not.toEqual(first.grad);
    for (let i = 0; i < 8; i++) {
      z[0] = i;
      const fresh = L.crossEntropy.valueAndGrad(Float32Array.from(z), twenty, { ...options });
      expect(L.crossEntropy.valueAndGrad(z, twenty, options)).toEqual(fresh);
    }
  });
});
