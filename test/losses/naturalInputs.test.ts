/** Numbers of every type, for every loss: a call has the bits of the one with its arguments converted beforehand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHalf } from '../../ts/core/base/half.ts';
import type { FloatArray } from '../../ts/index.ts';
import * as L from '../../ts/index.ts';
import {
  type Dtype,
  dtypes,
  floats,
  hasHess,
  inputsOf,
  run,
  type Sample,
  sample,
  table,
  targetForms,
} from '../support/losses.ts';
import { random } from '../support/random.ts';
import { residentOf } from '../support/resident.ts';

// biome-ignore lint/suspicious/noExplicitAny: types that the signatures know are tried in types.test-d.ts
const any = (x: unknown): any => x;

type Convert = (x: FloatArray) => unknown;

/** float16 bits of a few numbers that it holds. */
const bits = new Map([
  [0, 0],
  [1, 0x3c00],
  [-1, 0xbc00],
  [2, 0x4000],
  [3, 0x4200],
  [0.5, 0x3800],
]);
const halves = (x: FloatArray): Uint16Array => Uint16Array.from(x, (y) => bits.get(y)!);
const tensor = (data: unknown, type: string) => ({
  dims: [(data as ArrayLike<number>).length],
  data,
  type,
  location: 'cpu',
});

const unsigned: readonly [name: string, convert: Convert][] = [
  ['Uint8Array', (x) => Uint8Array.from(x)],
  ['Uint8ClampedArray', (x) => Uint8ClampedArray.from(x)],
  ['Uint16Array', (x) => Uint16Array.from(x)],
  ['Uint32Array', (x) => Uint32Array.from(x)],
  ['BigUint64Array', (x) => BigUint64Array.from(x as Iterable<number> as never, ((y: number) => BigInt(y)) as never)],
  ['a uint8 tensor', (x) => tensor(Uint8Array.from(x), 'uint8')],
];
const signed: [name: string, convert: Convert][] = [
  ['Int8Array', (x) => Int8Array.from(x)],
  ['Int16Array', (x) => Int16Array.from(x)],
  ['Int32Array', (x) => Int32Array.from(x)],
  ['BigInt64Array', (x) => BigInt64Array.from(x as never, ((y: number) => BigInt(y)) as never)],
  ['Float32Array', (x) => Float32Array.from(x)],
  ['Float64Array', (x) => Float64Array.from(x)],
  ['number[]', (x) => Array.from(x)],
  ['an int64 tensor', (x) => tensor(BigInt64Array.from(x as never, ((y: number) => BigInt(y)) as never), 'int64')],
  ['a float16 tensor', (x) => tensor(halves(x), 'float16')],
  ['a resident int32', (x) => taking(residentOf('int32', x))],
  ['a resident float32', (x) => taking(residentOf('float32', x))],
  ['a resident float64', (x) => taking(residentOf('float64', x))],
];
const flags: readonly [name: string, convert: Convert][] = [
  ['booleans', (x) => Array.from(x, (y) => y === 1)],
  ['a bool tensor', (x) => tensor(Uint8Array.from(x), 'bool')],
];
const { Float16Array } = globalThis as { Float16Array?: new (buffer: ArrayBufferLike) => unknown };
if (Float16Array !== undefined) signed.push(['Float16Array', (x) => new Float16Array(halves(x).buffer)]);

const taken: { free(): void }[] = [];
function taking<B extends { free(): void }>(buffer: B): B {
  taken.push(buffer);
  return buffer;
}

/** Whole numbers of an argument's domain. */
function wholes(domain: string, dtype: Dtype, length: number): FloatArray {
  const entry = (i: number): number => {
    if (domain === 'unit' || domain === 'binary' || domain === 'classes') return (i * 7) % 3 === 0 ? 1 : 0;
    if (domain === 'sign') return i % 3 === 0 ? 1 : -1;
    return domain === 'real' ? (i % 5) - 1 : (i % 3) + 1;
  };
  return floats(dtype, length, entry);
}

