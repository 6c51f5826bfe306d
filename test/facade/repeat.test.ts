/** Calls that come again with the same buffers take a shorter way; nothing but time may tell. */
import {
  allocate,
  backend,
  crossEntropy,
  gaussianNll,
  huber,
  init,
  klDivergence,
  mse,
  type Resident,
  triplet,
} from 'losskit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Kept } from '../../ts/core/wasm/repeat/kept.ts';

const buffer = (values: readonly number[]): Resident<'float32'> => {
  const made = allocate('float32', values.length);
  made.array.set(values);
  return made;
};

afterEach(() => init({ backend: 'wasm' }));

describe('a call that comes again', () => {
  const pred = buffer([1, 2, 30]);
  const target = buffer([1.5, 2, 3]);
  const out = buffer([0, 0, 0]);

  it('sees new data in the old buffers', () => {
    const options = { out };
    expect(backend().name).toBe('wasm');
    for (const last of [30, 4, 5]) {
      pred.array[2] = last;
      const { value, grad } = mse.valueAndGrad(pred, target, options);
      expect(value).toBeCloseTo((0.25 + (last - 3) ** 2) / 3, 5);
      expect(grad).toBe(out.array);
      expect(grad[2]).toBeCloseTo((2 * (last - 3)) / 3, 5);
      expect(mse(pred, target)).toBe(value);
    }
  });

  it('sees that options changed, in the same object or in another', () => {
    pred.array[2] = 30;
    const options: { delta?: number; reduction?: 'sum' | 'mean' } = { delta: 2 };
    const fresh = () => huber([...pred.array], [...target.array], { ...options });
    for (const change of [{}, { delta: 3 }, { reduction: 'sum' as const }, { delta: 1 }]) {
      Object.assign(options, change);
      expect(huber(pred, target, options)).toBeCloseTo(fresh(), 4);
      expect(huber(pred, target, options)).toBeCloseTo(fresh(), 4);
    }
    delete options.delta;
    expect(huber(pred, target, options)).toBeCloseTo(fresh(), 4);
    expect(huber(pred, target)).toBeCloseTo(huber([...pred.array], [...target.array]), 4);
  });

  it('still refuses wrong options', () => {
    mse(pred, target);
    mse(pred, target);
    expect(() => mse(pred, target, [] as never)).toThrow(TypeError);
    expect(() => mse(pred, target, null as never)).toThrow(TypeError);
    expect(() => mse(pred, target, { nonsense: 1 } as never)).toThrow(/nonsense/);
  });

  it('still refuses outputs that the loss does not have, after one with all that it has', () => {
    const x = Float32Array.of(1, 2);
    const out = { mean: new Float32Array(2), logVar: new Float32Array(2) };
    for (let i = 0; i < 4; i++) gaussianNll.valueAndGrad(x, x, x, { out });
    const more = { out: { ...out, variance: new Float32Array(2) } };
    expect(() => gaussianNll.valueAndGrad(x, x, x, more)).toThrow('gaussianNll: unknown option `out.variance`; it has');
    expect(gaussianNll.valueAndGrad(x, x, x, { out }).grad).toEqual(out);
  });

  it('sees a buffer that was freed', () => {
    const gone = buffer([1, 2, 3]);
    expect(mse(gone, target)).toBe(mse(gone, target));
    gone.free();
    expect(() => mse(gone, target)).toThrow(/free/);
  });

  it('sees that memory grew', () => {
    const options = { out };
    mse.valueAndGrad(pred, target, options);
    const more = allocate('float64', 2 ** 22);
    const { grad } = mse.valueAndGrad(pred, target, options);
    expect(grad).toHaveLength(3);
    expect(grad).toBe(out.array);
    more.free();
  });

  it('sees another backend', async () => {
    const value = mse(pred, target);
    await init({ backend: 'reference' });
    expect(mse(pred, target)).toBeCloseTo(value, 10);
    expect(mse.valueAndGrad(pred, target, { out }).value).toBeCloseTo(value, 10);
  });

  it('finds a label that has become wrong, and names it', () => {
    const logits = buffer([1, 2, 3, 4, 5, 6]);
    const labels = allocate('int32', 2);
    const grad = allocate('float32', 6);
    const options = { out: grad };
    for (let i = 0; i < 3; i++) crossEntropy.valueAndGrad(logits, labels, options);
    labels.array[1] = 7;
    expect(() => crossEntropy.valueAndGrad(logits, labels, options)).toThrow(/labels\[1\] = 7/);
    labels.array[1] = 2;
    const { value } = crossEntropy.valueAndGrad(logits, labels, options);
    expect(value).toBe(crossEntropy(new Float32Array(logits.array), Int32Array.of(0, 2)));
  });

  it('counts ignored rows anew', () => {
    const logits = buffer([1, 2, 3, 4, 7, 6]);
    const labels = allocate('int32', 2);
    const options = { ignoreIndex: -1 };
    const all = crossEntropy(logits, labels, options);
    labels.array[0] = -1;
    const one = crossEntropy(logits, labels, options);
    expect(one).toBeCloseTo(crossEntropy([[4, 7, 6]], [0]), 6);
    expect(all).not.toBe(one);
  });

  it('is right when a getter among the options calls the same loss', () => {
    const other = buffer([0, 0, 0]);
    const expected = mse(pred, target);
    const options = {
      get reduction() {
        mse(other, target);
        return 'mean' as const;
      },
    };
    for (let i = 0; i < 3; i++) expect(mse(pred, target, options)).toBe(expected);
  });

  it('is right when a getter calls the same loss as the last thing', () => {
    const other = buffer([0, 0, 0]);
    const expected = mse(pred, target);
    for (let when = 0; when < 6; when++) {
      let reads = 0;
      const options = {
        get reduction() {
          if (reads++ === when) mse(other, target, { reduction: 'mean' });
          return 'mean' as const;
        },
      };
      for (let i = 0; i < 4; i++) expect(mse(pred, target, options)).toBe(expected);
    }
  });

  it('may write a gradient over its input', () => {
    const both = buffer([1, 2, 3]);
    const { grad } = mse.valueAndGrad(both, target, { out: both });
    const first = [...grad];
    mse.valueAndGrad(both, target, { out: both });
    expect([...both.array]).not.toEqual(first);
  });
});

