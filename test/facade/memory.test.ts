/** WebAssembly's memory: resident buffers, growth, blocks, exhaustion, and a million calls. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { current } from '../../ts/core/facade/backend.ts';
import * as L from '../../ts/index.ts';
import { resident } from '../support/resident.ts';

// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;
const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);

/** Numbers that differ, with no pattern that blocks could hide. */
const noise = (n: number, seed = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898 + seed) * 3);

/** Bytes of the memory that a resident buffer is in. */
function memoryBytes(): number {
  const probe = L.allocate('float32', 1);
  const { byteLength } = probe.array.buffer;
  probe.free();
  return byteLength;
}

/** Makes memory grow, and so detaches every view of it. */
function grow(): void {
  const bytes = memoryBytes();
  const big = L.allocate('float64', bytes / 8);
  expect(memoryBytes()).toBeGreaterThan(bytes);
  big.free();
}

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('resident buffers on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  it('are inputs, labels, weights and outputs', () => {
    const z = noise(12);
    const [x, labels, w, g] = [
      resident(z),
      L.allocate('int32', 4),
      resident(f32(1, 2, 0, 1)),
      L.allocate('float32', 12),
    ];
    labels.array.set([0, 2, 1, 1]);
    const { value, grad } = L.crossEntropy.valueAndGrad(x, labels, { sampleWeight: w, out: g });
    const plain = L.crossEntropy.valueAndGrad(z, [0, 2, 1, 1], { sampleWeight: [1, 2, 0, 1] });
    expect(value).toBe(plain.value);
    expect(grad).toBe(g.array);
    expect(grad).toEqual(plain.grad);
    expect(L.crossEntropy(x, [0, 2, 1, 1], { sampleWeight: w })).toBe(value);
    expect(() => any(L.crossEntropy)(labels, labels)).toThrow(TypeError);
    expect(() => any(L.crossEntropy)(x, w)).toThrow(TypeError);
    for (const buffer of [x, labels, w, g]) buffer.free();
  });

  it('may be their own output, and overlap nothing else', () => {
    const x = resident(f32(1, 2));
    const y = resident(f32(0, 0));
    expect(L.mse.valueAndGrad(x, y, { out: x }).grad).toEqual(f32(1, 2));
    expect(() => L.mse.valueAndGrad(x, y, { out: y })).toThrow(RangeError);
    expect(() => L.mse.valueAndGrad(x, y, { out: x.array.subarray(0) })).not.toThrow();
    expect(() => L.mse.valueAndGrad(x, x, { out: x })).toThrow(RangeError);
    expect(() => L.mse.valueGradHess(x, y, { out: x, hessOut: x })).toThrow(RangeError);
    x.free();
    y.free();
  });

  it('are unusable after free', () => {
    const x = L.allocate('float32', 2);
    {
      using y = L.allocate('float64', 1);
      expect(y.array.length).toBe(1);
    }
    x.free();
    x.free();
    expect(() => x.array).toThrow(TypeError);
    expect(() => L.mse(x, [1, 2])).toThrow('mse: pred');
    expect(() => L.mse.valueAndGrad(f32(1, 2), [1, 2], { out: x })).toThrow(TypeError);
    expect(() => L.mse(f32(1, 2), [1, 2], { sampleWeight: x })).toThrow('sampleWeight');
  });

  it('are checked when made', () => {
    expect(L.allocate('float64', 0).array.length).toBe(0);
    expect(() => L.allocate(any('float16'), 1)).toThrow(RangeError);
    expect(() => L.allocate(any(1), 1)).toThrow(TypeError);
    expect(() => L.allocate('float32', -1)).toThrow(RangeError);
    expect(() => L.allocate('float32', 0.5)).toThrow(RangeError);
    expect(() => L.allocate('float32', Number.NaN)).toThrow(RangeError);
    expect(() => L.allocate('float64', 2 ** 40)).toThrow(RangeError);
    expect(() => L.allocate('float64', Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
  });
});

