/** Inputs by structure: each fake has exactly the members that its library's tensor shows. */
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Halves } from '../../ts/core/base/half.ts';
import { labelAt, noLabel } from '../../ts/core/read/labels.ts';
import { asLabels, readDifferentiable, readTensor } from '../../ts/core/read/tensor.ts';

const read = (x: unknown) => readDifferentiable('mse', 'pred', x);
const labels = (x: unknown) => asLabels('crossEntropy', 'labels', readTensor('crossEntropy', 'labels', x));
const f32 = (...x: number[]) => Float32Array.from(x);

/** tf.Tensor: `data` is a method, and `strides` omits the last one. */
const tf = (data: unknown, shape: number[], more = {}) => ({
  shape,
  strides: shape.slice(1),
  dtype: 'float32',
  data: () => Promise.resolve(data),
  dataSync: () => data,
  ...more,
});

/** transformers.js Tensor: like ort's, with `stride` as a method. */
const transformers = (data: unknown, dims: number[]) => ({
  dims,
  data,
  type: 'float32',
  location: 'cpu',
  size: 4,
  stride: () => [2, 1],
});

describe('numbers', () => {
  it('takes flat arrays as they are, and copies of plain ones', () => {
    const x = f32(1, 2);
    expect(read(x)).toEqual({ data: x, shape: null });
    expect(read(x).data).toBe(x);
    const plain = [1, 2];
    expect(read(plain)).toEqual({ data: plain, shape: null });
    expect(read(plain).data).not.toBe(plain);
    expect(read([])).toEqual({ data: [], shape: null });
  });

  it('flattens nested arrays and lists of typed rows', () => {
    expect(read([[[1, 2]], [[3, 4]]])).toEqual({ data: [1, 2, 3, 4], shape: [2, 1, 2] });
    expect(read([f32(1, 2), [3, 4]])).toEqual({ data: f32(1, 2, 3, 4), shape: [2, 2] });
    expect(read([Float64Array.of(1), Float64Array.of(2)])).toEqual({ data: Float64Array.of(1, 2), shape: [2, 1] });
    expect(read([[], []])).toEqual({ data: [], shape: [2, 0] });
  });

  it('takes integers as numbers without a precision', () => {
    for (const x of [Uint8Array.of(1, 0), Int32Array.of(-5), Uint16Array.of(7)]) expect(read(x).data).toBe(x);
    const pixels = Uint8Array.of(1, 0);
    expect(read(tf(pixels, [2])).data).toBe(pixels);
  });

  it('reads tf.Tensor and jax-js arrays through dataSync, once', () => {
    expect(read(tf(f32(1, 2, 3, 4, 5, 6), [2, 3]))).toEqual({ data: f32(1, 2, 3, 4, 5, 6), shape: [2, 3] });
    let references = 1;
    const dataSync = () => {
      if (references-- === 0) throw new Error('Referenced tracer freed');
      return f32(7);
    };
    const jax = { shape: [1], dataSync };
    expect(read(jax).data).toEqual(f32(7));
    expect(() => read(jax)).toThrow(new TypeError('mse: pred could not be read: Referenced tracer freed'));
  });

  it('reads ort and transformers.js tensors', () => {
    const data = f32(1, 2, 3, 4);
    const ort = { dims: [2, 2], data, type: 'float32', location: 'cpu' };
    expect(read(ort)).toEqual({ data, shape: [2, 2] });
    expect(read(transformers(data, [2, 2])).data).toBe(data);
    const half = { dims: [3], data: Uint16Array.of(0x3c00, 0xc100, 0x7c00), type: 'float16', location: 'cpu' };
    expect(read(half).data).toEqual(Halves.of(0x3c00, 0xc100, 0x7c00));
  });

  it('says how to get a tensor off the GPU', () => {
    const gpu = {
      dims: [1],
      location: 'gpu-buffer',
      get data() {
        throw new Error('The data is not on CPU.');
      },
    };
    expect(() => read(gpu)).toThrow(
      /mse: pred must be a tensor in CPU memory, got "gpu-buffer"; `await tensor.getData/,
    );
  });

  it('gathers strided views', () => {
    const data = f32(1, 2, 3, 4, 5, 6);
    const scijs = (shape: number[], stride: number[], offset: number) => read({ data, shape, stride, offset });
    expect(scijs([2, 3], [3, 1], 0).data).toBe(data);
    expect(scijs([3, 2], [1, 3], 0)).toEqual({ data: f32(1, 4, 2, 5, 3, 6), shape: [3, 2] });
    expect(scijs([1, 3], [3, 1], 3).data).toEqual(f32(4, 5, 6));
    expect(scijs([2, 3], [-3, -1], 5).data).toEqual(f32(6, 5, 4, 3, 2, 1));
    expect(scijs([2, 2], [0, 1], 1).data).toEqual(f32(2, 3, 2, 3));
    expect(() => scijs([2, 3], [3, 1], 1)).toThrow(/pred must be a view inside its 6 elements, got elements 1 to 6/);
    const stdlib = { data: [1, 2, 3, 4], dtype: 'generic', shape: [2, 2], strides: [1, 2], offset: 0 };
    expect(read({ ...stdlib, order: 'column-major' }).data).toEqual([1, 3, 2, 4]);
  });

  it('reads Arrow columns, and no nulls', () => {
    const arrow = (values: unknown, nullCount = 0, type = {}) => ({
      data: [{}],
      stride: 1,
      length: 2,
      nullCount,
      type,
      toArray: () => values,
    });
    expect(read(arrow(f32(1, 2)))).toEqual({ data: f32(1, 2), shape: null });
    expect(() => read(arrow(f32(1, 0), 1))).toThrow(
      new RangeError('mse: pred must be a column without nulls, got 1 null; fill or drop them first'),
    );
    expect(read(arrow(Uint16Array.of(0x3c00), 0, { typeId: 3, precision: 0 })).data).toEqual(Halves.of(0x3c00));
    expect(read(arrow([arrow(f32(1, 2)), arrow(f32(3, 4))]))).toEqual({ data: f32(1, 2, 3, 4), shape: [2, 2] });
    expect(() => read(arrow([true, false]))).toThrow(/pred\[0\] must be a number, got true; map true to 1/);
  });

  it('takes arrays of another realm', () => {
    const foreign: unknown = runInContext('[new Float32Array([1, 2]), [[1], [2]]]', createContext());
    const [typed, nested] = foreign as [unknown, unknown];
    expect(read(typed).data).toBeInstanceOf(Float32Array);
    expect(read(nested)).toEqual({ data: [1, 2], shape: [2, 1] });
  });
});

describe('labels', () => {
  it('keeps integers of every type', () => {
    const small = [Int8Array.of(1), Uint8Array.of(1), Uint8ClampedArray.of(1), Int16Array.of(-1), Uint16Array.of(9)];
    for (const x of [...small, Int32Array.of(1), Uint32Array.of(1), BigInt64Array.of(1n), BigUint64Array.of(1n)]) {
      expect(labels(x)).toEqual({ data: x, shape: null });
    }
    expect(labels([2, 0])).toEqual({ data: [2, 0], shape: null });
    expect(labels(tf(Int32Array.of(4), [1]))).toEqual({ data: Int32Array.of(4), shape: [1] });
  });

  it('refuses floats', () => {
    expect(() => labels(f32(0, 1))).toThrow(TypeError);
    expect(() => labels(f32(0, 1))).toThrow(/labels must be whole numbers in an Int32Array/);
  });

  it('are read as int32, with a mark for what is none', () => {
    const read = (data: Parameters<typeof labelAt>[0]) =>
      Array.from({ length: data.length }, (_, row) => labelAt(data, row));
    expect(read([1, -100, 1.5, NaN, 2 ** 31])).toEqual([1, -100, noLabel, noLabel, noLabel]);
    expect(read(BigInt64Array.of(3n, 2n ** 40n))).toEqual([3, noLabel]);
    expect(read(Uint32Array.of(7, 4294967295))).toEqual([7, noLabel]);
    expect(read(Uint8Array.of(1, 2, 3))).toEqual([1, 2, 3]);
  });
});
