/** dice, jaccard and tversky: layouts and ways to pass data that change no bits, what other libraries got wrong, and what is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { floats } from '../support/losses.ts';
import { type Random, random } from '../support/random.ts';

// biome-ignore lint/suspicious/noExplicitAny: calls that types refuse, and options put together at random
type Any = any;
const losses = [L.dice, L.jaccard, L.tversky].map((loss) => [loss.info.name, loss as Any] as const);
const activations = ['none', 'sigmoid', 'softmax'] as const;

/** Predictions, labels of which some are to be left out, and soft targets, with the classes last. */
function images(r: Random, dtype: 'float32' | 'float64', n: number, pixels: number, k: number, activation: string) {
  const count = n * pixels * k;
  return {
    pred: floats(dtype, count, () => (activation === 'none' ? r.unit() : 3 * r.normal())),
    labels: Int32Array.from({ length: n * pixels }, () => (r.unit() < 0.1 ? 255 : r.below(Math.max(k, 2)))),
    target: floats(dtype, count, () => (r.unit() < 0.5 ? r.below(2) : r.unit())),
  };
}

/** The same with `outer` groups of pixels, in which the classes come first. */
function apart<A extends L.FloatArray>(x: A, n: number, outer: number, k: number, inner: number): A {
  const out = x.slice() as A;
  for (let i = 0; i < n * outer; i++) {
    for (let p = 0; p < inner; p++) {
      for (let c = 0; c < k; c++) out[(i * k + c) * inner + p] = x[(i * inner + p) * k + c]!;
    }
  }
  return out;
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it.each(losses)('%s: layouts have the same bits', (name, loss) => {
    const r = random(name);
    for (const activation of activations) {
      for (const [n, outer, k, inner] of [
        [2, 1, 3, 5],
        [1, 4, 2, 9],
        [2, 3, 5, 130],
        [1, 60, 4, 3],
      ] as const) {
        const { pred, labels, target } = images(r, 'float32', n, outer * inner, k, activation);
        const options = { activation, reduction: 'none' };
        for (const y of [labels, target]) {
          const own = { ...options, ...(y === labels ? { ignoreIndex: 255 } : {}) };
          const last = loss.valueAndGrad(pred, y, { ...own, shape: [n, outer * inner, k] });
          const laid = (x: Any) => (x === labels ? x : apart(x, n, outer, k, inner));
          const middle = loss.valueAndGrad(laid(pred), laid(y), { ...own, shape: [n, outer, k, inner], axis: 2 });
          expect(middle.value).toEqual(last.value);
          expect(middle.grad).toEqual(laid(last.grad));
          expect(loss.valueAndGrad(laid(pred), laid(y), { ...own, shape: [n, outer, k, inner], axis: -2 })).toEqual(
            middle,
          );
        }
      }
    }
  });

  it.each(losses)('%s: resident, in place, and in blocks of whole images or of pixels', (name, loss) => {
    const r = random(name);
    const sizes =
      backend === 'wasm'
        ? [
            [70, 400, 3],
            [2, 30_000, 5],
            [1, 90_000, 1],
          ]
        : [[3, 40, 3]];
    for (const [n, pixels, k] of sizes as [number, number, number][]) {
      for (const activation of k === 1 ? (['none', 'sigmoid'] as const) : activations) {
        const { pred, labels, target } = images(r, 'float32', n, pixels, k, activation);
        const all = { activation, classes: k, batch: n };
        for (const overBatch of [false, true]) {
          for (const y of [labels, target]) {
            const options = { ...all, overBatch, ...(y === labels ? { ignoreIndex: [255, -1] } : {}) };
            const one = { ...all, overBatch, ...(y === labels ? { ignoreIndex: 255 } : {}) };
            const wanted = loss.valueAndGrad(pred, y, options);
            const [x, t, g] = [
              L.allocate('float32', pred.length),
              L.allocate(y === labels ? 'int32' : 'float32', y.length),
              L.allocate('float32', pred.length),
            ];
            const fill = () => x.array.set(pred);
            fill();
            t.array.set(y);
            const same = (got: { value: number; grad: L.FloatArray }) => {
              expect(got.value).toBe(wanted.value);
              expect(got.grad.every((grad, i) => Object.is(grad, wanted.grad[i]))).toBe(true);
            };
            same(loss.valueAndGrad(x, t, { ...one, out: g }));
            same(loss.valueAndGrad(x, y, { ...one, out: g }));
            same(loss.valueAndGrad(x, t, one));
            same(loss.valueAndGrad(pred, t, { ...options, out: g }));
            same(loss.valueAndGrad(x, t, { ...one, out: x }));
            const out = pred.slice();
            same(loss.valueAndGrad(out, y, { ...options, out }));
            expect(loss(pred, y, options)).toBe(wanted.value);
            fill();
            expect(loss(x, t, one)).toBe(wanted.value);
            for (const buffer of [x, t, g]) buffer.free();
          }
        }
      }
    }
  });

  it.each(losses)('%s: weights of images and classes, in the denominator too', (name, loss) => {
    const { pred, labels, target } = images(random(name), 'float64', 3, 7, 4, 'none');
    const [cw, sw] = [
      [0.5, 0, 2, 1],
      [2, 0, 0.5],
    ];
    for (const y of [labels, target]) {
      const options = { batch: 3, classes: 4, ...(y === labels ? { ignoreIndex: 255 } : {}) };
      const none = loss(pred, y, { ...options, reduction: 'none' });
      const weighted = { ...options, classWeight: cw, sampleWeight: sw };
      const { value, totalWeight } = loss.valueAndGrad(pred, y, weighted);
      const w = Array.from({ length: 12 }, (_, i) => sw[Math.floor(i / 4)]! * cw[i % 4]!);
      expect(totalWeight).toBeCloseTo(2.5 * 3.5, 12);
      expect(value).toBeCloseTo(w.reduce((sum, x, i) => sum + x * none[i], 0) / (2.5 * 3.5), 12);
      expect(loss(pred, y, { ...weighted, divisor: 5 })).toBeCloseTo((value * 2.5 * 3.5) / 5, 12);
      // An image of weight 2 counts as two images would, where regions are of the batch.
      const twice = (x: Any) => new x.constructor([...x, ...x.slice(0, x.length / 3)]);
      const together = { ...options, overBatch: true, reduction: 'none' };
      const by = loss(pred, y, { ...together, sampleWeight: [2, 1, 1] });
      const again = loss(twice(pred), twice(y), { ...together, batch: 4 });
      for (let k = 0; k < 4; k++) expect(by[k]).toBeCloseTo(again[k], 12);
    }
  });

  it('soft targets are best met by themselves', () => {
    const y = Float64Array.from({ length: 12 }, (_, i) => (i % 5) / 4);
    for (const [, loss] of losses) {
      expect(loss(y, y, { batch: 1, classes: 2, smooth: 0 })).toBe(0);
      // Off on either side, it is worse, and the gradient leads back.
      for (const step of [-0.01, 0.01]) {
        const pred = y.map((x, i) => (i === 1 ? x + step : x));
        const { value, grad } = loss.valueAndGrad(pred, y, { batch: 1, classes: 2 });
        expect(value).toBeGreaterThan(0);
        expect(Math.sign(grad[1])).toBe(Math.sign(step));
      }
    }
  });

  it('pixels that are left out change nothing, whatever they hold', () => {
    for (const [name, loss] of losses) {
      for (const activation of activations) {
        const { pred, labels } = images(random(name), 'float32', 2, 50, 3, activation);
        const options = { activation, classes: 3, ignoreIndex: 255, reduction: 'none' };
        const kept = Array.from(labels, (label, i) => (label === 255 ? -1 : i)).filter((i) => i >= 0);
        const all = loss.valueAndGrad(pred, labels, { ...options, batch: 2 });
        const junk = pred.map((x, i) => (labels[Math.floor(i / 3)] === 255 ? Number.NaN : x));
        expect(loss.valueAndGrad(junk, labels, { ...options, batch: 2 })).toEqual(all);
        for (const [i, g] of all.grad.entries()) if (labels[Math.floor(i / 3)] === 255) expect(g).toBe(0);
        const of = (image: number) => kept.filter((i) => Math.floor(i / 50) === image);
        for (const image of [0, 1]) {
          const places = of(image);
          const some = Float32Array.from(places.flatMap((i) => [...pred.subarray(3 * i, 3 * i + 3)]));
          const alone = loss(
            some,
            Int32Array.from(places, (i) => labels[i]!),
            { ...options, batch: 1 },
          );
          for (const [k, x] of alone.entries()) expect(x).toBeCloseTo(all.value[3 * image + k], 6);
        }
      }
    }
  });

  it('an absent class has loss 0 where it is not predicted, and nearly 1 where it is', () => {
    for (const [, loss] of losses) {
      const options = { batch: 1, classes: 3, reduction: 'none' };
      const absent = loss.valueAndGrad([1, 0, 0, 0, 1, 0], [0, 1], options);
      expect([...absent.value]).toEqual([0, 0, 0]);
      expect(loss([0.9, 0, 0.1, 0, 0.9, 0.1], [0, 1], options)[2]).toBeGreaterThan(0.999);
      const none = loss.valueAndGrad([1, 0, 0, 0, 1, 0], [0, 1], { ...options, smooth: 0 });
      expect([none.value[2], none.grad[2], none.grad[5]]).toEqual([0, 0, 0]);
    }
  });

  it('a mask of one class is a mask, of any type and with or without its dimension', () => {
    const p = Float32Array.from({ length: 8 }, (_, i) => (i + 0.5) / 9);
    const mask = [1, 0, 0, 1, 1, 0, 1, 0];
    const options = { shape: [2, 1, 2, 2], axis: 1 };
    const wanted = L.dice(p, Float32Array.from(mask), options);
    for (const type of [Int32Array, Uint8Array, Float64Array]) expect(L.dice(p, type.from(mask), options)).toBe(wanted);
    const nested = (x: number[]) => [0, 4].map((i) => [0, 2].map((j) => x.slice(i + j, i + j + 2)));
    expect(L.dice(p, nested(mask) as Any, options)).toBe(wanted);
    expect(L.dice(p, { data: Uint8Array.from(mask), dims: [2, 2, 2], type: 'uint8' } as Any, options)).toBe(wanted);
    expect(L.dice(p, { data: Float32Array.from(mask), dims: [2, 2, 2], type: 'float32' } as Any, options)).toBe(wanted);
    expect(L.dice(p, { data: Uint8Array.from(mask), dims: [2, 1, 2, 2], type: 'uint8' } as Any, options)).toBe(wanted);
    // Pixels to be left out are in a mask of whole numbers, however it is given.
    const partly = mask.map((y, i) => (i === 2 ? 255 : y));
    const ignoring = { ...options, ignoreIndex: 255 };
    const rest = L.dice(p, Uint8Array.from(partly), ignoring);
    expect(rest).not.toBe(wanted);
    for (const given of [partly, nested(partly)]) expect(L.dice(p, given as Any, ignoring)).toBe(rest);
    expect(L.crossEntropy([[3], [1]], [0, -100], { ignoreIndex: -100 })).toBe(0);
    expect(() => L.dice(p, Float32Array.from(partly), ignoring)).toThrow(
      /ignoreIndex must be left out with dense targets/,
    );
    const left = L.dice(p, Uint8Array.of(1, 0, 255, 1, 1, 0, 1, 255), { ...options, ignoreIndex: 255 });
    expect(left).not.toBe(wanted);
  });

  it('special cases of tversky', () => {
    const { pred, labels } = images(random('special'), 'float64', 2, 9, 3, 'softmax');
    const options = { batch: 2, classes: 3, activation: 'softmax', ignoreIndex: 255 } as const;
    const close = (a: Any, b: Any) => {
      expect(a.value).toBeCloseTo(b.value, 13);
      for (const [i, g] of a.grad.entries()) expect(g).toBeCloseTo(b.grad[i], 13);
    };
    close(
      L.tversky.valueAndGrad(pred, labels, { ...options, smooth: 0.5 }),
      L.dice.valueAndGrad(pred, labels, { ...options, smooth: 1 }),
    );
    close(
      L.tversky.valueAndGrad(pred, labels, { ...options, alpha: 1, beta: 1 }),
      L.jaccard.valueAndGrad(pred, labels, options),
    );
    const [plain, squared] = [1, 2].map((gamma) => L.tversky(pred, labels, { ...options, gamma, reduction: 'none' }));
    for (const [i, x] of plain!.entries()) expect(squared![i]).toBeCloseTo(x * x, 13);
  });

  it('gradients agree with differences', () => {
    for (const [name, loss] of losses) {
      for (const activation of activations) {
        const { pred, labels, target } = images(random(name), 'float64', 2, 6, 3, activation);
        const options = { batch: 2, classes: 3, activation, smooth: 0.3 };
        expect(L.checkGradient(loss, [pred, labels], { ...options, ignoreIndex: 255 } as Any).ok).toBe(true);
        expect(
          L.checkGradient(loss, [pred, target.map((y) => 0.1 + 0.001 * y)], { ...options, overBatch: true } as Any).ok,
        ).toBe(true);
      }
    }
  });

  it('accumulates images', () => {
    const { pred, labels } = images(random('gathered'), 'float64', 4, 9, 3, 'softmax');
    const options = { classes: 3, activation: 'softmax', ignoreIndex: 255 } as const;
    const mean = L.accumulator(L.dice, options);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
    ] as const) {
      mean.add(pred.subarray(from * 27, to * 27), labels.subarray(from * 9, to * 9), { batch: to - from });
    }
    expect(mean.value()).toBeCloseTo(L.dice(pred, labels, { ...options, batch: 4 }), 13);
    expect(mean.count).toBe(12);
  });

  it('goes with a penalty', () => {
    const J = L.objective({ loss: L.dice, regularizer: L.l2, lambda: 0.1 });
    const pred = Float64Array.of(0.9, 0.1, 0.2, 0.8);
    const { value, data } = J.valueAndGrad([pred, [0, 1], { batch: 1, classes: 2 }], Float64Array.of(1, 2));
    expect(data).toBe(L.dice(pred, [0, 1], { batch: 1, classes: 2 }));
    expect(value).toBeCloseTo(data + 0.5, 13);
  });

  it.each<[string, unknown, unknown, object, ErrorConstructor, RegExp]>([
    [
      'no shape',
      [0.5, 0.5],
      [0, 1],
      {},
      RangeError,
      /dice: pred is flat, and the number of its classes isn't known; give \{ shape/,
    ],
    ['no batch', [0.5, 0.5], [0, 1], { classes: 1 }, RangeError, /the number of images isn't known/],
    [
      'flat axis',
      [0.5, 0.5],
      [0, 1],
      { classes: 1, batch: 1, axis: 1 },
      RangeError,
      /axis must be -1 where pred is flat/,
    ],
    [
      'first axis',
      [[0.5, 0.5]],
      [0],
      { axis: 0 },
      RangeError,
      /axis must be from 1 to 1, .*the first axis is that of the images/,
    ],
    ['length', [0.5, 0.5, 0.5], [0, 1], { classes: 2, batch: 1 }, RangeError, /a multiple of 2/],
    ['batch', [[[0.5, 0.5]]], [[0]], { batch: 2 }, RangeError, /batch must be 1/],
    ['classes', [[[0.5, 0.5]]], [[0]], { classes: 3 }, RangeError, /classes must be 2/],
    ['dim', [[[0.5, 0.5]]], [[0]], { dim: 2 }, TypeError, /unknown option `dim`/],
    [
      'label',
      [
        [
          [0.5, 0.5],
          [0.1, 0.9],
        ],
      ],
      [[0, 2]],
      {},
      RangeError,
      /labels\[1\] = 2 is out of range for 2 classes/,
    ],
    [
      'mask',
      [[[0.5], [0.1]]],
      Int32Array.of(0, 2),
      {},
      RangeError,
      /labels\[1\] = 2 is out of range: it must be 0 or 1/,
    ],
    [
      'logits',
      [[[0.5, 1.5]]],
      [[0]],
      {},
      RangeError,
      /pred\[1\] = 1.5 is out of range: it must be in \[0, 1\]; logits go with activation/,
    ],
    [
      'soft target',
      [[[0.5, 0.5]]],
      [[[0, -0.5]]],
      {},
      RangeError,
      /target\[1\] = -0.5 is out of range: it must be in \[0, 1\]/,
    ],
    ['labels', [[[0.5, 0.5]]], [0, 1, 1], {}, RangeError, /1 labels or 2 dense targets/],
    [
      'axis of labels',
      new Array(2).fill(new Array(3).fill([0.1, 0.2, 0.3, 0.4])),
      new Array(8).fill(0),
      {},
      RangeError,
      /axis: 1 would fit/,
    ],
    [
      'ignored dense',
      [[[0.5, 0.5]]],
      [[[0, 1]]],
      { ignoreIndex: 1 },
      TypeError,
      /ignoreIndex must be left out with dense targets/,
    ],
    [
      'weights',
      [[[0.5, 0.5]]],
      [[0]],
      { sampleWeight: [1, 1] },
      RangeError,
      /sampleWeight must be of length 1 \(one per image\)/,
    ],
    ['class weights', [[[0.5, 0.5]]], [[0]], { classWeight: [1] }, RangeError, /one number per class, 2 in all/],
    [
      'activation',
      [[[0.5, 0.5]]],
      [[0]],
      { activation: 'relu' },
      RangeError,
      /activation must be one of "none", "sigmoid", "softmax"/,
    ],
    ['smooth', [[[0.5, 0.5]]], [[0]], { smooth: -1 }, RangeError, /smooth must be finite and >= 0/],
  ])('refuses: %s', (_, pred, target, options, kind, message) => {
    expect(() => L.dice(pred as Any, target as Any, options)).toThrow(kind);
    expect(() => L.dice(pred as Any, target as Any, options)).toThrow(message);
  });

  it('names the first place that is wrong, and leaves no second derivative', () => {
    const p = new Float32Array(3 * 200 * 2).fill(0.5);
    const labels = new Int32Array(600);
    labels[405] = 7;
    labels[599] = -3;
    expect(() => L.dice(p, labels, { shape: [3, 200, 2] })).toThrow(/labels\[405\] = 7/);
    p[3] = -0.25;
    expect(() => L.dice(p, labels, { shape: [3, 200, 2] })).toThrow(/pred\[3\] = -0.25/);
    expect(L.dice(p, labels, { shape: [3, 200, 2], sampleWeight: [0, 1, 0] })).toBeGreaterThan(0);
    expect(() => (L.dice as Any).valueGradHess(p, labels, { shape: [3, 200, 2] })).toThrow(TypeError);
  });
});
