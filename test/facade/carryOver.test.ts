/** Nothing of one call gets into another, whatever the caller's own code does while a call reads its arguments. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong and strange calls on purpose
const any = (x: unknown): any => x;

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('on %s', (name) => {
  beforeAll(() => L.init({ backend: name }).then(() => {}));

  describe('weights', () => {
    const parts = { recon: f64(1, -2, 3, 0.5), target: f64(1, 0, 1, 0), mu: f64(0.5, 1), logVar: f64(0.1, -1) };
    const options = { batch: 2, sampleWeight: [1, 3] };

    it('of rows of another width leave nothing behind', () => {
      const before = L.elbo.valueAndGrad(parts, options);
      const sum = L.accumulator(L.elbo).add(parts, options);
      const long = new Float64Array(2000).fill(2);
      const calls = [
        () => L.mse(long, new Float64Array(2000), { batch: 2, sampleWeight: [1, 1] }),
        () => L.mse.valueAndGrad(long, new Float64Array(2000), { batch: 4, sampleWeight: [1, 1, 2, 3] }),
        () => L.huber.valueGradHess(long, new Float64Array(2000), { classes: 500, sampleWeight: [1, 1, 0, 3] }),
      ];
      for (const call of calls) {
        call();
        expect(L.elbo.valueAndGrad(parts, options)).toEqual(before);
        expect(L.elbo(parts, options)).toBe(before.value);
        const again = L.accumulator(L.elbo).add(parts, options);
        expect([again.sum, again.weight, again.count]).toEqual([sum.sum, sum.weight, sum.count]);
      }
    });

    it('of a call that failed are gone', () => {
      const plain = L.mse(f32(1, 2), f32(0, 0));
      expect(() => L.mse(f32(1, 2, 3), f32(0, 0), { sampleWeight: [5, 5, 5] })).toThrow(RangeError);
      expect(() => L.mse(f32(1, 2), f32(0, 0), { sampleWeight: [5, -5] })).toThrow(RangeError);
      expect(L.mse(f32(1, 2), f32(0, 0))).toBe(plain);
    });
  });

  describe('a getter among the options', () => {
    const [x, y] = [f64(1, 2, 6), f64(3, 4, 9)];

    it('may call the same loss', () => {
      for (let i = 0; i < 4; i++) {
        const strange = {
          get reduction() {
            L.mse(x, y);
            return 'sum' as const;
          },
        };
        expect(L.mse(x, y, strange)).toBe(17);
        expect(L.mse(x, y, { reduction: 'sum' })).toBe(17);
        expect(L.mse(x, y)).toBe(17 / 3);
      }
    });

    it('may call the same loss with other parameters', () => {
      const expected = L.huber(x.slice(), y.slice(), { reduction: 'sum', delta: 1 });
      for (let i = 0; i < 4; i++) {
        expect(L.huber(x, y, { reduction: 'sum', delta: 1 })).toBe(expected);
        const strange = {
          reduction: 'sum' as const,
          get delta() {
            L.huber(x, y, { reduction: 'mean', delta: 1 });
            return 1;
          },
        };
        expect(L.huber(x, y, strange)).toBe(expected);
        expect(L.huber(x, y, { reduction: 'mean', delta: 1 })).toBe(expected / 3);
      }
    });

    it('may give the loss its own output, which then is written by both', () => {
      const out = f64(0, 0, 0);
      const grad = [...L.mse.valueAndGrad(x.slice(), y.slice(), { reduction: 'sum' }).grad];
      for (let i = 0; i < 4; i++) {
        L.mse.valueAndGrad(x, y, { out, reduction: 'sum' });
        const strange = {
          out,
          get reduction() {
            L.mse.valueAndGrad(x, y, { out, reduction: 'sum' });
            return 'sum' as const;
          },
        };
        const result = L.mse.valueAndGrad(x, y, strange);
        expect(result).toEqual({ value: 17, grad: f64(...grad), totalWeight: 3 });
        expect(result.grad).toBe(out);
      }
    });

    it('is read once in each call, whether or not the call came before', () => {
      for (let i = 0; i < 6; i++) {
        let reads = 0;
        const counted = (value: unknown) => ({
          get delta() {
            reads++;
            return any(value);
          },
          reduction: 'sum' as const,
        });
        L.huber(x, y, counted(1));
        expect(reads).toBe(1);
        L.huber(x, y, counted(2));
        expect(reads).toBe(2);
        expect(() => L.huber(x, y, counted(-1))).toThrow(RangeError);
        expect(reads).toBe(3);
      }
    });

    it('of a record of outputs is read once', () => {
      const arrays = [f64(1, 2), f64(2, 2), f64(0, 1)] as const;
      const outs = () => ({ anchor: f64(0, 0), positive: f64(0, 0), negative: f64(0, 0) });
      const own = outs();
      for (let i = 0; i < 4; i++) {
        L.triplet.valueAndGrad(...arrays, { dim: 2, out: own });
        const others = outs();
        const reads: string[] = [];
        const spy = new Proxy(others, {
          get(target, key) {
            reads.push(String(key));
            return any(target)[key];
          },
        });
        const { grad } = L.triplet.valueAndGrad(...arrays, { dim: 2, out: spy });
        expect(reads.filter((key) => key in others)).toEqual(Object.keys(others));
        expect(grad.positive).toBe(others.positive);
        expect(grad).toEqual(L.triplet.valueAndGrad(f64(1, 2), f64(2, 2), f64(0, 1), { dim: 2 }).grad);
      }
    });

    it('that throws leaves all as it was', () => {
      for (let i = 0; i < 4; i++) {
        expect(L.mse(x, y, { reduction: 'sum' })).toBe(17);
        const strange = {
          get reduction(): 'sum' {
            L.mse(y, x);
            throw new Error('no');
          },
        };
        expect(() => L.mse(x, y, strange)).toThrow('no');
      }
    });

    it('may free a buffer that was read before it', () => {
      for (const order of ['valueAndGrad', 'valueGradHess'] as const) {
        for (let i = 0; i < 3; i++) {
          const [a, b, out] = [L.allocate('float32', 3), L.allocate('float32', 3), L.allocate('float32', 3)];
          for (const gone of [a, b, out]) {
            L.mse[order](f32(1, 2, 3), f32(1, 2, 3));
            if (gone === a) L.mse[order](a, b, { out, reduction: 'mean' });
            const strange = {
              out,
              get reduction() {
                gone.free();
                return 'mean' as const;
              },
            };
            expect(() => L.mse[order](a, b, strange)).toThrow(TypeError);
          }
        }
      }
    });
  });

  describe('an array that is a proxy', () => {
    const calling = (numbers: number[], call: () => void) =>
      new Proxy(numbers, {
        get(target, key) {
          call();
          return any(target)[key];
        },
      });

    it('may call losses while it is read', () => {
      const others = [
        () => L.mse([50, 60, 70, 80], [1, 2, 3, 4]),
        () => L.mse.valueAndGrad([50, 60, 70], [1, 2, 3]),
        () => L.crossEntropy.valueAndGrad(f32(1, 2, 3, 4), [0, 1]),
        () => L.mse(new Float64Array(100_000).fill(3), new Float64Array(100_000)),
      ];
      for (const other of others) {
        const first = L.mse.valueAndGrad(calling([1, 2, 3], other), [2, 4, 7]);
        expect(first.value).toBe(7);
        expect([...first.grad]).toEqual([-2 / 3, -4 / 3, -8 / 3]);
        expect(L.mse([1, 2, 3], calling([2, 4, 7], other))).toBe(7);
        expect(L.mse(f32(1, 2, 3), calling([2, 4, 7], other))).toBe(7);
        expect(L.mse(f64(1, 2, 3), f64(2, 4, 7), { sampleWeight: calling([1, 0, 0], other) })).toBe(1);
        expect(L.crossEntropy(f64(1, 2, 3, 4), calling([0, 1], other))).toBe(L.crossEntropy(f64(1, 2, 3, 4), [0, 1]));
      }
    });

    it('is read once', () => {
      const reads = new Map<unknown, number>();
      const counted = new Proxy([1, 2, 3], {
        get(target, key) {
          reads.set(key, (reads.get(key) ?? 0) + 1);
          return any(target)[key];
        },
      });
      expect(L.mse(counted, [2, 4, 7])).toBe(7);
      expect([reads.get('1'), reads.get('2')]).toEqual([1, 1]);
    });
  });

  describe('a tensor', () => {
    const tensor = (data: Float32Array, run: () => void) => ({
      shape: [data.length],
      dataSync() {
        run();
        return data;
      },
    });

    it('may allocate while it is read', () => {
      const x = L.allocate('float32', 3);
      x.array.set([1, 2, 3]);
      const grown: L.Resident[] = [];
      const grow = () => void grown.push(L.allocate('float32', 2 ** 22));
      for (let i = 0; i < 3; i++) {
        expect(L.mse(x, tensor(f32(2, 4, 7), grow))).toBe(7);
        expect(L.mse(x.array, tensor(f32(2, 4, 7), grow))).toBe(7);
        const { grad } = L.mse.valueAndGrad(x, tensor(f32(2, 4, 7), grow), { reduction: 'sum' });
        expect([...grad]).toEqual([-2, -4, -8]);
      }
      for (const buffer of grown) buffer.free();
      x.free();
    });

    it('may free or detach what was read before it, which is a TypeError', () => {
      const x = L.allocate('float32', 3);
      expect(() =>
        L.mse(
          x,
          tensor(f32(2, 4, 7), () => x.free()),
        ),
      ).toThrow(TypeError);
      const gone = f32(1, 2, 3);
      const detach = () => void structuredClone(gone, { transfer: [gone.buffer] });
      expect(() => L.mse(gone, tensor(f32(2, 4, 7), detach))).toThrow(TypeError);
    });
  });

  describe('an array of a class of its own', () => {
    class Lying extends Float32Array<ArrayBuffer> {
      override get length(): number {
        return 1000;
      }
    }

    it('is as long as it is', () => {
      const [pred, out] = [new Lying(f32(1, 2, 3).buffer), new Lying(new ArrayBuffer(12))];
      for (let i = 0; i < 3; i++) {
        expect(L.mse(pred, f32(2, 4, 7))).toBe(7);
        const { grad } = L.mse.valueAndGrad(pred, f32(2, 4, 7), { out, reduction: 'sum' });
        expect(grad).toBe(out);
        expect([out[0], out[1], out[2]]).toEqual([-2, -4, -8]);
      }
    });

    it('or with a length of its own does not reach beyond its end', () => {
      const shared = new Float32Array(64).fill(5);
      const out = Object.defineProperty(shared.subarray(0, 3), 'length', { value: 60 });
      L.mse.valueAndGrad(f32(1, 2, 3), f32(0, 0, 0), { out });
      expect([...shared.subarray(3)]).toEqual(new Array(61).fill(5));
    });
  });

  it('the array of a buffer that was freed is refused where another may lie there by now', () => {
    if (L.backend().name === 'reference') return;
    const gone = L.allocate('float32', 3);
    const view = gone.array;
    gone.free();
    const [next, y] = [L.allocate('float32', 3), f32(0, 0, 0)];
    next.array.set([1, 2, 3]);
    for (let i = 0; i < 3; i++) {
      expect(() => L.mse.valueAndGrad(y, y, { out: view })).toThrow(/freed/);
      expect(() => L.mse(view, y)).toThrow(/freed/);
      expect(() => L.mse(y, y, { sampleWeight: view })).toThrow(/freed/);
    }
    expect([...next.array]).toEqual([1, 2, 3]);
    next.free();
  });

  it('labels in resident memory are read as what they are', () => {
    const memory = L.allocate('float64', 4);
    const logits = f32(1, 2, 3, 4);
    const expected = L.crossEntropy(logits, [0, 1]);
    const { buffer, byteOffset } = memory.array;
    const kinds = [BigInt64Array.of(0n, 1n), Uint8Array.of(0, 1), Uint32Array.of(0, 1), Int32Array.of(0, 1)];
    for (const labels of kinds) {
      new Uint8Array(buffer, byteOffset, 32).fill(255);
      const make = labels.constructor as Int32ArrayConstructor;
      const resident = new make(buffer, byteOffset, 2);
      resident.set(labels as Int32Array);
      for (let i = 0; i < 3; i++) expect(L.crossEntropy(logits, resident)).toBe(expected);
    }
    memory.free();
  });

  it('a view of resident memory takes results also where memory grows for the call', () => {
    const [n, dim] = [600, 64];
    const [za, zb] = [new Float32Array(n * dim), new Float32Array(n * dim)].map((x, k) =>
      x.map((_, i) => Math.sin(i * (k + 2))),
    ) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
    const expected = L.ntXent.valueAndGrad(za, zb, { dim }).grad;
    const [a, b] = [L.allocate('float32', n * dim), L.allocate('float32', n * dim)];
    a.array.set(za);
    b.array.set(zb);
    const { grad } = L.ntXent.valueAndGrad(a, b, { dim, out: { za: a.array, zb: b } });
    expect(grad.za).toEqual(expected.za);
    expect(grad.zb).toEqual(expected.zb);
    expect(a.array).toEqual(expected.za);
    a.free();
    b.free();
  });

  it('an output in a call that writes none is still checked', () => {
    expect(() => L.mse(f32(1), f32(2), any({ out: 'x' }))).toThrow(TypeError);
    expect(() => L.mse(f32(1), f32(2), { out: f32(1, 2) })).toThrow(RangeError);
    expect(L.mse(f32(1), f32(2), { out: f32(9) })).toBe(1);
    const own: { anchor?: unknown } = {};
    own.anchor = own;
    expect(() => L.triplet.valueAndGrad(f32(1), f32(2), f32(3), any({ dim: 1, out: own }))).toThrow(TypeError);
  });
});
