/** What a loss with a linear layer takes and gives: arrays of every kind, options, other functions that take it, and what it says when something is wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import { type AnyLoss, innerOf, table } from '../support/losses.ts';
import { type Head, problem, type Result, resident } from './problem.ts';

const head = L.linearCrossEntropy as unknown as Head;
const [n, dim, classes] = [6, 5, 3];
const { hidden, weight, bias, labels } = problem('float32', n, dim, classes);
const linear = (loss: unknown) => L.linear(loss as never) as unknown as Head;

/** The same by hand. */
function composed(loss: AnyLoss, target: unknown[], options: object): Result {
  const z = new Float64Array(n * classes);
  for (let i = 0; i < n * classes; i++) {
    const [row, k] = [Math.floor(i / classes), i % classes];
    z[i] = bias[k]!;
    for (let d = 0; d < dim; d++) z[i]! += hidden[row * dim + d]! * weight[k * dim + d]!;
  }
  const {
    value,
    grad: g,
    totalWeight,
  } = loss.valueAndGrad(z, ...target, { classes, ...options }) as {
    value: number;
    grad: Float64Array;
    totalWeight: number;
  };
  const sum = (length: number, terms: number, of: (i: number, t: number) => number) =>
    Float64Array.from({ length }, (_, i) =>
      Array.from({ length: terms }, (_, t) => of(i, t)).reduce((a, b) => a + b, 0),
    );
  const grad = {
    hidden: sum(n * dim, classes, (i, k) => g[Math.floor(i / dim) * classes + k]! * weight[k * dim + (i % dim)]!),
    weight: sum(classes * dim, n, (i, r) => g[r * classes + Math.floor(i / dim)]! * hidden[r * dim + (i % dim)]!),
    bias: sum(classes, n, (k, r) => g[r * classes + k]!),
  };
  return { value, grad, totalWeight };
}

