/** Row widths: where they come from, that they agree, and what is labels and what dense. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('widths on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  it('come from classes, dim, batch, shapes or labels, and agree', () => {
    const z = f64(1, 2, 3, 4, 5, 6);
    const value = L.crossEntropy(z, [0, 1], { classes: 3 });
    expect(L.crossEntropy(z, [0, 1])).toBe(value);
    expect(L.crossEntropy(z, [0, 1], { batch: 2 })).toBe(value);
    expect(L.crossEntropy(z, [0, 1], { dim: 3, batch: 2, classes: 3 })).toBe(value);
    expect(
      L.crossEntropy(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [0, 1],
        { classes: 3 },
      ),
    ).toBe(value);
    expect(() => L.crossEntropy(z, [0, 1], { classes: 3, batch: 3 })).toThrow(RangeError);
    expect(() => L.crossEntropy(z, [0, 1], { classes: 4 })).toThrow(RangeError);
    expect(() =>
      L.crossEntropy(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [0, 1],
        { classes: 2 },
      ),
    ).toThrow(/classes must be 3/);
    expect(() => L.crossEntropy(z, [0, 1], { dim: 2, classes: 3 })).toThrow(RangeError);
    expect(() => L.crossEntropy(z, [0, 1, 0, 1])).toThrow(RangeError);
    expect(() => L.klDivergence(f32(0.5, 0.5), f32(0.5, 0.5))).toThrow(/row width isn't known/);
  });

  it('broadcast nothing', () => {
    expect(() => L.mse([[1], [2]], [[1, 2]])).toThrow(/nothing is broadcast/);
    expect(() => L.mse([1, 2], [1])).toThrow(/nothing is broadcast/);
  });

  it('tell labels from dense targets by length', () => {
    const z = [
      [1, 2],
      [3, 4],
    ];
    expect(L.crossEntropy(z, [1, 0])).toBeCloseTo(
      L.crossEntropy(z, [
        [0, 1],
        [1, 0],
      ]),
      14,
    );
    expect(L.crossEntropy(z, Uint8Array.of(0, 1, 1, 0))).toBeCloseTo(L.crossEntropy(z, [1, 0]), 14);
    expect(L.crossEntropy(z, BigInt64Array.of(1n, 0n))).toBe(L.crossEntropy(z, [1, 0]));
    // One class: integers are labels, numbers dense.
    expect(L.crossEntropy([[1], [2]], Int32Array.of(0, 0))).toBe(0);
    expect(() => L.crossEntropy([[1], [2]], Int32Array.of(1, 0))).toThrow(/labels\[0\] = 1 is out of range/);
    expect(L.nll([[-1], [-2]], [1, 1])).toBe(1.5);
    expect(() => L.crossEntropy(z, [1, 0, 1])).toThrow(RangeError);
    expect(() => L.crossEntropy(z, any(f32(1, 0)))).toThrow(TypeError);
    expect(() =>
      L.focal(
        z,
        any([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toThrow(RangeError);
  });
});
