/** oneHot and smoothLabels. */
import { describe, expect, it } from 'vitest';
import { allocate, crossEntropy, oneHot, smoothLabels } from '../../ts/index.ts';

const f32 = (...x: number[]) => Float32Array.from(x);

describe('oneHot', () => {
  it('takes every kind of labels', () => {
    const expected = f32(0, 0, 1, 1, 0, 0);
    for (const labels of [
      [2, 0],
      Int32Array.of(2, 0),
      Uint8Array.of(2, 0),
      Uint32Array.of(2, 0),
      BigInt64Array.of(2n, 0n),
      { dims: [2], data: BigInt64Array.of(2n, 0n) },
    ]) {
      expect(oneHot(labels, 3)).toEqual(expected);
    }
    using resident = allocate('int32', 2);
    resident.array.set([2, 0]);
    expect(oneHot(resident, 3)).toEqual(expected);
    expect(oneHot([1], 2, { dtype: 'float64' })).toEqual(Float64Array.of(0, 1));
    expect(oneHot([], 2)).toEqual(f32());
  });

  it('names the label that is no class', () => {
    const fails = (labels: number[]) => () => oneHot(labels, 3);
    expect(fails([0, 3])).toThrow(new RangeError('oneHot: labels[1] = 3 is out of range for 3 classes'));
    expect(fails([-1])).toThrow(/labels\[0\] = -1/);
    expect(fails([0.5])).toThrow(RangeError);
    expect(fails([Number.NaN])).toThrow(RangeError);
  });

  it('checks its options', () => {
    expect(() => oneHot([0], 0)).toThrow(RangeError);
    expect(() => oneHot([0], '3' as never)).toThrow(TypeError);
    expect(() => oneHot([0], 2, { dtype: 'int8' as never })).toThrow(RangeError);
    expect(() => oneHot([0], 2, { dtyp: 'float32' } as never)).toThrow(/did you mean `dtype`/);
    expect(() => oneHot(f32(0) as never, 2)).toThrow(TypeError);
  });
});

describe('smoothLabels', () => {
  it('makes dense rows of labels, in float32 unless told otherwise', () => {
    expect(smoothLabels([1, 0], 0.5, { classes: 2 })).toEqual(f32(0.25, 0.75, 0.75, 0.25));
    expect(smoothLabels(Int32Array.of(1), 0.5, { classes: 2, dtype: 'float64' })).toEqual(Float64Array.of(0.25, 0.75));
  });

  it('keeps the precision of dense rows', () => {
    expect(smoothLabels(f32(1, 0), 0.5, { classes: 2 })).toEqual(f32(0.75, 0.25));
    expect(smoothLabels([[1, 0]], 0.5)).toEqual(Float64Array.of(0.75, 0.25));
    expect(smoothLabels({ dims: [1, 2], data: f32(1, 0) }, 0.5)).toEqual(f32(0.75, 0.25));
    expect(smoothLabels([0.5, 0.5], 1, { classes: 2, dtype: 'float32' })).toEqual(f32(0.5, 0.5));
    expect(smoothLabels(f32(Number.NaN, 0), 0.5, { classes: 2 })).toEqual(f32(Number.NaN, 0.25));
  });

  it('is what labelSmoothing does inside the losses', () => {
    const logits = Float64Array.of(2, -1, 0.5, 0.1, 3, -2);
    const dense = smoothLabels([0, 2], 0.2, { classes: 3, dtype: 'float64' });
    expect(crossEntropy(logits, dense, { classes: 3 })).toBeCloseTo(
      crossEntropy(logits, [0, 2], { labelSmoothing: 0.2 }),
      14,
    );
  });

  it('refuses what it cannot smooth', () => {
    expect(() => smoothLabels([0], 0.1)).toThrow(/smoothLabels: classes must be given with class labels/);
    expect(() => smoothLabels(f32(1, 0), 0.1)).toThrow(/classes must be given with flat targets/);
    expect(() => smoothLabels(f32(1, 0, 0), 0.1, { classes: 2 })).toThrow(RangeError);
    expect(() => smoothLabels([[1, 0.5]], 0.1, { classes: 3 })).toThrow(/classes must be 2, the row width of target/);
    expect(() => smoothLabels(f32(2, 0), 0.1, { classes: 2 })).toThrow(/target\[0\] must be in \[0, 1\], got 2/);
    expect(() => smoothLabels([0], 1.5, { classes: 2 })).toThrow(RangeError);
    expect(() => smoothLabels([0], '0.1' as never, { classes: 2 })).toThrow(TypeError);
    expect(() => smoothLabels([2], 0.1, { classes: 2 })).toThrow('smoothLabels: target[0] = 2 is out of range for 2');
  });
});
