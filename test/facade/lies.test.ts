/** Arrays that say something else of themselves than they are, at once or after a while, and properties that are read once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FloatArray } from '../../ts/index.ts';
import * as L from '../../ts/index.ts';
import { type AnyLoss, type Options, run, sample, table, weightsOf } from '../support/losses.ts';
import { random } from '../support/random.ts';

// biome-ignore lint/suspicious/noExplicitAny: what the types forbid
const any = (x: unknown): any => x;

type Numbers = FloatArray | Int32Array | Uint8Array | Uint16Array | BigInt64Array;

/** What a property says that lies. */
const lies: { readonly [property: string]: unknown } = {
  length: 4000,
  buffer: new ArrayBuffer(64),
  byteOffset: 4096,
  byteLength: 9,
  BYTES_PER_ELEMENT: 1,
  constructor: Float64Array,
  subarray: () => Float32Array.of(1),
  slice: () => Float32Array.of(1),
  map: () => Float32Array.of(1),
  fill: () => {
    throw new Error('fill was called');
  },
  set: () => {
    throw new Error('set was called');
  },
  [Symbol.iterator as never]: () => [1, 2][Symbol.iterator](),
};
const properties = [...Object.keys(lies), Symbol.iterator];

/** A property, and how often it tells the truth first: lengths are asked for more often than all else. */
const ways = properties.flatMap((property) =>
  (property === 'length' ? [0, 1, 2, 3] : [0, 1]).map((honest) => [property, honest] as const),
);

/** An array that tells the truth so many times, and then lies. */
function liar<A extends Numbers>(x: A, property: string | symbol, honest: number): A {
  let asked = 0;
  const get = (): unknown =>
    asked++ < honest ? Reflect.get(Object.getPrototypeOf(x), property, x) : lies[property as string];
  return Object.defineProperty(x, property, { get });
}