const formsOf = (x: FloatArray): readonly (readonly [string, Convert])[] => {
  const isFlags = x.every((y) => y === 0 || y === 1);
  const isUnsigned = x.every((y) => y >= 0);
  return [...signed, ...(isUnsigned ? unsigned : []), ...(isFlags ? flags : [])];
};

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));
  afterAll(() => {
    for (const x of taken.splice(0)) x.free();
    return L.init({ backend: 'wasm' }).then(() => {});
  });

  describe.each(dtypes)('%s', (dtype) => {
    it.each(table)('%s: targets', (name, loss) => {
      for (const form of targetForms(loss)) {
        const s = sample(loss, random(`${name} ${form}`), { dtype, rows: 5, width: 7, form });
        for (const { name: arg, domain, differentiable } of inputsOf(loss)) {
          const given = s.inputs[arg]!;
          if (differentiable || given instanceof Int32Array) continue;
          const numbers = wholes(domain, dtype, given.length);
          compare(s, arg, numbers);
        }
      }
    });

    it.each(table.filter(([, { info }]) => info.shape === 'pointwise' || info.shape === 'rowwise'))(
      '%s: weights',
      (name, loss) => {
        const s = sample(loss, random(name), { dtype, rows: 5, width: 7 });
        const counts = loss.info.shape === 'rowwise' ? [5] : [5, 35];
        for (const count of counts) {
          const weights = Float64Array.from({ length: count }, (_, i) => (i % 4 === 1 ? 0 : 1));
          const expected = run(s, 1, { sampleWeight: weights });
          for (const [form, convert] of formsOf(weights)) {
            expect(run(s, 1, { sampleWeight: convert(weights) }), form).toEqual(expected);
          }
        }
      },
    );
  });

  it.each(table)('%s: float16 counts as float32', (name, loss) => {
    const s = sample(loss, random(`half ${name}`), { dtype: 'float32', rows: 4, width: 3 });
    const rounded: { [arg: string]: FloatArray | Int32Array } = { ...s.inputs };
    const given: { [arg: string]: unknown } = { ...s.inputs };
    for (const [arg, x] of Object.entries(s.inputs)) {
      if (x instanceof Int32Array) continue;
      const { domain } = inputsOf(loss).find((input) => input.name === arg)!;
      const numbers = domain === 'unit' ? x.map(() => 0.5) : wholes(domain, 'float32', x.length);
      rounded[arg] = decodeHalf(halves(numbers));
      given[arg] = tensor(halves(numbers), 'float16');
    }
    const expected = run(s, 1, {}, rounded);
    expect(run(s, 1, {}, given)).toEqual(expected);
    const grads = expected.grad instanceof Float32Array ? [expected.grad] : Object.values(expected.grad);
    for (const grad of grads) expect(grad).toBeInstanceOf(Float32Array);
  });

  it('many elements, block by block, and calls that come again', () => {
    const n = 70_000;
    const pred = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
    const numbers = Float32Array.from({ length: n }, (_, i) => (i * 31) % 2);
    const expected = L.huber.valueAndGrad(pred, numbers);
    for (const [form, convert] of formsOf(numbers)) {
      const x = convert(numbers);
      for (let i = 0; i < 4; i++) expect(L.huber.valueAndGrad(pred, any(x)).value, form).toBe(expected.value);
      const weighted = L.huber(pred, numbers, { sampleWeight: any(x) });
      expect(weighted, form).toBe(L.huber(pred, numbers, { sampleWeight: numbers }));
    }
    for (const count of [1, 12, 13, 50, 1000]) {
      const [some, few] = [numbers.slice(3, 3 + count), pred.slice(0, count)];
      const value = L.mse(few, some);
      for (const [form, convert] of formsOf(some)) {
        const x = convert(some);
        for (let i = 0; i < 5; i++) expect(L.mse(few, any(x)), form).toBe(value);
        if (x instanceof Uint8Array) {
          x.fill(1);
          expect(L.mse(few, any(x)), form).toBe(L.mse(few, new Float32Array(count).fill(1)));
        }
      }
    }
  });

  it('integers beyond what a float holds are rounded once, to the nearest', () => {
    const cases: readonly [bigint, single: number, double: number][] = [
      [2n ** 53n + 1n, 2 ** 53, 2 ** 53],
      [2n ** 53n + 3n, 2 ** 53, 2 ** 53 + 4],
      // Twice rounded it would be a tie, and go down.
      [2n ** 60n + 2n ** 36n + 1n, 2 ** 60 + 2 ** 37, Number(2n ** 60n + 2n ** 36n)],
      [2n ** 60n + 2n ** 36n - 1n, 2 ** 60, Number(2n ** 60n + 2n ** 36n)],
      [2n ** 63n - 1n, 2 ** 63, 2 ** 63],
      [2n ** 24n + 1n, 2 ** 24, 2 ** 24 + 1],
    ];
    for (const [x, single, double] of cases) {
      for (const sign of [1n, -1n]) {
        for (const n of [1, 40]) {
          const target = new BigInt64Array(n).fill(sign * x);
          const f = Number(sign);
          expect(L.mae(new Float32Array(n), any(target), { reduction: 'none' })[n - 1]).toBe(single);
          expect(L.mae(new Float64Array(n), any(target), { reduction: 'none' })[n - 1]).toBe(double);
          expect(L.mae.valueAndGrad(new Float32Array(n), any(target)).grad[0]).toBe(
            -f / n === 0 ? 0 : Math.fround(-f / n),
          );
        }
      }
      expect(L.mae(new Float32Array(1), any(BigUint64Array.of(x)))).toBe(single);
    }
    expect(L.mae(new Float32Array(20), any(new BigUint64Array(20).fill(2n ** 64n - 1n)))).toBe(2 ** 64);
  });

  it('float16: all bit patterns', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const decoded = decodeHalf(all);
    const zeros = new Float32Array(65536);
    const none = { reduction: 'none' } as const;
    const same = (x: FloatArray, y: FloatArray) => expect(x.findIndex((a, i) => !Object.is(a, y[i]))).toBe(-1);
    same(L.mae(any(tensor(all, 'float16')), zeros, none), L.mae(decoded, zeros, none));
    same(L.mae.valueAndGrad(any(tensor(all, 'float16')), zeros).grad, L.mae.valueAndGrad(decoded, zeros).grad);
    const doubles = new Float64Array(65536);
    same(L.mae(doubles, any(tensor(all, 'float16')), none), L.mae(doubles, Float64Array.from(decoded), none));
  });

  it('targets of another precision than the prediction take its', () => {
    const pred = Float32Array.of(0.5, 2);
    const target = Float64Array.of(0.1, 1 / 3);
    expect(L.mse.valueAndGrad(pred, target)).toEqual(L.mse.valueAndGrad(pred, Float32Array.from(target)));
    const double = L.mse.valueAndGrad(Float64Array.from(pred), Float32Array.from(target));
    expect(double.grad).toBeInstanceOf(Float64Array);
    expect(double).toEqual(L.mse.valueAndGrad(Float64Array.from(pred), Float64Array.from(Float32Array.from(target))));
    expect(() => L.gaussianKl(Float32Array.of(1), Float64Array.of(1), { dim: 1 })).toThrow(/one precision/);
  });

  it('weights that float32 cannot hold are refused', () => {
    const pred = Float32Array.of(1, 2);
    expect(() => L.mse(pred, pred, { sampleWeight: Float64Array.of(1, 1e39) })).toThrow(RangeError);
    expect(() => L.mse(pred, pred, { sampleWeight: Float64Array.of(1, 1e39) })).toThrow(/sampleWeight\[1\].*float32/);
    expect(() => L.mse(pred, pred, { sampleWeight: any(BigInt64Array.of(1n, -2n)) })).toThrow(/sampleWeight\[1\].*-2/);
    const tiny = { sampleWeight: Float64Array.of(1, 1e-44) };
    expect(L.mse(pred, Float32Array.of(1, Number.NaN), tiny)).toBe(0);
  });
});

/** Compares every form of an argument with floats of the call's type. */
function compare(s: Sample, arg: string, numbers: FloatArray): void {
  for (const order of hasHess(s.loss) && s.loss.info.shape !== 'regularizer'
    ? ([0, 1, 2] as const)
    : ([0, 1] as const)) {
    const expected = run(s, order, {}, { ...s.inputs, [arg]: numbers });
    for (const [form, convert] of formsOf(numbers)) {
      // Flat integers as many as there are rows are labels: a form of its own.
      const inputs = { ...s.inputs, [arg]: convert(numbers) };
      expect(run(s, order, {}, inputs), `${arg}: ${form}`).toEqual(expected);
    }
  }
}
