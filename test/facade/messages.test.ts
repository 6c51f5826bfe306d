/** Messages lead to the way out: each names what people meant, and following it works. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { fails } from '../support/bad.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

const logits = [
  [2, -1, 0.5],
  [-0.3, 1, 2],
];
const oneHot = [
  [0, 1, 0],
  [1, 0, 0],
];
const logProbabilities = logits.map((row) => {
  const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
  return row.map((z) => z - Math.log(total));
});
const probabilities = logProbabilities.map((row) => row.map(Math.exp));

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));
  afterAll(async () => void (await L.init({ backend: 'wasm' })));

  it.each<[string, () => unknown, readonly string[]]>([
    [
      'logits for probabilities',
      () => L.binaryCrossEntropy([0.5, 2.3], [1, 0]),
      ['p[1] = 2.3', 'binaryCrossEntropyWithLogits'],
    ],
    [
      'float32 ones',
      () => L.binaryCrossEntropy(f32(0.5, -3), f32(1, 0)),
      ['p[1] = -3', 'binaryCrossEntropyWithLogits'],
    ],
    ['logits for focal', () => L.binaryFocal([2.3], [1]), ['p[0] = 2.3', 'binaryFocalWithLogits']],
    ['soft targets for focal', () => L.binaryFocal([0.3], [0.5]), ['target[0] = 0.5', 'binaryCrossEntropy']],
    [
      'soft targets for focal with logits',
      () => L.binaryFocalWithLogits([0.3], [0.5]),
      ['binaryCrossEntropyWithLogits'],
    ],
    ['targets of 0 and 1 for hinge', () => L.hinge([0.3, 1], [1, 0]), ['target[1] = 0', '2 * y - 1']],
    ['and for squared hinge', () => L.squaredHinge([0.3, 1], [1, 0]), ['target[1] = 0', '2 * y - 1']],
    ['logits of classes', () => L.categoricalCrossEntropy(logits, [0, 1]), ['p[0] = 2', 'crossEntropy', 'nll']],
    [
      'log-probabilities of classes',
      () => L.categoricalCrossEntropy(logProbabilities, oneHot),
      ['crossEntropy', 'nll'],
    ],
    ['entropy of logits', () => L.entropy(logits), ['p[0] = 2', 'softmax']],
    [
      'log-probabilities for q',
      () => L.klDivergence(logProbabilities, probabilities),
      ["{ input: 'logProbabilities' }", "{ input: 'logits' }"],
    ],
    [
      'log-probabilities for p',
      () => L.klDivergence(logits, logProbabilities, { input: 'logits' }),
      ["{ target: 'logProbabilities' }"],
    ],
    [
      'one-hot integers',
      () => L.crossEntropy(f32(1, 2, 3, 4), Int32Array.of(0, 1, 1, 0)),
      ['labels[1] = 1', '{ classes }'],
    ],
    [
      'one-hot integers for nll',
      () => L.nll(f32(-1, -2, -3, -4), Uint8Array.of(0, 1, 1, 0)),
      ['labels[1] = 1', '{ classes }'],
    ],
    [
      'rows that fit no batch',
      () => L.elbo({ recon: [1, 2, 3], target: [0, 1, 1], mu: [1, 1], logVar: [0, 0] }, { batch: 2 }),
      ['recon', 'batch = 2'],
    ],
  ])('%s', (_, call, parts) => {
    fails(call, RangeError, ...parts);
  });

  it('losses of labels say that they take no dense targets', () => {
    const flat = f32(1, 2, 3, 4, 5, 6);
    const said = 'one class label a row';
    for (const loss of [L.focal, L.multiclassHinge]) {
      fails(() => loss(logits, any(oneHot)), RangeError, 'labels', said);
      fails(() => loss(flat, any(f32(0, 1, 0, 1, 0, 0)), { classes: 3 }), RangeError, 'labels', said);
      fails(() => loss(flat, any(f32(0, 1, 0, 1, 0, 0))), TypeError, 'labels', said);
      fails(() => loss(flat, Int32Array.of(0, 1, 0, 1, 0, 0)), RangeError, 'labels[1] = 1', 'one label a row');
    }
  });

  it('what they say works', () => {
    expect(L.klDivergence(logProbabilities, probabilities, { input: 'logProbabilities' })).toBeCloseTo(0, 12);
    expect(L.klDivergence(logits, logProbabilities, { input: 'logits', target: 'logProbabilities' })).toBeCloseTo(
      0,
      12,
    );
    expect(L.crossEntropy(f32(1, 2, 3, 4), Int32Array.of(0, 1, 1, 0), { classes: 2 })).toBeGreaterThan(0);
  });

  it('conversions of labels: of arrays, and of tensors, which are no arrays', () => {
    const labels = f32(2, 1);
    const tf = { shape: [2], dataSync: () => labels, data: () => Promise.resolve(labels) };
    const ort = { dims: [2], data: labels, type: 'float32', location: 'cpu' };
    const expected = L.crossEntropy(logits, [2, 1]);
    fails(() => L.crossEntropy(logits, any(labels)), TypeError, 'Int32Array.from(x)');
    fails(() => L.crossEntropy(logits, any(tf)), TypeError, 'Int32Array.from(x.dataSync())');
    fails(() => L.crossEntropy(logits, any(ort)), TypeError, 'of x.data where that is an array');
    for (const x of [labels, tf.dataSync(), ort.data])
      expect(L.crossEntropy(logits, Int32Array.from(x))).toBe(expected);
    const long = { dims: [2], data: BigInt64Array.of(1n, 2n), type: 'int64', location: 'cpu' };
    fails(() => L.mse(any(long), [1, 2]), TypeError, 'Float64Array.from(x.data, Number)');
    expect(L.mse(Float64Array.from(long.data, Number), [1, 2])).toBe(0);
  });

  it('labels beyond int32 are shown as they are, and never wrap into a class or ignoreIndex', () => {
    const z = [[1, 2]];
    for (const x of [2n ** 63n, 2n ** 64n - 100n, 2n ** 64n - 1n, 2n ** 32n, 2n ** 32n + 1n]) {
      fails(
        () => L.crossEntropy(z, any(BigUint64Array.of(x)), { ignoreIndex: -100 }),
        RangeError,
        `labels[0] = ${x} is`,
      );
      fails(() => L.oneHot(any(BigUint64Array.of(x)), 3), RangeError, `labels[0] = ${x} is`);
    }
    expect(L.crossEntropy(z, any(BigUint64Array.of(1n)))).toBe(L.crossEntropy(z, [1]));
  });

  it('memory that there is not', () => {
    for (const n of [2 ** 40, 2 ** 53 - 1]) {
      fails(() => L.oneHot([0], n), RangeError, 'oneHot: ', 'GiB');
      fails(() => L.smoothLabels([0], 0.1, { classes: n }), RangeError, 'smoothLabels: ', 'GiB');
      for (const type of ['float32', 'float64', 'int32'] as const) {
        fails(() => L.allocate(type, n), RangeError, 'memory');
      }
    }
  });
});

describe('options that are near no other', () => {
  it.each<[() => unknown, string]>([
    [() => L.crossEntropy([[1, 2]], [0], { weight: [1, 1] } as never), '`classWeight` or `sampleWeight`'],
    [() => L.mse([1], [1], { weight: [1] } as never), 'did you mean `sampleWeight`?'],
    [
      () => L.gaussianNll.valueAndGrad([1], [0], [1], { out: { meanGrad: new Float64Array(1) } } as never),
      'unknown option `out.meanGrad`; did you mean `out.mean`?',
    ],
    [() => L.mse([1], [1], { weights: [1] } as never), 'did you mean `sampleWeight`?'],
    [() => L.ntXent([[1]], [[1]], { temp: 1 } as never), 'did you mean `temperature`?'],
    [() => L.binaryCrossEntropy([0.5], [1], { epsilon: 1e-7 } as never), 'did you mean `eps`?'],
    [() => L.mse([1], [1], { zzzz: 1 } as never), 'it has reduction'],
  ])('%s', (call, message) => {
    fails(call, TypeError, message);
  });
});