const copyOf = <A extends Numbers>(x: A): A => new (any(x.constructor))(x) as A;
const inputsOf = (s: ReturnType<typeof sample>, make: (x: FloatArray | Int32Array) => unknown): object =>
  Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, make(copyOf(x))]));

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));
  afterAll(() => L.init({ backend: 'wasm' }).then(() => {}));

  it.each(table)('%s: of arguments, weights and outputs nothing is believed', (name, loss) => {
    const s = sample(loss, random(name), { dtype: 'float32', rows: 5, width: 8 });
    const hasWeights = !['batch', 'regularizer'].includes(loss.info.shape);
    const weights = Float64Array.from({ length: weightsOf(s) }, (_, i) => 1 + (i % 3));
    const more = (weight: Float64Array): Options => (hasWeights ? { sampleWeight: weight } : {});
    const expected = run(s, 1, more(weights));
    for (const [property, honest] of ways) {
      const lying = <A extends Numbers>(x: A): A => liar(x, property, honest);
      const what = `${String(property)} lies after ${honest}`;
      expect(run(s, 1, more(lying(copyOf(weights))), inputsOf(s, lying)), what).toEqual(expected);
      const outs = loss.info.differentiable.map((input) => new Float32Array(s.inputs[input]!.length));
      for (const out of outs) lying(out);
      const [out] =
        outs.length === 1 ? outs : [Object.fromEntries(outs.map((x, i) => [loss.info.differentiable[i]!, x]))];
      const { value } = run(s, 1, { ...more(weights), out });
      expect(value, what).toEqual(expected.value);
      const grads = outs.length === 1 ? [expected.grad] : Object.values(expected.grad);
      outs.forEach((x, i) => {
        expect([...any(Float32Array.prototype).values.call(x)], what).toEqual([...any(grads[i])]);
      });
    }
  });

  it.each(table)('%s: nor of the buffers of tensors', (name, loss) => {
    const s = sample(loss, random(name), { dtype: 'float32', rows: 5, width: 8 });
    const expected = run(s, 1);
    for (const [property, honest] of ways) {
      const flat = (x: FloatArray | Int32Array) => ({ dims: [x.length], data: liar(x, property, honest) });
      const second = (x: FloatArray | Int32Array) => {
        const data = new (any(x.constructor))(2 * x.length + 3);
        for (let i = 0; i < x.length; i++) data[2 * i + 3] = x[i]!;
        return { data: liar(data, property, honest), shape: [x.length], stride: [2], offset: 3 };
      };
      for (const make of [flat, second]) {
        expect(run(s, 1, {}, inputsOf(s, make)), `${String(property)} lies after ${honest}`).toEqual(expected);
      }
    }
  });

  it('half-precision bits, integers, rows and vectors', () => {
    const z = Float32Array.from({ length: 60 }, (_, i) => Math.cos(i));
    const ones = new Float32Array(60).fill(1);
    const labels = Array.from({ length: 20 }, (_, i) => i % 3);
    for (const [property, honest] of ways) {
      const lying = <A extends Numbers>(x: A): A => liar(x, property, honest);
      const halves = { dims: [60], data: lying(new Uint16Array(60).fill(0x3c00)), type: 'float16' };
      expect(L.mse.valueAndGrad(any(halves), z)).toEqual(L.mse.valueAndGrad(ones, z));
      const expected = L.crossEntropy.valueAndGrad(z, labels, { classWeight: [1, 2, 3] });
      for (const kind of [Uint8Array, Int32Array]) {
        const classWeight = lying(Float64Array.of(1, 2, 3));
        expect(L.crossEntropy.valueAndGrad(z, lying(kind.from(labels)), { classWeight })).toEqual(expected);
      }
      const big = BigInt64Array.from(labels, (label) => BigInt(label));
      expect(L.focal(z, lying(big))).toBe(L.focal(z, labels));
      const rows = Array.from({ length: 20 }, (_, i) => lying(z.slice(3 * i, 3 * i + 3)));
      expect(L.poly1.valueAndGrad(any(rows), labels)).toEqual(L.poly1.valueAndGrad(z, labels));
      const groups = lying(Int32Array.of(20, 30, 10));
      const grades = z.map((_, i) => i % 4);
      expect(L.rankNet(z, grades, { groups })).toBe(L.rankNet(z, grades, { groups: [20, 30, 10] }));
      const bias = lying(Float32Array.of(1, 2, 3));
      const head = L.linearCrossEntropy.valueAndGrad(z, z.slice(0, 9), labels, { dim: 3, bias: [1, 2, 3] });
      const weight = lying(z.slice(0, 9));
      expect(L.linearCrossEntropy.valueAndGrad(z, weight, labels, { dim: 3, bias })).toEqual(head);
    }
  });

  it('arrays in the clothes of another kind', () => {
    const numbers = Uint8Array.from({ length: 100_000 }, (_, i) => i % 3);
    const clad = (kind: { readonly prototype: object }): Float32Array & Int32Array =>
      Object.setPrototypeOf(copyOf(numbers), kind.prototype);
    const zeros = new Float32Array(100_000);
    expect(L.mse(zeros, clad(Float32Array))).toBe(L.mse(zeros, numbers));
    expect(L.mse(clad(Float32Array), zeros)).toBeCloseTo(L.mse(zeros, numbers), 12);
    expect(L.multiclassHinge(new Float32Array(300_000), clad(Int32Array))).toBe(
      L.multiclassHinge(new Float32Array(300_000), numbers),
    );
    expect(() => L.mse.valueAndGrad(zeros, zeros, { out: clad(Float32Array) })).toThrow(
      /^mse: out must be a Float32Array/,
    );
  });

  it.each([8, 5000])('arrays of %d elements that put on other clothes when a call is remembered', (n) => {
    const rows = n / 2;
    const logits = Float32Array.from({ length: n }, (_, i) => Math.cos(i));
    const calls: readonly [() => readonly (FloatArray | Int32Array | Uint8Array)[], (...all: never[]) => unknown][] = [
      [() => [logits.slice(), new Float32Array(n)], (x, y, out) => L.mse.valueAndGrad(x, y, out)],
      [() => [logits.slice(), new Uint8Array(n).fill(1)], (x, y, out) => L.mse.valueAndGrad(x, y, out)],
      [() => [logits.slice(), new Int32Array(rows).fill(1)], (x, y, out) => L.crossEntropy.valueAndGrad(x, y, out)],
    ];
    const kinds = [Float64Array, Int32Array, BigInt64Array, Uint32Array, Array];
    for (const [make, call] of calls) {
      for (const kind of kinds) {
        const options = { out: new Float32Array(n) };
        const all = [...make(), options.out];
        const run = () => call(...([all[0], all[1], options] as never[]));
        const expected = [any(run()).value, ...copyOf(options.out)];
        for (let i = 0; i < 3; i++) run();
        for (const x of all) {
          const own = Object.getPrototypeOf(x);
          Object.setPrototypeOf(x, kind.prototype);
          Float32Array.prototype.fill.call(options.out, 0);
          const { value } = any(run());
          Object.setPrototypeOf(x, own);
          expect([value, ...options.out], kind.name).toEqual(expected);
          for (let i = 0; i < 3; i++) run();
        }
      }
    }
  });

  it('lists of labels to ignore', () => {
    const x = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i));
    const expected = L.crossEntropy.valueAndGrad(x, [0, 1, 2, 1], { ignoreIndex: [0, 2] });
    for (const [property, honest] of ways) {
      const ignoreIndex = any(liar(Int32Array.of(0, 2), property, honest));
      expect(L.crossEntropy.valueAndGrad(x, [0, 1, 2, 1], { ignoreIndex }), String(property)).toEqual(expected);
    }
  });

  it('an array that learns to lie while the others are read', () => {
    const x = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
    const expected = L.huber.valueAndGrad(x.slice(), new Float32Array(40));
    const target = {
      shape: [40],
      dataSync: () => {
        for (const property of properties) liar(x, property, 0);
        return new Float32Array(40);
      },
    };
    expect(L.huber.valueAndGrad(x, target)).toEqual(expected);
  });
});

