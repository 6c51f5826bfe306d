/** Gradients written into the caller's arrays: aliasing, overlaps, lengths and precisions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('out on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  it('is written and returned', () => {
    const out = f32(9, 9);
    expect(L.mse.valueAndGrad(f32(1, 2), f32(0, 0), { out }).grad).toBe(out);
    expect(out).toEqual(f32(1, 2));
    const hessOut = f32(0, 0);
    expect(L.mse.valueGradHess(f32(1, 2), f32(0, 0), { out, hessOut }).hess).toBe(hessOut);
    const record = { anchor: f32(0), positive: f32(0), negative: f32(0) };
    const { grad } = L.triplet.valueAndGrad(f32(1), f32(3), f32(1), { dim: 1, out: record });
    expect(grad.anchor).toBe(record.anchor);
  });

  it('is where the gradient replaces probabilities, of which one is NaN or out of the domain', () => {
    for (const n of [3, 20, 600]) {
      const p = L.allocate('float32', n);
      const y = L.allocate('float32', n);
      p.array.fill(0.5)[n - 2] = Number.NaN;
      y.array.fill(1);
      const { value } = L.binaryCrossEntropy.valueAndGrad(p, y, { out: p });
      expect(value).toBeNaN();
      expect(p.array[0]).toBeCloseTo(-2 / n);
      p.array.fill(0.5)[n - 2] = 2;
      expect(() => L.binaryCrossEntropy.valueAndGrad(p, y, { out: p })).toThrow(new RegExp(`\\[${n - 2}\\]`));
      p.free();
      y.free();
    }
  });
  it('may be the matching input, and overlaps nothing else', () => {
    const x = f32(1, 2);
    expect(L.mse.valueAndGrad(x, f32(0, 0), { out: x }).grad).toBe(x);
    expect(x).toEqual(f32(1, 2));
    const y = f32(1, 2);
    expect(() => L.mse.valueAndGrad(x, y, { out: y })).toThrow(RangeError);
    const long = f32(1, 2, 3);
    const part = long.subarray(0, 2);
    expect(() => L.mse.valueAndGrad(part, y, { out: long.subarray(1) })).toThrow(/overlaps/);
    expect(() => L.mse.valueGradHess(part, y, { out: x, hessOut: x })).toThrow(/overlaps/);
    expect(() => L.mse.valueAndGrad(part, y, { out: x, sampleWeight: x })).toThrow(/sampleWeight/);
    const big = Float64Array.from({ length: 20000 }, (_, i) => i);
    const expected = L.huber.valueAndGrad(big.slice(), new Float64Array(20000), { delta: 3 }).grad;
    expect(L.huber.valueAndGrad(big, new Float64Array(20000), { delta: 3, out: big }).grad).toEqual(expected);
    const za = f64(1, 2, 3, 4);
    const zb = f64(2, 1, 0, 1);
    const apart = L.ntXent.valueAndGrad(za, zb, { dim: 2 }).grad;
    const { grad } = L.ntXent.valueAndGrad(za, zb, { dim: 2, out: { za, zb } });
    expect(grad).toEqual(apart);
  });

  it('has the length and the precision of the input', () => {
    expect(() => L.mse.valueAndGrad(f32(1), f32(0), { out: f32(1, 2) })).toThrow(RangeError);
    expect(() => L.mse.valueAndGrad(f32(1), f32(0), { out: f64(1) })).toThrow(TypeError);
    expect(() => L.mse.valueAndGrad(f32(1), f32(0), { out: any([1]) })).toThrow(TypeError);
    expect(() => L.triplet.valueAndGrad(f32(1), f32(0), f32(0), { dim: 1, out: any({ anchr: f32(0) }) })).toThrow(
      /did you mean `out.anchor`/,
    );
  });

  it('is untouched by errors', () => {
    const out = f32(7, 7);
    expect(() => L.mse.valueAndGrad(f32(1, 2), f32(0, 0), { out, sampleWeight: [-1, 1] })).toThrow();
    expect(out).toEqual(f32(7, 7));
  });
});