describe('a call on ordinary arrays that comes again', () => {
  const pred = Float32Array.of(1, 2, 30);
  const target = Float32Array.of(1.5, 2, 3);

  it('copies new data in, and its gradient out', () => {
    const out = new Float32Array(3);
    const options = { out };
    for (const last of [30, 4, 5]) {
      pred[2] = last;
      const { value, grad } = mse.valueAndGrad(pred, target, options);
      expect(value).toBeCloseTo((0.25 + (last - 3) ** 2) / 3, 5);
      expect(grad).toBe(out);
      expect(out[2]).toBeCloseTo((2 * (last - 3)) / 3, 5);
    }
  });

  it('makes a new gradient for each call where none is given', () => {
    const [first, second] = [1, 2].map(() => mse.valueAndGrad(pred, target).grad);
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
    const twice = [1, 2].map(() => mse.valueGradHess(pred, target));
    expect(twice[1]).toEqual(twice[0]);
    expect(twice[1]!.hess).not.toBe(twice[0]!.hess);
  });

  it('shares the arena with other calls', () => {
    const before = mse(pred, target);
    expect(mse(pred, target)).toBe(before);
    huber(new Float32Array(5000).fill(9), new Float32Array(5000));
    expect(mse(pred, target)).toBe(before);
    // Rows so long that the arena grows, and moves.
    crossEntropy(new Float32Array(2 ** 20), [3], { classes: 2 ** 20 });
    expect(mse(pred, target)).toBe(before);
  });

  it.each([5, 12, 13, 500])('copies a gradient of %i elements out of memory that moved', (n) => {
    const [a, b, out] = [new Float32Array(n).fill(3), new Float32Array(n), new Float32Array(n)];
    const expected = new Float32Array(n).fill(6);
    for (let power = 20; power < 24; power++) {
      for (let i = 0; i < 3; i++) {
        mse.valueAndGrad(a, b, { reduction: 'sum', out: out.fill(0) });
        expect(out).toEqual(expected);
        expect(mse.valueAndGrad(a, b, { reduction: 'sum' }).grad).toEqual(expected);
      }
      allocate('float32', 2 ** power).free();
    }
  });

  it('takes labels that are dense targets as such', () => {
    const logits = Float32Array.of(1, 2, 3, 4, 7, 6);
    const onehot = Int32Array.of(1, 0, 0, 0, 0, 1);
    const once = crossEntropy(logits, onehot, { classes: 3 });
    expect(crossEntropy(logits, onehot, { classes: 3 })).toBe(once);
    const labels = Int32Array.of(0, 2);
    expect(crossEntropy(logits, labels)).toBe(once);
    labels[1] = 0;
    expect(crossEntropy(logits, labels)).not.toBe(once);
  });

  it('sees arrays that were detached', () => {
    const [gone, out] = [Float32Array.of(1, 2, 3), new Float32Array(3)];
    mse.valueAndGrad(pred, target, { out });
    mse(gone, target);
    structuredClone([gone, out], { transfer: [gone.buffer, out.buffer] });
    expect(() => mse(gone, target)).toThrow();
    expect(() => mse.valueAndGrad(pred, target, { out })).toThrow();
  });
});

