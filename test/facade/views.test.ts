/** Tensors whose elements don't lie one after the other: the results, and the messages, are those of a copy in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FloatArray } from '../../ts/index.ts';
import * as L from '../../ts/index.ts';
import {
  type AnyLoss,
  dtypes,
  hasHess,
  isRows,
  run,
  type Sample,
  sample,
  table,
  targetForms,
} from '../support/losses.ts';
import { random } from '../support/random.ts';
import { residentOf } from '../support/resident.ts';

// biome-ignore lint/suspicious/noExplicitAny: tensors by structure
const any = (x: unknown): any => x;

type Numbers = FloatArray | Int32Array | Uint8Array | Uint16Array | BigInt64Array;
const room = (x: Numbers, length: number): Numbers => new (x.constructor as Float32ArrayConstructor)(length) as Numbers;

/** A view that has x's numbers in this shape, at these strides. */
function view(x: Numbers, shape: readonly number[], stride: readonly number[], length: number, offset = 0) {
  const data = room(x, length);
  const index = shape.map(() => 0);
  for (let i = 0; i < x.length; i++) {
    data[offset + index.reduce((at, k, d) => at + k * stride[d]!, 0)] = x[i]!;
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]!; d--) index[d] = 0;
  }
  return { data, shape, stride, offset };
}

/** Ways for rows to lie apart. */
const layouts: readonly [name: string, lay: (x: Numbers, rows: number, width: number) => object][] = [
  ['a part of longer rows', (x, n, k) => view(x, [n, k], [k + 3, 1], n * (k + 3), 2)],
  ['columns', (x, n, k) => view(x, [n, k], [1, n], n * k)],
  ['backwards', (x, n, k) => view(x, [n, k], [-k, -1], n * k, n * k - 1)],
  ['every second', (x, n, k) => view(x, [n, k], [2 * k, 2], 2 * n * k)],
];

/** The arguments of a sample, those that have a number an element as views. */
const apart = (s: Sample, lay: (typeof layouts)[number][1]): object =>
  Object.fromEntries(
    Object.entries(s.inputs).map(([name, x]) => [name, x.length === s.rows * s.width ? lay(x, s.rows, s.width) : x]),
  );

