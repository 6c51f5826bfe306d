/** Sample weights, class weights, ignored rows and posWeight: one denominator for all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('weights on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  it('divide the mean', () => {
    expect(L.mse([1, 2, 3], [0, 0, 0], { sampleWeight: [1, 0, 3] })).toBe(28 / 4);
    expect(L.mse([1, 2, Number.NaN], [0, 0, 0], { sampleWeight: [1, 1, 0] })).toBe(2.5);
    expect(L.mse.valueAndGrad([1, 2], [0, 0], { sampleWeight: [0, 0] })).toEqual({
      value: 0,
      grad: f64(0, 0),
      totalWeight: 0,
    });
  });

  it('may be one a row of a pointwise loss', () => {
    const options = { sampleWeight: [1, 3] };
    const byRow = L.mse.valueAndGrad(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      options,
    );
    expect(byRow.value).toBe((1 + 4 + 3 * 9 + 3 * 16) / 8);
    expect(L.mse([1, 2, 3, 4], [0, 0, 0, 0], { ...options, batch: 2 })).toBe(byRow.value);
    expect(() => L.mse([1, 2, 3, 4], [0, 0, 0, 0], options)).toThrow(/batch: 2/);
  });

  it('are checked', () => {
    expect(() => L.mse([1, 2], [0, 0], { sampleWeight: [1, -1] })).toThrow(/sampleWeight\[1\]/);
    expect(() => L.mse([1], [0], { sampleWeight: [Number.NaN], reduction: 'sum' })).toThrow(RangeError);
    expect(() => L.mse([1], [0], { sampleWeight: [Infinity] })).toThrow(RangeError);
    expect(() => L.crossEntropy([[1, 2]], [0], { classWeight: [1, -1] })).toThrow(/classWeight\[1\]/);
    expect(() => L.crossEntropy([[1, 2]], [0], { classWeight: [1] })).toThrow(/one number per class/);
  });

  it('multiply with class weights, for labels and one-hot alike', () => {
    const z = [
      [1, 2],
      [3, 1],
    ];
    const options = { classWeight: [1, 3], sampleWeight: [2, 1] };
    const rows = L.crossEntropy(z, [1, 0], { reduction: 'none' });
    const expected = (6 * rows[0]! + rows[1]!) / 7;
    expect(L.crossEntropy(z, [1, 0], options)).toBeCloseTo(expected, 14);
    expect(
      L.crossEntropy(
        z,
        [
          [0, 1],
          [1, 0],
        ],
        options,
      ),
    ).toBeCloseTo(expected, 14);
  });

  it('leave ignored rows out', () => {
    const z = f64(1, 2, Number.NaN, Number.NaN);
    const { value, grad } = L.crossEntropy.valueAndGrad(z, [1, -100], { ignoreIndex: -100 });
    expect(value).toBe(L.crossEntropy(f64(1, 2), [1]));
    expect([...grad.subarray(2)]).toEqual([0, 0]);
    expect(L.crossEntropy(z, [-100, -100], { ignoreIndex: -100 })).toBe(0);
    expect(() => L.crossEntropy([[1, 2]], [[0, 1]], { ignoreIndex: 1 })).toThrow(TypeError);
  });

  it('take posWeight as one a class', () => {
    const z = [1, 2, 3, 4];
    const y = [1, 0, 1, 1];
    const each = (posWeight: number) => L.binaryCrossEntropyWithLogits(z, y, { posWeight, reduction: 'none' });
    const both = L.binaryCrossEntropyWithLogits(z, y, { posWeight: [2, 5], reduction: 'none' });
    expect([...both]).toEqual([each(2)[0], each(5)[1], each(2)[2], each(5)[3]]);
    expect(() => L.binaryCrossEntropyWithLogits([1, 2, 3], [1, 0, 1], { posWeight: [1, 2] })).toThrow(RangeError);
  });
});
