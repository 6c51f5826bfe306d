/** Inputs of a few bytes that look endless, and objects that only look like arrays: a quick error that names the argument. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensor } from '../../ts/core/read/tensor.ts';
import * as L from '../../ts/index.ts';
import { fails } from '../support/bad.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;
const many = (n: number, x: unknown): unknown[] => new Array(n).fill(x);
const view = (data: unknown, shape: unknown, stride: unknown, offset: unknown = 0) => ({ data, shape, stride, offset });
const column = (values: unknown) => ({ nullCount: 0, toArray: () => values });
const selfHolding = (): unknown => {
  const all: unknown[] = [];
  const x = column(all);
  all.push(x, x);
  return x;
};
const makesItself = (): unknown => ({ nullCount: 0, toArray: () => [makesItself(), makesItself()] });
/** 2³⁰ numbers in 30 columns. */
const doubling = (): unknown => {
  let x = column(f32(1));
  for (let level = 0; level < 30; level++) x = column([x, x]);
  return x;
};

const endless: readonly (readonly [name: string, make: () => unknown])[] = [
  ['one number as 2³² − 1', () => view([1], [2 ** 32 - 1], [0])],
  ['one number as 2²⁶', () => view([1], [2 ** 26], [0])],
  ['one float as 2²⁵', () => view(f32(1), [2 ** 13, 2 ** 12], [0, 0])],
  ['few numbers as many, by strides', () => view(new Float64Array(2 ** 14), [2 ** 13, 2 ** 13], [1, 1])],
  ['more elements than numbers count', () => view([1], [2 ** 40, 2 ** 40], [0, 0])],
  ['one row 10⁵ times', () => many(1e5, many(1e4, 1))],
  ['one row 10⁶ times', () => many(1e6, many(1e4, 1))],
  ['one typed row 10⁵ times', () => many(1e5, new Float32Array(1e4))],
  ['views of one typed row', () => many(1e4, new Float64Array(1e4)).map((row) => any(row).subarray())],
  ['a short row 2·10⁶ times', () => many(2e6, many(20, 1))],
  ['rows in rows in rows', () => many(1000, many(1000, many(1000, many(1000, 1))))],
  ['20 levels of 10', () => Array.from({ length: 20 }).reduce<unknown>((x) => many(10, x), 1)],
  ['a column that holds itself', selfHolding],
  ['a column that makes itself', () => makesItself()],
  ['columns that double', doubling],
  ['one list 10⁶ times', () => column(many(1e6, column(new Float32Array(1e5))))],
  ['a shape of 2³⁰ dimensions', () => ({ data: f32(1), shape: new Float64Array(2 ** 27) })],
  ['strides of 2³⁰ dimensions', () => view(f32(1), [1], new Uint8Array(2 ** 30))],
];

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));
  afterAll(async () => void (await L.init({ backend: 'wasm' })));

  it.each(endless)('%s: a RangeError, before any room is made for it', (_, make) => {
    const x = any(make());
    for (const [name, call] of [
      ['mse: pred', () => L.mse(x, x)],
      ['crossEntropy: target', () => L.crossEntropy([[1, 2]], x)],
      ['huber: sampleWeight', () => L.huber([1], [1], { sampleWeight: x })],
    ] as const) {
      fails(call, RangeError, name);
    }
  });

  it('a few rows that stand in many places are no attack', () => {
    expect(L.mse(any(many(1000, many(100, 2))), new Float64Array(1e5))).toBe(4);
    expect(L.mse(any(view(f32(2), [1000, 100], [0, 0])), new Float32Array(1e5))).toBe(4);
  });

  it('strides, shapes and offsets are whole numbers', () => {
    const data = f32(1, 2, 3, 4, 5, 6);
    for (const [shape, stride, offset, ErrorClass] of [
      [[3], [0.5], 0, RangeError],
      [[2, 2], [1.5, 0.5], 0, RangeError],
      [[3], [Number.NaN], 0, RangeError],
      [[3], [Infinity], 0, RangeError],
      [[3], f32(0.5), 0, RangeError],
      [[3], ['1'], 0, TypeError],
      [[3], [true], 0, TypeError],
      [[3], [null], 0, TypeError],
      [[3], BigInt64Array.of(1n), 0, TypeError],
      [[3], [1], 0.5, RangeError],
      [[2], [1], '1', TypeError],
      [[2], [1], true, TypeError],
      [[2.5], [1], 0, RangeError],
      [[-1], [1], 0, RangeError],
      [['3'], [1], 0, TypeError],
    ] as const) {
      for (const x of [view(data, shape, stride, offset), { data, dims: shape, strides: stride, offset }]) {
        expect(() => L.mse(any(x), f32(1, 2, 3)), `${stride} ${offset}`).toThrow(ErrorClass);
        expect(() => L.mse(any(x), f32(1, 2, 3))).toThrow(/^mse: pred/);
      }
    }
    expect(() => L.mse(any({ data, shape: ['6'] }), data)).toThrow(
      /^mse: pred\.shape\[0\] must be a whole number, got "6"/,
    );
    expect(L.mse(any({ data: [7], shape: [], strides: [0], offset: 0 }), [7])).toBe(0);
  });

  it('what only looks like a typed array', () => {
    const { proxy, revoke } = Proxy.revocable([1, 2], {});
    revoke();
    const typed = Proxy.revocable(f32(1, 2), {});
    typed.revoke();
    const throwing = {
      dataSync: () => f32(1),
      get shape(): number[] {
        throw 'no shape here';
      },
    };
    for (const x of [
      new Proxy(f32(1, 2), {}),
      new Proxy(new Float64Array(2), { get: () => 2 }),
      new Proxy(Int32Array.of(0, 1), {}),
      Object.create(Float32Array.prototype),
      Object.create(Float64Array.prototype, { length: { value: 2 } }),
      Object.create(Int32Array.prototype),
      proxy,
      typed.proxy,
      throwing,
      [proxy],
    ]) {
      for (const [name, call] of [
        ['mse: pred', () => L.mse(any(x), [1, 2])],
        ['huber: target', () => L.huber([1, 2], any(x))],
        ['triplet: positive', () => L.triplet([[1, 2]], any(x), [[1, 2]])],
        ['crossEntropy: target', () => L.crossEntropy([[1, 2]], any(x))],
        ['mae: sampleWeight', () => L.mae([1, 2], [1, 2], { sampleWeight: any(x) })],
        ['oneHot: labels', () => L.oneHot(any(x), 3)],
        ['l2: theta', () => L.l2(any(x))],
      ] as const) {
        expect(call, name).toThrow(TypeError);
        expect(call).toThrow(new RegExp(`^${name}`));
      }
    }
  });

  it('options and outputs that cannot be read name the loss', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get delta(): number {
        throw new Error('no delta here');
      },
    };
    fails(() => L.huber([1], [2], any(throwing)), TypeError, 'huber: no delta here');
    for (const x of [proxy, Object.create(null, { out: { get: () => any(proxy).x, enumerable: true } })]) {
      fails(() => L.huber([1], [2], x), TypeError, 'huber: ');
      fails(() => L.accumulator(L.huber).add([1], [2], any({ sampleWeight: proxy })), TypeError, 'huber: sampleWeight');
      fails(() => L.elbo({ recon: [1], target: [1], mu: [1], logVar: [1] }, x), TypeError, 'elbo: ');
      fails(() => L.mse.valueAndGrad([1], [2], { out: x }), TypeError, 'mse: ');
    }
    const many = [1];
    many.length = 2 ** 32 - 1;
    fails(() => L.objective({ loss: L.mse })(any(many)), TypeError, 'objective: inputs');
  });

  it('a length that lies is not believed', () => {
    class Long extends Float32Array {
      override get length(): number {
        return 1000;
      }
    }
    const own = Object.defineProperty(f32(1, 2), 'length', { value: 1000 });
    const short = Object.defineProperty(f32(1, 2), 'length', { value: 1 });
    for (const x of [new Long([1, 2]), own, short]) expect(L.mse(x, f32(3, 2))).toBe(2);
    for (const x of [new Long([1, 2]), own, short]) expect(L.mse(f32(3, 2), x)).toBe(2);
    const labels = Object.defineProperty(Int32Array.of(1, 0), 'length', { value: 5 });
    expect(
      L.crossEntropy(
        [
          [1, 2],
          [3, 3],
        ],
        labels,
      ),
    ).toBe(
      L.crossEntropy(
        [
          [1, 2],
          [3, 3],
        ],
        [1, 0],
      ),
    );
  });
});

it('what is as long as it looks is read, however long', () => {
  const side = 2 ** 12;
  const rows = Array.from({ length: side }, () => new Float32Array(side + 1));
  expect(readTensor('mse', 'pred', rows).shape).toEqual([side, side + 1]);
  const long = new Float32Array(2 * side * side);
  const turned = readTensor('mse', 'pred', view(long, [side, 2 * side], [1, side]));
  expect(turned.data).toHaveLength(long.length);
  const lists = column(Array.from({ length: 1e5 }, () => column(f32(1, 2))));
  expect(readTensor('mse', 'pred', lists).shape).toEqual([1e5, 2]);
  const nested = column([
    column([column(f32(1, 2)), column(f32(3, 4))]),
    column([column(f32(5, 6)), column(f32(7, 8))]),
  ]);
  expect(readTensor('mse', 'pred', nested)).toEqual({ data: f32(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 2, 2] });
});