const bytes = (x: Float32Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
const hasShape = ({ info }: AnyLoss): boolean => info.shape !== 'sequence' && !info.byName;

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(() => L.init({ backend }).then(() => {}));
  afterAll(() => L.init({ backend: 'wasm' }).then(() => {}));

  describe.each(dtypes)('%s', (dtype) => {
    it.each(table.filter(([, loss]) => hasShape(loss)))('%s', (name, loss) => {
      for (const form of targetForms(loss)) {
        for (const width of isRows(loss) ? [5, 40] : [5]) {
          const s = sample(loss, random(`${name} ${form}`), { dtype, rows: 6, width, form });
          const order = hasHess(loss) ? 2 : 1;
          const expected = run(s, order);
          for (const [layout, lay] of layouts) expect(run(s, order, {}, apart(s, lay)), layout).toEqual(expected);
        }
      }
    });
  });

  it('many elements of every type, in runs of any length', () => {
    const [n, k] = [220, 311];
    const pred = Float32Array.from({ length: n * k }, (_, i) => Math.sin(i));
    const targets: Numbers[] = [
      Float32Array.from(pred, (x) => Math.sign(x)),
      Float64Array.from(pred, (x) => x / 3),
      Int32Array.from(pred, (x) => 5 * x),
      Uint8Array.from(pred, (x) => 9 + 5 * x),
      BigInt64Array.from(
        pred as Iterable<number> as Iterable<never>,
        ((x: number) => BigInt(Math.round(9 * x))) as never,
      ),
    ];
    for (const y of targets) {
      const expected = L.huber.valueAndGrad(pred, any(y));
      for (const [layout, lay] of layouts) {
        const got = L.huber.valueAndGrad(any(lay(pred, n, k)), any(lay(y, n, k)));
        expect(got.value, layout).toBe(expected.value);
        expect(Buffer.compare(bytes(got.grad), bytes(expected.grad)), layout).toBe(0);
      }
      const cube = view(pred, [20, 11, k], [11 * (k + 1), k + 1, 1], 20 * 11 * (k + 1));
      expect(L.huber(any(cube), any({ data: y, dims: [20, 11, k] }))).toBe(expected.value);
    }
  });

  it('the next token: all steps but the last, against all but the first', () => {
    const [batch, steps, classes] = [3, 9, 50];
    const logits = Float32Array.from({ length: batch * steps * classes }, (_, i) => Math.cos(i));
    const tokens = Int32Array.from({ length: batch * steps }, (_, i) => (i * 7) % classes);
    const shape = [batch, steps - 1, classes];
    const before = { data: logits, shape, stride: [steps * classes, classes, 1], offset: 0 };
    const after = { data: tokens, shape: shape.slice(0, 2), stride: [steps, 1], offset: 1 };
    const pick = <A extends FloatArray | Int32Array>(x: A, width: number, from: number) =>
      Array.from({ length: batch }, (_, b) => [
        ...x.subarray((b * steps + from) * width, ((b + 1) * steps - 1 + from) * width),
      ]).flat();
    const expected = L.crossEntropy.valueAndGrad(Float32Array.from(pick(logits, classes, 0)), pick(tokens, 1, 1));
    expect(L.crossEntropy.valueAndGrad(any(before), any(after))).toEqual(expected);
    const buffer = residentOf('float32', logits);
    expect(L.crossEntropy.valueAndGrad(any({ ...before, data: buffer.array }), any(after))).toEqual(expected);
    buffer.free();
  });

  it('what is written may be the array that a view is of', () => {
    const x = Float32Array.from({ length: 12 }, (_, i) => i / 5);
    const target = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const expected = L.mse.valueAndGrad(x, target).grad;
    const transposed = view(x, [3, 4], [1, 3], 12);
    const out = transposed.data as Float32Array;
    expect(L.mse.valueAndGrad(any(transposed), target, { out }).grad).toBe(out);
    expect(out).toEqual(expected);
  });

  it('places in messages are those of the view', () => {
    const [x, y] = [new Float32Array(6).fill(0.5), Float32Array.of(0, 1, 0, 0, 7, 0)];
    for (const [layout, lay] of layouts) {
      const call = () => L.binaryCrossEntropy.valueAndGrad(any(lay(x, 2, 3)), any(lay(y, 2, 3)));
      expect(call, layout).toThrow('binaryCrossEntropy: target[4] = 7 is out of range');
    }
    const dense = view(Float32Array.of(1, 0, 0, 1, -3, 0), [2, 3], [1, 2], 6);
    const p = { data: new Float32Array(6).fill(0.5), dims: [2, 3] };
    expect(() => L.categoricalCrossEntropy(any(p), any(dense))).toThrow('target[4] = -3');
    expect(() => L.categoricalCrossEntropy(any(p), any(dense), { classWeight: [1, 2, 3] })).toThrow('target[4] = -3');
  });

  it('with weights, class weights and targets that are left out', () => {
    const x = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
    const y = Float32Array.from({ length: 40 }, (_, i) => [0, 1, -1][i % 3]!);
    const w = Float32Array.from({ length: 40 }, (_, i) => 1 + (i % 4));
    const options = { ignoreTarget: -1, classWeight: [1, 2, 3, 4] };
    const expected = L.binaryCrossEntropyWithLogits.valueGradHess(x, y, { ...options, sampleWeight: w });
    for (const [layout, lay] of layouts) {
      const [z, t, sampleWeight] = [x, y, w].map((numbers) => any(lay(numbers, 10, 4)));
      const got = L.binaryCrossEntropyWithLogits.valueGradHess(z, t, { ...options, sampleWeight });
      expect(got, layout).toEqual(expected);
    }
  });
});