/** Whether two results are the same but for rounding. */
function expectClose(got: Result, expected: Result, digits = 5): void {
  expect(got.value as number).toBeCloseTo(expected.value as number, digits);
  expect(got.totalWeight).toBeCloseTo(expected.totalWeight, digits);
  for (const [name, x] of Object.entries(got.grad)) {
    x.forEach((y, i) => {
      expect(y, `${name}[${i}]`).toBeCloseTo(expected.grad[name]![i]!, digits);
    });
  }
}

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));
  const expected = () => composed(L.crossEntropy as unknown as AnyLoss, [labels], {});

  it('takes every loss of elements and rows that is differentiable in its first input, with its options', () => {
    let taken = 0;
    for (const [name, loss] of table) {
      const { compiled, info } = innerOf(loss)!;
      const fits =
        (info.shape === 'pointwise' || info.shape === 'rowwise') &&
        compiled !== null &&
        info.differentiable.length === 1 &&
        info.differentiable[0] === info.inputs[0]!.name;
      if (!fits) {
        expect(() => linear(loss), name).toThrow(
          new RegExp(`^linear: loss must be a loss of elements or rows .* got ${name}$`),
        );
        continue;
      }
      taken++;
      const own = linear(loss) as unknown as AnyLoss;
      expect(own.info).toMatchObject({ shape: 'linear', hessian: false, family: info.family });
      expect(own.info.name).toBe(`linear${name[0]!.toUpperCase()}${name.slice(1)}`);
      expect(own).toBe(linear(loss));
      expect(() => own.valueGradHess(hidden, weight, labels)).toThrow(`${own.info.name}: has no second derivative`);
      const form = info.inputs[1]?.domain;
      const target =
        form === undefined ? [] : form === 'labels' || form === 'classes' ? [labels] : [Array(n * classes).fill(1)];
      // Scores that are probabilities aren't what a layer gives: their losses say so, and where.
      const input = 'input' in info.parameters && info.inputs[0]!.domain === 'unit' ? { input: 'logits' } : {};
      const options = { sampleWeight: [1, 0, 2, 1, 0.5, 1], reduction: 'sum', ...input };
      try {
        expectClose(
          own.valueAndGrad(hidden, weight, ...target, { dim, bias, ...options }) as Result,
          composed(loss, target, options),
          3,
        );
      } catch (error) {
        expect((error as Error).message).toMatch(
          /is out of range: it must be (in \[0, 1\]|> -1|>= 0).*is hidden·weightᵀ \+ bias$/,
        );
      }
    }
    expect(taken).toBeGreaterThan(30);
  });

  it('takes tensors, nested arrays, float16, plain arrays, and rows in several dimensions', () => {
    const nested = (x: L.FloatArray, width: number) =>
      Array.from({ length: x.length / width }, (_, i) => Array.from(x.subarray(i * width, (i + 1) * width)));
    const want = expected();
    const tensor = (data: L.FloatArray, dims: number[]) => ({ data, dims, type: 'float32' });
    expectClose(head.valueAndGrad(nested(hidden, dim), nested(weight, dim), labels, { bias }), want);
    expectClose(
      head.valueAndGrad(tensor(hidden, [2, 3, dim]), tensor(weight, [classes, dim]), tensor(labels as never, [2, 3]), {
        bias,
      }),
      want,
    );
    expectClose(head.valueAndGrad(hidden, Array.from(weight), Array.from(labels), { classes, bias: [...bias] }), want);
    for (const option of [{ dim }, { classes }, { batch: n }, { shape: [n, dim] }, { dim, classes, batch: n }]) {
      expectClose(head.valueAndGrad(hidden, weight, labels, { ...option, bias: resident(bias) }), want);
    }
    // A half is exact where it has the digits.
    const coarse = weight.map((x) => Math.round(x * 64) / 64);
    const half = (x: number): number => {
      if (x === 0) return 0;
      const e = Math.floor(Math.log2(Math.abs(x)));
      return (x < 0 ? 0x8000 : 0) | ((e + 15) << 10) | Math.round((Math.abs(x) / 2 ** e - 1) * 1024);
    };
    const halves = { data: Uint16Array.from(coarse, half), dims: [classes, dim], type: 'float16' };
    const got = head.valueAndGrad(hidden, halves, labels, { bias });
    expect(got).toEqual(head.valueAndGrad(hidden, coarse, labels, { bias, dim }));
    expect(got.grad.weight).toBeInstanceOf(Float32Array);
  });

  it('one class is a number a row', () => {
    const mse = linear(L.mse);
    const [x, w, y] = [
      [
        [1, 2],
        [3, 4],
        [0, 1],
      ],
      [[0.5, -1]],
      [1, 2, 3],
    ];
    const want = { value: 42.5 / 3 };
    for (const target of [y, y.map((t) => [t]), { data: Float64Array.from(y), dims: [3] }]) {
      const { value, grad } = mse.valueAndGrad(x, w, target) as { value: number; grad: Result['grad'] };
      expect(value).toBeCloseTo(want.value, 12);
      expect([...grad.weight!].map((g) => g.toFixed(6))).toEqual(['-10.666667', '-18.000000']);
    }
  });

  it('gradients go where they are told, in part, and hidden takes its own place', () => {
    const all = head.valueAndGrad(hidden, weight, labels, { dim, bias });
    const out = { weight: new Float32Array(weight.length), bias: new Float32Array(classes) };
    const got = head.valueAndGrad(hidden, weight, labels, { dim, bias, out });
    expect(got).toEqual(all);
    expect(got.grad.weight).toBe(out.weight);
    const own = hidden.slice();
    expect(head.valueAndGrad(own, weight, labels, { dim, bias, out: { hidden: own } })).toEqual(all);
    // What isn't asked for stays.
    const kept = new Float32Array(weight.length).fill(7);
    head.valueAndGrad(hidden, weight, labels, { dim, grads: ['hidden'], out: { weight: kept } });
    expect(kept.every((x) => x === 7)).toBe(true);
  });

  it('a class whose bias is −∞ is left out, and nothing that weighs nothing is read', () => {
    const masked = head.valueAndGrad(
      hidden,
      weight,
      labels.map(() => 0),
      { dim, bias: [0, 0, -Infinity] },
    );
    const two = head.valueAndGrad(
      hidden,
      weight.subarray(0, 2 * dim),
      labels.map(() => 0),
      { dim },
    );
    expect(masked.value).toBeCloseTo(two.value as number, 6);
    expect([...masked.grad.weight!.subarray(2 * dim)].every((x) => x === 0)).toBe(true);
    const nothing = head.valueAndGrad(hidden, weight, labels, { dim, sampleWeight: new Float32Array(n) });
    expect(nothing).toMatchObject({ value: 0, totalWeight: 0 });
    expect(Object.values(nothing.grad).every((x) => x.every((y) => y === 0))).toBe(true);
    const empty = head.valueAndGrad(new Float32Array(0), weight, new Int32Array(0), { dim });
    expect(empty).toMatchObject({ value: 0, totalWeight: 0 });
    expect(empty.grad.weight).toEqual(new Float32Array(weight.length));
  });

  it('works in an accumulator: the bias is copied, the weight comes with each part', () => {
    const own = Array.from(bias);
    const mean = L.accumulator(L.linearCrossEntropy, { bias: own, dim });
    own.fill(0);
    const rows = (from: number, to: number) =>
      [hidden.subarray(from * dim, to * dim), weight, labels.subarray(from, to)] as const;
    mean.add(...rows(0, 2)).add(...rows(2, 6), { sampleWeight: [1, 2, 0, 1] });
    const want = head(hidden, weight, labels, { dim, bias, sampleWeight: [1, 1, 1, 2, 0, 1] }) as number;
    expect(mean.value()).toBeCloseTo(want, 6);
    expect(mean.count).toBe(6);
    const again = L.accumulator.from(JSON.parse(JSON.stringify(mean)));
    expect(again.merge(mean).value()).toBeCloseTo(want, 6);
    const masked = L.accumulator(L.linearCrossEntropy, { bias: [0, 0, -Infinity] });
    expect(L.accumulator.from(JSON.parse(JSON.stringify(masked))).merge(masked).count).toBe(0);
    expect(() => L.accumulator(L.linearCrossEntropy, { grads: ['hidden'] } as never)).toThrow(/unknown option `grads`/);
    expect(() => mean.add(...rows(0, 2), { bias: own } as never)).toThrow(/bias must be left out/);
  });

  it('works in an objective, with losses of the user’s own, and its gradients are those of its values', () => {
    const J = L.objective({ loss: L.linearCrossEntropy, regularizer: L.l2, lambda: 0.5 });
    const { value, data, penalty, grad } = J.valueAndGrad([hidden, weight, labels, { dim, bias }], weight);
    expectClose({ value: data, grad: grad.inputs as never, totalWeight: n }, expected());
    expect(value).toBeCloseTo(data + 0.5 * penalty, 6);
    const cauchy = L.defineLoss({
      name: 'cauchyOfLinear',
      parameters: { scale: 1 },
      value: (p, t, { scale }) => Math.log1p(((p - t) / scale) ** 2),
      grad: (p, t, { scale }) => (2 * (p - t)) / (scale ** 2 + (p - t) ** 2),
    });
    const target = Float64Array.from({ length: n * classes }, (_, i) => Math.cos(i));
    for (const [loss, y, options] of [
      [L.linear(cauchy), target, { scale: 0.7 }],
      [L.linearCrossEntropy, labels, { labelSmoothing: 0.1, ignoreIndex: 1 }],
    ] as const) {
      const checked = L.checkGradient(loss as never, [hidden, weight, y], { dim, bias, ...options });
      expect(checked).toMatchObject({ ok: true, checked: n * dim + classes * dim });
    }
  });

  describe('says what is wrong', () => {
    const call = (options: object, more: { h?: unknown; w?: unknown; y?: unknown } = {}) =>
      head.valueAndGrad(more.h ?? hidden, more.w ?? weight, more.y ?? labels, options);
    it.each<[string, () => unknown, typeof TypeError | typeof RangeError, RegExp]>([
      [
        'no width',
        () => call({}),
        RangeError,
        /hidden and weight are flat.*give \{ dim \} \(D\), \{ classes \} \(K\) or \{ batch \} \(N\)/,
      ],
      [
        'dim that does not fit',
        () => call({ dim: 4 }),
        RangeError,
        /hidden must be of a length that is a multiple of 4 \(dim = 4\), got length 30/,
      ],
      [
        'weight that does not fit',
        () => call({ dim, classes: 4 }),
        RangeError,
        /weight must be of a length that is a multiple of 4/,
      ],
      ['options that disagree', () => call({ dim, classes: 5 }), RangeError, /rows of 3: classes = 5/],
      ['batch that disagrees', () => call({ dim, batch: 3 }), RangeError, /rows of 10: batch = 3/],
      [
        'too few labels',
        () => call({ dim }, { y: labels.subarray(1) }),
        RangeError,
        /target must be .*6 labels or 18 dense targets.*got length 5/,
      ],
      [
        'a label out of range',
        () => call({ dim }, { y: Int32Array.of(0, 0, 0, 0, 9, 0) }),
        RangeError,
        /labels\[4\] = 9 is out of range for 3 classes/,
      ],
      [
        'a label out of range behind ignored ones',
        () => call({ dim, ignoreIndex: -1 }, { y: Int32Array.of(-1, 0, -1, 0, 9, 0) }),
        RangeError,
        /labels\[4\] = 9/,
      ],
      [
        'two precisions',
        () => call({ dim }, { w: Float64Array.from(weight) }),
        TypeError,
        /one precision, got weight a Float64Array|hidden a Float32Array and weight a Float64Array/,
      ],
      [
        'bias of another length',
        () => call({ dim, bias: [1, 2] }),
        RangeError,
        /bias must be one number per class, 3 in all, got length 2/,
      ],
      ['bias that is none', () => call({ dim, bias: 1 }), TypeError, /bias must be/],
      [
        'no gradient at all',
        () => call({ dim, grads: [] }),
        RangeError,
        /grads must be a list of 'hidden', 'weight', 'bias', at least one/,
      ],
      [
        'a gradient of something else',
        () => call({ dim, grads: ['wieght'] }),
        RangeError,
        /grads must be .* got "wieght"/,
      ],
      ['grads that are no list', () => call({ dim, grads: 'weight' }), TypeError, /grads must be a list/],
      [
        "the bias's gradient without one",
        () => call({ dim, grads: ['bias'] }),
        RangeError,
        /grads must be without 'bias' where there is none/,
      ],
      [
        'sums without a reduction',
        () => call({ dim, reduction: 'none' }),
        RangeError,
        /grads must be \['hidden'\] with reduction: 'none'.*sums over the rows/,
      ],
      [
        'the same with grads',
        () => call({ dim, reduction: 'none', grads: ['weight'] }),
        RangeError,
        /grads must be \['hidden'\] with reduction: 'none', got weight/,
      ],
      [
        'weight as its own gradient',
        () => call({ dim, out: { weight } }),
        RangeError,
        /out\.weight must be apart from weight/,
      ],
      [
        'outs that overlap',
        () => call({ dim, out: { hidden: hidden.subarray(0), weight: hidden.subarray(0, 15) } }),
        RangeError,
        /out\.weight must be apart from hidden|out\.hidden must be apart from out\.weight/,
      ],
      [
        'out that is no record',
        () => call({ dim, out: hidden }),
        TypeError,
        /out must be a record \{ hidden, weight, bias \}/,
      ],
      [
        'out of another length',
        () => call({ dim, out: { weight: new Float32Array(3) } }),
        RangeError,
        /out\.weight must be of length 15, got length 3/,
      ],
      ['an option of nobody', () => call({ dim, lableSmoothing: 0.1 }), TypeError, /did you mean `labelSmoothing`/],
      [
        'an axis',
        () => call({ dim, axis: 1 }),
        TypeError,
        /unknown option `axis`; a row of hidden is the last dimension/,
      ],
      [
        'labels that another axis would fit, which there is none of',
        () => L.linearCrossEntropy(new Float32Array(9), new Float32Array(9), [0, 1, 3], { batch: 3 }),
        RangeError,
        /labels\[2\] = 3 is out of range for 3 classes; labels are 0 to 2, or ignoreIndex/,
      ],
      [
        'a floor of second derivatives',
        () => call({ dim, hessianFloor: 1 }),
        TypeError,
        /unknown option `hessianFloor`; there is no second derivative/,
      ],
      [
        'a weight of three dimensions',
        () => call({}, { w: { data: weight, dims: [3, 5, 1] } }),
        RangeError,
        /weight must be of shape \[K, D\], got shape \[3, 5, 1\]/,
      ],
      [
        'weights of samples',
        () => call({ dim, sampleWeight: [1, -1, 1, 1, 1, 1] }),
        RangeError,
        /sampleWeight\[1\] must be finite and >= 0, got -1/,
      ],
    ])('%s', (_, wrong, kind, message) => {
      expect(wrong).toThrow(kind);
      expect(wrong).toThrow(/^linearCrossEntropy: /);
      expect(wrong).toThrow(message);
    });

    it('what cannot have a layer', () => {
      for (const x of [() => 1, undefined, null, {}, 'mse'])
        expect(() => linear(x)).toThrow(/^linear: loss must be a loss of this package/);
      expect(() => linear(L.linearCrossEntropy)).toThrow(TypeError);
      expect(() => linear(losses.elbo)).toThrow(TypeError);
      const own = L.defineLoss({ name: 'biased', parameters: { bias: 1 }, value: (p) => p, grad: () => 1 });
      expect(() => linear(own)).toThrow(/no option `bias`/);
    });

    it('scores out of the domain of the loss, by their place', () => {
      const bce = linear(L.binaryCrossEntropy);
      const h = [[0.1], [0.2], [5], [0.3]];
      expect(() => bce(h, [[1]], [1, 0, 1, 0])).toThrow(
        /linearBinaryCrossEntropy: p\[2\] = 5 is out of range.*p is hidden·weightᵀ \+ bias$/,
      );
      expect(() => bce(h, [[1]], [1, 0, 1, 0], { sampleWeight: [0, 1, 1, 0] })).toThrow(/p\[2\] = 5/);
      expect(bce(h, [[1]], [1, 0, 1, 0], { sampleWeight: [1, 1, 0, 0] })).toBeGreaterThan(0);
      expect(() => bce(h.slice(0, 2), [[1]], [1, 2])).toThrow(
        /^linearBinaryCrossEntropy: target\[1\] = 2 is out of range: it must be in \[0, 1\]$/,
      );
    });
  });
});