describe('a call with several gradients that comes again', () => {
  const names = ['anchor', 'positive', 'negative'] as const;
  const fresh = (inputs: readonly Float32Array[]) => {
    const [a, p, n] = inputs.map((input) => new Float32Array(input)) as [Float32Array, Float32Array, Float32Array];
    return triplet.valueAndGrad(a, p, n, { dim: 2 });
  };

  it('sees new data in the old buffers', () => {
    const [a, p, n] = [buffer([1, 2, 3, 4]), buffer([2, 2, 1, 0]), buffer([0, 1, 1, 1])] as const;
    const out = { anchor: buffer([0, 0, 0, 0]), positive: buffer([0, 0, 0, 0]), negative: buffer([0, 0, 0, 0]) };
    const options = { dim: 2, out };
    for (const last of [1, 2, 3, 4]) {
      n.array[3] = last;
      const { value, grad } = triplet.valueAndGrad(a, p, n, options);
      const expected = fresh([a.array, p.array, n.array]);
      expect(value).toBe(expected.value);
      expect(grad).toEqual(expected.grad);
      for (const name of names) expect(grad[name]).toBe(out[name].array);
    }
  });

  it('sees another array in the same record of them', () => {
    const [a, p, n] = [Float32Array.of(1, 2), Float32Array.of(3, 1), Float32Array.of(2, 2)] as const;
    const arrays = () => new Float32Array(2);
    const out = { anchor: arrays(), positive: arrays(), negative: arrays() };
    const options = { dim: 2, out };
    for (let i = 0; i < 4; i++) {
      out.positive = arrays();
      a[0] = i;
      const { value, grad } = triplet.valueAndGrad(a, p, n, options);
      const expected = fresh([a, p, n]);
      expect(value).toBe(expected.value);
      for (const name of names) {
        expect(grad[name]).toBe(out[name]);
        expect(grad[name]).toEqual(expected.grad[name]);
      }
    }
    expect(() => triplet.valueAndGrad(a, p, n, { dim: 2, out: { ...out, more: arrays() } } as never)).toThrow(/more/);
  });

  it('makes new gradients and second derivatives for each call where none are given', () => {
    const [mean, target, logVar] = [Float32Array.of(1, 2), Float32Array.of(0, 2), Float32Array.of(0, 1)] as const;
    const [first, second] = [1, 2].map(() => gaussianNll.valueGradHess(mean, target, logVar));
    expect(second).toEqual(first);
    expect(second!.grad.mean).not.toBe(first!.grad.mean);
    expect(second!.hess.logVar).not.toBe(first!.hess.logVar);
  });
});