/** The same record with getters, which count how often they are asked. */
function counted(record: object): { readonly record: never; readonly counts: { [name: string]: number } } {
  const counts: { [name: string]: number } = {};
  const getters = Object.entries(record).map(([name, value]) => {
    const get = (): unknown => {
      counts[name] = (counts[name] ?? 0) + 1;
      return value;
    };
    return [name, { enumerable: true, get }] as const;
  });
  return { record: Object.defineProperties({}, Object.fromEntries(getters)) as never, counts };
}

describe('read once', () => {
  const [x, y] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 1, 0, 1)];
  const J = (loss: unknown) => L.objective({ loss: any(loss) as AnyLoss, regularizer: L.l2, lambda: 0.5 });
  const room = () => new Float32Array(4);
  const head = { dim: 2, bias: [1, 2], grads: ['hidden'], out: { hidden: room() } };
  it.each<[string, object, (record: never) => unknown]>([
    ['a tensor of ort', { dims: [2, 2], data: x, type: 'float32', location: 'cpu' }, (o) => L.mse(o, y)],
    ['an ndarray', { shape: [2, 2], data: x, stride: [1, 2], offset: 0 }, (o) => L.mse(o, y)],
    ['a tensor of tf', { shape: [2, 2], dtype: 'float32', dataSync: () => x }, (o) => L.mse(o, y)],
    ['options of a linear layer', head, (o) => L.linearCrossEntropy.valueAndGrad(x, x, [0, 1], o)],
    ['options in an objective', { reduction: 'sum', out: room() }, (o) => J(L.mse).valueAndGrad([x, y, o], [1, 2])],
    ['options in its value', { reduction: 'sum' }, (o) => J(L.mse)([x, y, o], [1, 2])],
    [
      'outputs in an objective',
      { mu: room(), logVar: room() },
      (out) => J(L.gaussianKl).valueAndGrad([x, y, { dim: 2, out }], [1]),
    ],
    ['outputs of its parameters', { out: new Float64Array(2) }, (o) => J(L.mse).valueAndGrad([x, y], [1, 2], o)],
    ["options of an accumulator's part", { sampleWeight: [1, 2], batch: 2 }, (o) => L.accumulator(L.mse).add(x, y, o)],
  ])('%s', (_, given, call) => {
    const { record, counts } = counted(given);
    call(record);
    expect(counts).toEqual(Object.fromEntries(Object.keys(given).map((name) => [name, 1])));
  });

  it("an objective's outputs are those that were checked", () => {
    let asked = 0;
    const params = Float32Array.of(1, 2, 3, 4);
    // Its second answer would let the loss write over the parameters.
    const options = {
      get out() {
        return asked++ === 0 ? room() : params;
      },
    };
    J(L.mse).valueAndGrad([x, y, options], params);
    expect([...params]).toEqual([1, 2, 3, 4]);
  });
});
