/** ctc: lengths, labels and shapes; what peers got wrong; and that sequences are nothing to each other. */
import { beforeAll, describe, expect, it } from 'vitest';
import { accumulator, allocate, ctc, type FloatArray, init, objective } from '../../ts/index.ts';
import { fails } from '../support/bad.ts';
import { random } from '../support/random.ts';

const [n, steps, classes, count] = [5, 9, 4, 3];
const r = random('sequences');
const logits = Float64Array.from({ length: n * steps * classes }, r.normal);
const labels = Int32Array.from({ length: n * count }, () => 1 + r.below(classes - 1));
const inputLengths = [9, 7, 3, 8, 9];
const labelLengths = [3, 2, 1, 0, 3];
const flat = { batch: n, classes };
/** Labels with another one in a place. */
const replaced = (place: number, label: number) => labels.map((old, i) => (i === place ? label : old));
const all = { ...flat, inputLengths, labelLengths };

/** Rows of rows of … numbers. */
const nested = (x: ArrayLike<number>, ...shape: number[]): number[] | number[][] => {
  const [size, ...rest] = shape as [number, ...number[]];
  const stride = x.length / size;
  const part = (i: number) => Array.from(x).slice(i * stride, (i + 1) * stride);
  return Array.from({ length: size }, (_, i) => (rest.length === 0 ? x[i]! : nested(part(i), ...rest))) as number[][];
};

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  it('takes every form of its arguments', () => {
    const want = ctc.valueAndGrad(logits, labels, all);
    const shape = [n, steps, classes];
    const deep = nested(logits, ...shape) as never;
    const rows = nested(labels, n, count) as never;
    const options = { inputLengths, labelLengths };
    expect(ctc.valueAndGrad(logits, labels, { ...options, shape })).toEqual(want);
    expect(ctc.valueAndGrad(deep, rows, options)).toEqual(want);
    expect(ctc.valueAndGrad({ data: logits, shape }, { data: labels, dims: [n, count] }, options)).toEqual(want);
    const byLengths = {
      classes,
      inputLengths: Int32Array.from(inputLengths),
      labelLengths: BigInt64Array.from(labelLengths.map(BigInt)),
    };
    for (const spelt of [labels, Uint8Array.from(labels), BigInt64Array.from(labels, BigInt), [...labels]]) {
      expect(ctc.valueAndGrad(logits, spelt as never, byLengths)).toEqual(want);
    }
    const resident = [
      allocate('float64', logits.length),
      allocate('int32', labels.length),
      allocate('int32', n),
    ] as const;
    resident[0].array.set(logits);
    resident[1].array.set(labels);
    resident[2].array.set(labelLengths);
    const inside = { ...all, labelLengths: resident[2] };
    expect(ctc.valueAndGrad(resident[0], resident[1], inside)).toEqual(want);
    const { grad } = ctc.valueAndGrad(resident[0], resident[1], { ...inside, out: resident[0] });
    expect([...grad]).toEqual([...want.grad]);
    for (const buffer of resident) buffer.free();
  });

  it('a sequence in a batch is what it is alone, to the bit, and nothing of it beyond its lengths is read', () => {
    const junk = logits.slice();
    const padded = labels.slice();
    inputLengths.forEach(
      (used, i) => void junk.fill(Number.NaN, (i * steps + used) * classes, (i + 1) * steps * classes),
    );
    labelLengths.forEach((used, i) => void padded.fill(-1, i * count + used, (i + 1) * count));
    const { value, grad } = ctc.valueAndGrad(junk, padded, { ...all, reduction: 'none' });
    for (let i = 0; i < n; i++) {
      const own = logits.slice(i * steps * classes, (i * steps + inputLengths[i]!) * classes);
      const spelt = labels.slice(i * count, i * count + labelLengths[i]!);
      const alone = ctc.valueAndGrad(own, spelt, { batch: 1, classes, reduction: 'none' });
      expect(value[i]).toBe(alone.value[0]);
      const part = grad.subarray(i * steps * classes, (i + 1) * steps * classes);
      expect([...part]).toEqual([...alone.grad, ...new Array((steps - inputLengths[i]!) * classes).fill(0)]);
    }
  });

  it('more sequences than a block holds are what they are alone', () => {
    const many = 40;
    const long = Float32Array.from({ length: many * 50 * 11 }, r.normal);
    const spelt = Int32Array.from({ length: many * 6 }, () => 1 + r.below(10));
    const whole = ctc.valueAndGrad(long, spelt, { batch: many, classes: 11, reduction: 'none' });
    for (const i of [0, 7, 39]) {
      const one = ctc.valueAndGrad(long.slice(i * 550, (i + 1) * 550), spelt.slice(i * 6, (i + 1) * 6), {
        batch: 1,
        classes: 11,
        reduction: 'none',
      });
      expect(whole.value[i]).toBe(one.value[0]);
      expect(Array.from(whole.grad.subarray(i * 550, (i + 1) * 550))).toEqual([...one.grad]);
    }
  });

  describe('what peers got wrong', () => {
    const none = { reduction: 'none', batch: 2, classes: 2 } as const;
    it('an infeasible sequence is infinite, or 0, with gradient 0 and not NaN', () => {
      const scores = Float64Array.of(1, 2, 3, 4, 1, 2, 3, 4);
      const { value, grad } = ctc.valueAndGrad(scores, [1, 1, 1, 1], { ...none, labelLengths: [2, 1] });
      expect([value[0], ...grad.subarray(0, 4)]).toEqual([Infinity, 0, 0, 0, 0]);
      expect(value[1]).toBeLessThan(1);
      const zero = ctc.valueAndGrad(scores, [1, 1, 1, 1], {
        ...none,
        labelLengths: [2, 1],
        infeasible: 'zero',
        reduction: 'mean',
      });
      expect(zero.value).toBe(value[1]! / 2);
      expect([...zero.grad]).toEqual([0, 0, 0, 0, ...grad.subarray(4).map((g) => g / 2)]);
    });
    it('equal labels need a blank between them', () => {
      const at = (steps: number) => ctc(new Float64Array(2 * steps), [1, 1], { batch: 1, classes: 2 });
      expect([at(1), at(2)]).toEqual([Infinity, Infinity]);
      expect(at(3)).toBeCloseTo(Math.log(8), 14);
    });
    it('a label that no step may have leaves no path, also between equal ones', () => {
      for (const of of [Float32Array, Float64Array]) {
        for (const [T, spelt] of [
          [3, [2, 2]],
          [5, [2, 2, 2]],
          [4, [1, 2, 2]],
        ] as const) {
          for (let t = 0; t < T; t++) {
            const scores = new of(3 * T);
            scores[3 * t] = -Infinity;
            const options = { batch: 1, classes: 3, reduction: 'none' } as const;
            // Every other step is a label, between equal ones a blank: there is but one path.
            const isBlank = (T === 4 ? [2] : [1, 3]).includes(t);
            expect(ctc.valueAndGrad(scores, spelt, options).value[0] === Infinity).toBe(isBlank);
            scores[3 * t] = 0;
            scores[3 * t + 2] = -Infinity;
            const isLabel = !isBlank && !(T === 4 && t === 0);
            const { value, grad } = ctc.valueAndGrad(scores, spelt, options);
            expect(value[0] === Infinity).toBe(isLabel);
            if (isLabel) expect(grad.every((g) => g === 0)).toBe(true);
          }
        }
      }
      const far = Float64Array.of(1e300, 0, 0, 0, 0, 0);
      expect(ctc(far, [1], { batch: 1, classes: 3, inputLengths: [1] })).toBe(1e300);
    });
    it('thousands of steps neither underflow nor are cut off', () => {
      const long = new Float32Array(2 * 4000);
      for (let t = 0; t < 4000; t++) long[2 * t + (t % 200 === 7 ? 1 : 0)] = 12;
      const spelt = new Int32Array(20).fill(1);
      const { value, grad } = ctc.valueAndGrad(long, spelt, { batch: 1, classes: 2 });
      // Hardly any path but the likeliest, each step of which costs ln(1 + e⁻¹²).
      expect(value).toBeLessThan(4000 * Math.log1p(Math.exp(-12)));
      expect(value).toBeGreaterThan(3900 * Math.log1p(Math.exp(-12)));
      expect(grad.every(Number.isFinite)).toBe(true);
      const against = long.map((z, k) => (k % 2 === 1 ? -1000 : z));
      expect(ctc(against, spelt, { batch: 1, classes: 2 }) / (20 * 1012)).toBeCloseTo(1, 1);
    });
    it('the mean is over sequences; PyTorch’s, over labels first, is made by weights', () => {
      const each = ctc(logits, labels, { ...flat, reduction: 'none' });
      const mean = each.reduce((a, b) => a + b, 0) / n;
      expect(ctc(logits, labels, flat)).toBeCloseTo(mean, 12);
      const sampleWeight = new Array(n).fill(1 / count);
      expect(ctc(logits, labels, { ...flat, sampleWeight, reduction: 'sum' }) / n).toBeCloseTo(mean / count, 12);
    });
    it('log-probabilities are logits', () => {
      const logs = logits.slice();
      for (let t = 0; t < logs.length; t += classes) {
        const norm = Math.log(logs.subarray(t, t + classes).reduce((sum, z) => sum + Math.exp(z), 0));
        for (let k = t; k < t + classes; k++) logs[k] = logs[k]! - norm;
      }
      expect(ctc(logs, labels, flat)).toBeCloseTo(ctc(logits, labels, flat), 12);
    });
  });

  it('adds up in accumulators, and in objectives', () => {
    const whole = ctc(logits, labels, all);
    const mean = accumulator(ctc, { classes });
    for (const [from, to] of [
      [0, 2],
      [2, 5],
    ] as const) {
      const part = (x: FloatArray | Int32Array | number[], each: number) => x.slice(from * each, to * each) as never;
      const lengths = { inputLengths: part(inputLengths, 1), labelLengths: part(labelLengths, 1) };
      mean.add(part(logits, steps * classes), part(labels, count), lengths);
    }
    expect(mean.value()).toBeCloseTo(whole, 12);
    expect(mean.count).toBe(n);
    expect(accumulator.from(JSON.parse(JSON.stringify(mean))).value()).toBe(mean.value());
    fails(() => accumulator(ctc, { labelLengths } as never), TypeError, 'labelLengths');
    const J = objective({ loss: ctc });
    expect(J.valueAndGrad([logits, labels, all]).grad.inputs).toEqual(ctc.valueAndGrad(logits, labels, all).grad);
  });

  it.each<[string, () => unknown, typeof RangeError | typeof TypeError, string]>([
    [
      'labels that are the blank',
      () =>
        ctc(
          logits,
          labels.map(() => 0),
          flat,
        ),
      RangeError,
      'labels[0] = 0 is the blank',
    ],
    [
      'labels beyond the classes',
      () => ctc(logits, replaced(7, 9), flat),
      RangeError,
      'labels[7] = 9 is out of range for 4 classes',
    ],
    ['labels below 0', () => ctc(logits, replaced(7, -1), flat), RangeError, 'labels[7] = -1'],
    [
      'half labels',
      () => ctc(logits, [...labels.slice(1), 1.5], flat),
      RangeError,
      'labels[14] = 1.5 is no whole number',
    ],
    [
      'labels as floats',
      () => ctc(logits, Float32Array.from(labels) as never, flat),
      TypeError,
      'labels must be whole numbers',
    ],
    [
      'labels that don’t fit',
      () => ctc(logits, labels.slice(1), flat),
      RangeError,
      'labels must be of a length that is a multiple of 5',
    ],
    [
      'logits that don’t fit',
      () => ctc(logits.slice(1), labels, flat),
      RangeError,
      'logits must be of a length that is a multiple of 20',
    ],
    [
      'no classes',
      () => ctc(logits, labels, { batch: n }),
      RangeError,
      'give { shape: [sequences, steps, classes] }, or { batch, classes }',
    ],
    [
      'no number of sequences',
      () => ctc(logits, labels, { classes }),
      RangeError,
      'the number of sequences isn’t known'.replace('’', "'"),
    ],
    [
      'logits of two dimensions',
      () => ctc([[1, 2]], [[1]]),
      RangeError,
      'logits must be of shape [sequences, steps, classes]',
    ],
    ['another batch', () => ctc([[[1, 2]]], [[1]], { batch: 2 }), RangeError, 'batch must be 1'],
    ['another width', () => ctc([[[1, 2]]], [[1]], { classes: 3 }), RangeError, 'classes must be 2'],
    ['labels of another batch', () => ctc([[[1, 2]]], [[1], [1]]), RangeError, 'labels must be of shape [1, labels]'],
    [
      'a length too many',
      () => ctc(logits, labels, { ...all, inputLengths: [1, 2, 3, 4, 5, 6] }),
      RangeError,
      'inputLengths must be of length 5',
    ],
    [
      'more steps than there are',
      () => ctc(logits, labels, { ...all, inputLengths: [9, 9, 10, 9, 9] }),
      RangeError,
      'inputLengths[2] must be at most 9',
    ],
    [
      'more labels than there are',
      () => ctc(logits, labels, { ...all, labelLengths: [3, 4, 3, 3, 3] }),
      RangeError,
      'labelLengths[1] must be at most 3',
    ],
    [
      'lengths below 0',
      () => ctc(logits, labels, { ...all, labelLengths: [3, -1, 3, 3, 3] }),
      RangeError,
      'labelLengths[1] must be a whole number >= 0, got -1',
    ],
    [
      'half lengths',
      () => ctc(logits, labels, { ...all, labelLengths: [1.5, 1, 3, 3, 3] }),
      RangeError,
      'labelLengths[0] must be a whole number',
    ],
    [
      'a blank that is no class',
      () => ctc(logits, labels, { ...flat, blank: 4 }),
      RangeError,
      'blank must be a class, below 4, got 4',
    ],
    [
      'a weight a step',
      () => ctc(logits, labels, { ...flat, sampleWeight: new Float64Array(n * steps) }),
      RangeError,
      'sampleWeight must be of length 5',
    ],
    [
      'a width of embeddings',
      () => ctc(logits, labels, { ...flat, dim: 4 } as never),
      TypeError,
      'unknown option `dim`',
    ],
  ])('refuses %s', (_, call, kind, message) => {
    fails(call, kind, 'ctc: ', message);
  });

  it('a bad label leaves no trace where its sequence has no weight', () => {
    const sampleWeight = [1, 1, 0, 1, 1];
    const value = ctc(logits, replaced(7, 99), { ...flat, sampleWeight });
    expect(value).toBe(ctc(logits, labels, { ...flat, sampleWeight }));
  });
});