describe('a call with a shape that comes again', () => {
  const logits = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
  const labels = Int32Array.of(0, 1, 1, 0);
  const call = (shape: readonly number[] | Int32Array) =>
    crossEntropy.valueAndGrad(logits, labels, { shape: shape as number[] });
  const fresh = (classes: number, y: ArrayLike<number> = labels) =>
    crossEntropy(logits.slice(), Int32Array.from(y), { classes });

  it('is known by its lengths, as they are now', () => {
    const shape = [4, 3];
    for (let i = 0; i < 5; i++) expect(call(shape).value).toBe(fresh(3));
    for (let i = 0; i < 3; i++) expect(call([4, 3]).value).toBe(fresh(3));
    logits[0] = 5;
    expect(call(shape).value).toBe(fresh(3));
    // The same array, with other lengths.
    shape.reverse();
    for (let i = 0; i < 3; i++) expect(() => call(shape)).toThrow(/3 labels or 12 dense targets/);
    shape.splice(0, 2, 2, 2, 3);
    expect(call(shape).value).toBe(fresh(3));
    expect(() => call([4, 2])).toThrow(RangeError);
    expect(() => call([4, Number.NaN])).toThrow(RangeError);
    expect(() => call(['4', 3] as never)).toThrow(TypeError);
  });

  it('of typed arrays too, which may change inside', () => {
    const shape = Int32Array.of(4, 3);
    for (let i = 0; i < 4; i++) expect(call(shape).value).toBe(fresh(3));
    shape.reverse();
    expect(() => call(shape)).toThrow(RangeError);
  });

  it('which other lists among the options are not', () => {
    const ignoreIndex = [7, 8];
    const call = () => crossEntropy(logits, labels, { shape: [4, 3], ignoreIndex });
    for (let i = 0; i < 4; i++) expect(call()).toBe(fresh(3));
    ignoreIndex[1] = 1;
    expect(call()).toBe(crossEntropy(logits, labels, { classes: 3, ignoreIndex: 1 }));
  });

  it('and options after it are read as they are', () => {
    const options: { shape: number[]; reduction?: 'sum' | 'mean' } = { shape: [4, 3], reduction: 'mean' };
    for (let i = 0; i < 4; i++) expect(crossEntropy(logits, labels, options)).toBe(fresh(3));
    options.reduction = 'sum';
    expect(crossEntropy(logits, labels, options)).toBeCloseTo(4 * fresh(3), 5);
    expect(() => crossEntropy(logits, labels, { shape: [4, 3], reduction: 'avg' as never })).toThrow('"avg"');
    let reads = 0;
    const counted = new Proxy([4, 3], {
      get: (list, key) => {
        if (key === '0') reads += 1;
        return Reflect.get(list, key);
      },
    });
    for (let i = 1; i <= 6; i++) {
      expect(crossEntropy(logits, labels, { shape: counted })).toBe(fresh(3));
      expect(reads).toBe(i);
    }
  });
});

describe('a call whose rows lie apart that comes again', () => {
  const shape = [2, 3, 4];
  const options = { shape, axis: 1 };

  it.each(['ordinary', 'resident', 'written over'])('sees new data in the old buffers: %s', (kind) => {
    const runs = vi.spyOn(Kept.prototype, 'runs');
    const isResident = kind !== 'ordinary';
    const room = (): Float32Array | Resident<'float32'> =>
      isResident ? buffer(Array(24).fill(0)) : new Float32Array(24);
    const logits = room();
    const out = kind === 'written over' ? logits : room();
    const labels = isResident ? allocate('int32', 8) : new Int32Array(8);
    const arrayOf = <A>(x: A | { readonly array: A }): A => (ArrayBuffer.isView(x) ? x : (x as { array: A }).array);
    const data = Array.from({ length: 8 }, (_, i) => {
      const scores = Float32Array.from({ length: 24 }, (_, k) => Math.sin(k + i));
      const wanted = Int32Array.from({ length: 8 }, (_, k) => (k + i) % 3);
      return { scores, wanted, expected: crossEntropy.valueAndGrad(scores, wanted, options) };
    });
    // Of calls that didn't come again for a while, one in 64 is looked at.
    for (let i = 0; i < 100; i++) {
      const { scores, wanted, expected } = data[i % 8]!;
      arrayOf(logits).set(scores);
      arrayOf(labels).set(wanted);
      // The arena has other things in it now.
      huber(new Float32Array(500).fill(i), new Float32Array(500));
      const { value, grad } = crossEntropy.valueAndGrad(logits, labels, { ...options, out });
      expect(value).toBe(expected.value);
      expect(grad).toBe(arrayOf(out));
      expect(grad).toEqual(expected.grad);
    }
    expect(runs.mock.calls.length).toBeGreaterThan(20);
    arrayOf(labels)[5] = 3;
    const before = arrayOf(out).slice();
    expect(() => crossEntropy.valueAndGrad(logits, labels, { ...options, out })).toThrow('labels[5] = 3');
    expect(arrayOf(out)).toEqual(before);
    runs.mockRestore();
  });

  it('makes new gradients and second derivatives, of two distributions of any types', () => {
    const p = Float32Array.from({ length: 24 }, (_, k) => (k % 5) / 5);
    for (const target of [p.slice(), Float64Array.from(p)]) {
      const logits = p.map((x) => 3 * x);
      const call = () => klDivergence.valueGradHess(logits, target, { ...options, input: 'logits' });
      const [first] = [1, 2, 3, 4].map(call);
      logits[7] = 5;
      const last = call();
      expect(last).not.toEqual(first);
      expect(last).toEqual(
        klDivergence.valueGradHess(logits.slice(), Float32Array.from(target), { ...options, input: 'logits' }),
      );
    }
  });
});