describe('wasm', () => {
  beforeAll(() => L.init({ backend: 'wasm' }).then(() => {}));

  it('keeps views valid when memory grows', () => {
    const x = resident(f32(1, 2, 3));
    const before = x.array;
    grow();
    expect(before.length).toBe(0);
    expect(x.array).toEqual(f32(1, 2, 3));
    expect(L.mse(x, [0, 0, 0])).toBeCloseTo(14 / 3, 14);
    x.free();
  });

  it('survives growth in the middle of a call', () => {
    const labels = L.allocate('int32', 2);
    labels.array.set([1, 0]);
    // Rows longer than the arena: it grows, and memory with it.
    const width = memoryBytes() / 4;
    const z = new Float32Array(2 * width);
    z[1] = 5;
    expect(L.crossEntropy(z, labels)).toBeCloseTo(Math.log(width) - 2.5, 1);
    labels.array[1] = -7;
    const wider = new Float32Array(8 * width);
    expect(() => L.crossEntropy(wider, labels)).toThrow('labels[1] = -7');
    labels.free();
  });

  it.each([511, 8193, 16_384, 16_385, 40_000])('gives the same bits copied and in place, for %i elements', (n) => {
    const [a, b, w] = [noise(n), noise(n, 2), noise(n, 3).map(Math.abs)];
    const [x, y, v, g] = [resident(a), resident(b), resident(w), L.allocate('float32', n)];
    for (const options of [{}, { sampleWeight: w }]) {
      const copied = L.huber.valueAndGrad(a, b, options);
      const inPlace = L.huber.valueAndGrad(x, y, { ...options, out: g });
      const mixed = L.huber.valueAndGrad(x, b, 'sampleWeight' in options ? { sampleWeight: v } : {});
      expect(inPlace.value).toBe(copied.value);
      expect(mixed.value).toBe(copied.value);
      expect(Buffer.compare(Buffer.from(inPlace.grad.slice().buffer), Buffer.from(copied.grad.buffer))).toBe(0);
      expect(mixed.grad).toEqual(copied.grad);
    }
    for (const buffer of [x, y, v, g]) buffer.free();
  });

  it.each([1, 3, 100, 1000, 70_000])('gives the same bits by rows, copied and in place, for width %i', (width) => {
    const n = Math.ceil(200_000 / width);
    const z = noise(n * width);
    const labels = Int32Array.from({ length: n }, (_, i) => (i * 7) % width);
    const [x, t, g] = [resident(z), L.allocate('int32', n), L.allocate('float32', n * width)];
    t.array.set(labels);
    const copied = L.crossEntropy.valueAndGrad(z, labels);
    const inPlace = L.crossEntropy.valueAndGrad(x, t, { out: g });
    expect(inPlace.value).toBe(copied.value);
    expect(Buffer.compare(Buffer.from(inPlace.grad.slice().buffer), Buffer.from(copied.grad.buffer))).toBe(0);
    for (const buffer of [x, t, g]) buffer.free();
  });

  it('tiles posWeight the same way for every place of a block', () => {
    const classes = 777;
    const n = classes * 20;
    const [z, y] = [noise(n), noise(n).map((x) => (x > 0 ? 1 : 0))];
    const posWeight = Float64Array.from({ length: classes }, (_, k) => 1 + (k % 5));
    const all = L.binaryCrossEntropyWithLogits.valueAndGrad(z, y, { posWeight, reduction: 'none' });
    for (const row of [0, 7, 19]) {
      const cut = (x: Float32Array) => x.subarray(row * classes, (row + 1) * classes);
      const { value } = L.binaryCrossEntropyWithLogits.valueAndGrad(cut(z), cut(y), { posWeight, reduction: 'none' });
      expect(cut(all.value)).toEqual(value);
    }
  });

  it('stays small for large inputs', () => {
    const before = memoryBytes();
    const x = noise(4_000_000);
    L.huber.valueAndGrad(x, x);
    L.crossEntropy.valueAndGrad(x, new Int32Array(4000));
    expect(memoryBytes() - before).toBeLessThan(2 ** 20);
  });

  it('reports a lack of memory, and goes on', () => {
    // Untouched memory is 0 by itself, so that four gigabytes cost nothing.
    const held: L.Resident<'float64'>[] = [];
    const take = () => held.push(L.allocate('float64', 2 ** 25));
    for (let i = 0; i < 15; i++) take();
    expect(take).toThrow(
      `no WebAssembly memory left for ${2 ** 28} bytes: resident buffers take ${15 * 2 ** 28} bytes`,
    );
    expect(L.mse(f32(1, 2), f32(0, 0))).toBe(2.5);
    const rows = new Float32Array(2 ** 26);
    const out = new Float32Array(2 ** 26).fill(7);
    expect(() => L.entropy.valueAndGrad(rows, { batch: 1, out })).toThrow(/memory left/);
    expect(() => L.ntXent(rows, rows, { batch: 2 })).toThrow(/memory left/);
    expect(out[0]).toBe(7);
    expect(L.mse(f32(1, 2), f32(0, 0))).toBe(2.5);
    for (const buffer of held) buffer.free();
    expect(L.mse(f32(1, 2), f32(0, 0))).toBe(2.5);
    expect(() => L.allocate('float64', 2 ** 29)).toThrow('it can be 4 GiB at most');
  });

  it('shows nothing of itself', () => {
    const x = L.allocate('float32', 4);
    expect(JSON.stringify(x).length).toBeLessThan(100);
    for (const key of ['at', 'home', 'length', 'type']) {
      expect(() => {
        any(x)[key] = 0;
      }).toThrow(TypeError);
    }
    x.free();
  });

  it('takes thousands of buffers, freed in any order', () => {
    const bytes = memoryBytes();
    for (let round = 0; round < 3; round++) {
      const buffers = Array.from({ length: 2000 }, (_, i) => L.allocate('float32', 1 + ((i * 37) % 300)));
      buffers.forEach((buffer, i) => {
        buffer.array.fill(i);
      });
      expect(buffers.every((buffer, i) => buffer.array[0] === i && buffer.array.at(-1) === i)).toBe(true);
      buffers.sort((a, b) => ((a.length * 7919) % 101) - ((b.length * 7919) % 101));
      for (const buffer of buffers) buffer.free();
    }
    expect(memoryBytes() - bytes).toBeLessThan(2 ** 23);
  });

  it('leaks nothing over many calls, good and bad', () => {
    const [a, b] = [noise(16), noise(16, 2)];
    const bytes = memoryBytes();
    for (let i = 0; i < 200_000; i++) L.huber.valueAndGrad(a, b);
    for (let i = 0; i < 2000; i++) {
      L.ntXent.valueAndGrad(a, b, { dim: 4 });
      expect(() => L.crossEntropy(a, [0, 9], { classes: 8 })).toThrow(RangeError);
    }
    expect(memoryBytes()).toBe(bytes);
  });

  it('is one instance', () => {
    expect(current().name).toBe('wasm');
    expect(L.backend().name).toBe('wasm');
  });
});
