/** What is no array of numbers: a TypeError or RangeError that names the place. */
import { describe, expect, it } from 'vitest';
import { readDifferentiable } from '../../ts/core/read/tensor.ts';

const read = (x: unknown) => readDifferentiable('mse', 'pred', x);
const f32 = (...x: number[]) => Float32Array.from(x);

describe('what cannot be read', () => {
  it.each<[unknown, RegExp]>([
    ['abc', /mse: pred must be a Float32Array.* or a tensor, got "abc"/],
    [null, /got null/],
    [undefined, /got undefined/],
    [{}, /got an object/],
    [3, /got 3; wrap a single number in an array/],
    [Promise.resolve(1), /await it first/],
    [new DataView(new ArrayBuffer(4)), /got an object \(DataView\)/],
    [new ArrayBuffer(4), /wrap it in a Float32Array/],
    [BigInt64Array.of(1n), /Float64Array.from\(x, Number\)/],
    [[1, 'a'], /pred\[1\] must be a number, got "a"/],
    [new Array(2), /pred\[0\] must be a number, got undefined/],
    [[[1], [null]], /pred\[1\]\[0\] must be a number, got null/],
    [[f32(1), Float64Array.of(1)], /Float32Array and Float64Array mixed/],
    [{ shape: [1], dataSync: () => ['a'] }, /a tensor of numbers, got "a"/],
    [{ shape: [1], dtype: 'complex64', dataSync: () => f32(1, 2) }, /a tensor of real numbers, got "complex64"/],
    [{ dims: [1], location: 'none', data: null }, /a tensor in CPU memory, got "none"; it was disposed/],
    [{ toArray: () => [{ toArray: () => [1] }] }, /pred\[0\] must be a number or a list of numbers.*table\.getChild/],
  ])('wrong kind: %s', (x, message) => {
    expect(() => read(x)).toThrow(TypeError);
    expect(() => read(x)).toThrow(message);
  });

  const endless: unknown[] = [];
  endless.push(endless);
  it.each<[string, unknown, RegExp]>([
    ['ragged', [[1, 2], [3]], /pred\[1\] must be a row of length 2, got Array\(1\); the rows of pred must all/],
    [
      'ragged inside',
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      /pred\[1\]\[1\] must be a row of length 1/,
    ],
    ['a number among rows', [[1], 2], /pred\[1\] must be a row of length 1, got 2/],
    ['a row among numbers', [1, [2]], /pred\[1\] must be a number/],
    ['ragged typed rows', [f32(1), f32(1, 2)], /pred\[1\] must be a row of length 1/],
    ['endless', endless, /nested at most 32 deep/],
    ['dims that differ from data', { dims: [3], data: f32(1) }, /3 elements, of shape \[3\], got Float32Array\(1\)/],
    ['interleaved complex numbers', { shape: [1], dataSync: () => f32(1, 2) }, /1 elements, of shape \[1\]/],
  ])('wrong shape: %s', (_name, x, message) => {
    expect(() => read(x)).toThrow(RangeError);
    expect(() => read(x)).toThrow(message);
  });

  it('a detached array', () => {
    const x = f32(1);
    structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] });
    expect(() => read(x)).toThrow(/got Float32Array\(0\); its buffer was transferred away \(detached\)/);
  });
});
