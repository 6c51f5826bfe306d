/** Each message that names a way out: the call that gets it, and the same call as it says. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

const rows = [
  [2, -1, 0.5],
  [-0.3, 1, 2],
];
const flat = f32(2, -1, 0.5, -0.3, 1, 2);
const one = f32(1);
const channelsFirst = Float32Array.from({ length: 24 }, Math.sin);
const pixels = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1);
const promise = Promise.resolve([1]);
const json = JSON.stringify(L.accumulator(L.mse).add([3], [1]));
const gpu = { dims: [1], type: 'float32', location: 'gpu-buffer', data: f32(1) };

type Fix = readonly [wrong: () => unknown, said: string, right: () => unknown | Promise<unknown>];

const inputs: readonly Fix[] = [
  [() => L.mse(any(1), [2]), 'wrap a single number in an array', () => L.mse([1], [2])],
  [() => L.mse(any(promise), [1]), 'await it first', async () => L.mse(await promise, [1])],
  [
    () => L.mse(any(new ArrayBuffer(4)), one),
    'wrap it in a Float32Array',
    () => L.mse(new Float32Array(new ArrayBuffer(4)), one),
  ],
  [() => L.mse(any(new Set([1])), [1]), 'Array.from(x.values())', () => L.mse(Array.from(new Set([1]).values()), [1])],
  [
    () => L.mse(any(BigInt64Array.of(1n)), [1]),
    'Float64Array.from(x, Number)',
    () => L.mse(Float64Array.from(BigInt64Array.of(1n), Number), [1]),
  ],
  [() => L.mse(any(gpu), [1]), 'pass what that gives', () => L.mse(gpu.data, [1])],
  [
    () => L.triplet(any(f32(1, 2)), f64(1, 2), f32(1, 2), { dim: 2 }),
    'Float32Array.from(positive)',
    () => L.triplet(f32(1, 2), Float32Array.from(f64(1, 2)), f32(1, 2), { dim: 2 }),
  ],
  [() => L.mse([1, 2], [1]), 'repeat one of them', () => L.mse([1, 2], [1, 1])],
  [
    () => L.crossEntropy(rows, any(f32(0, 1))),
    'Int32Array.from(x)',
    () => L.crossEntropy(rows, Int32Array.from(f32(0, 1))),
  ],
];

const shapes: readonly Fix[] = [
  [
    () => L.crossEntropy(channelsFirst, pixels, { shape: [2, 3, 4] }),
    'axis: 1 would fit',
    () => L.crossEntropy(channelsFirst, pixels, { shape: [2, 3, 4], axis: 1 }),
  ],
  [
    () =>
      L.entropy({ data: f32(0.5, 0.1, 0.5, 0.9), shape: [2, 2] }, { sampleWeight: { data: f32(1, 2), shape: [1, 2] } }),
    'or flat',
    () => L.entropy({ data: f32(0.5, 0.1, 0.5, 0.9), shape: [2, 2] }, { sampleWeight: f32(1, 2) }),
  ],
  [
    () => L.crossEntropy(flat, f32(0, 1, 0, 1, 0, 0)),
    'say { classes: 10 }',
    () => L.crossEntropy(flat, f32(0, 1, 0, 1, 0, 0), { classes: 3 }),
  ],
  [
    () => L.crossEntropy(flat, f32(0, 1, 0, 1, 0, 0)),
    '{ batch }',
    () => L.crossEntropy(flat, f32(0, 1, 0, 1, 0, 0), { batch: 2 }),
  ],
  [() => L.triplet(flat, flat, flat), 'or { shape }', () => L.triplet(flat, flat, flat, { shape: [2, 3] })],
  [() => L.dice(f32(0.1, 0.2), [0]), '{ batch, classes }', () => L.dice(f32(0.1, 0.2), [0], { batch: 1, classes: 2 })],
  [
    () => L.dice(f32(0.1, 0.2), [0]),
    'shape: [images, classes, height, width], axis: 1',
    () => L.dice(f32(0.1, 0.2), [0], { shape: [1, 2, 1, 1], axis: 1 }),
  ],
  [() => L.ctc(flat, [[1]]), '{ shape: [sequences, steps, classes] }', () => L.ctc(flat, [[1]], { shape: [1, 2, 3] })],
  [() => L.ctc(flat, [[1]]), '{ batch, classes }', () => L.ctc(flat, [[1]], { batch: 1, classes: 3 })],
  [
    () => L.linearCrossEntropy(flat, flat, [0, 1]),
    'give { dim }',
    () => L.linearCrossEntropy(flat, flat, [0, 1], { dim: 3 }),
  ],
  [
    () => L.mse(rows, rows, { sampleWeight: [1, 2, 3] }),
    '2 (one per row)',
    () => L.mse(rows, rows, { sampleWeight: [1, 2] }),
  ],
  [
    () => L.mse(flat, flat, { sampleWeight: [1, 2] }),
    'add { batch: 2 }',
    () => L.mse(flat, flat, { sampleWeight: [1, 2], batch: 2 }),
  ],
  [() => L.smoothLabels([0, 1], 0.1), 'classes must be given', () => L.smoothLabels([0, 1], 0.1, { classes: 2 })],
];

const domains: readonly Fix[] = [
  [
    () => L.crossEntropy(rows, [0, -100]),
    'or ignoreIndex',
    () => L.crossEntropy(rows, [0, -100], { ignoreIndex: -100 }),
  ],
  [
    () => L.softMargin([1, 2], [0, 1]),
    '2 * y - 1',
    () =>
      L.softMargin(
        [1, 2],
        [0, 1].map((y) => 2 * y - 1),
      ),
  ],
  [
    () => L.asymmetric([1], [0.5]),
    'binaryCrossEntropyWithLogits takes soft targets',
    () => L.binaryCrossEntropyWithLogits([1], [0.5]),
  ],
  [
    () => L.dice([[[1.5, 0.5]]], [[0]]),
    "activation: 'sigmoid' or 'softmax'",
    () => L.dice([[[1.5, 0.5]]], [[0]], { activation: 'softmax' }),
  ],
  [() => L.msle([-2], [1]), 'mse or huber', () => [L.mse([-2], [1]), L.huber([-2], [1])]],
  [
    () =>
      L.ctc(
        [
          [
            [1, 2],
            [1, 2],
          ],
        ],
        [[1, 0]],
      ),
    '{ labelLengths }',
    () =>
      L.ctc(
        [
          [
            [1, 2],
            [1, 2],
          ],
        ],
        [[1, 0]],
        { labelLengths: [1] },
      ),
  ],
  [
    () =>
      L.ctc(
        [
          [
            [1, 2],
            [1, 2],
          ],
        ],
        [[0]],
      ),
    '{ blank }',
    () =>
      L.ctc(
        [
          [
            [1, 2],
            [1, 2],
          ],
        ],
        [[0]],
        { blank: 1 },
      ),
  ],
  [() => L.huber(one, one, { delta: 1e-60 }), 'give float64 arrays', () => L.huber(f64(1), f64(1), { delta: 1e-60 })],
  [
    () => L.mse([1], [1], { sampleWeight: [1e-320] }),
    'scale the weights up',
    () => L.mse([1], [1], { sampleWeight: [1] }),
  ],
  [
    () => L.mse([1], [1], { sampleWeight: [Number.MAX_VALUE, Number.MAX_VALUE] } as never),
    'one per element',
    () => L.mse([1], [1], { sampleWeight: [1] }),
  ],
];

const options: readonly Fix[] = [
  [
    () => L.mse([1], [1], any({ divisor: 2, reduction: 'sum' })),
    "reduction: 'mean'",
    () => L.mse([1], [1], { divisor: 2, reduction: 'mean' }),
  ],
  [
    () => L.ntXent.valueAndGrad([[1, 2]], [[1, 3]], any({ reduction: 'none' })),
    "'mean' or 'sum' for a gradient",
    () => L.ntXent.valueAndGrad([[1, 2]], [[1, 3]], { reduction: 'sum' }),
  ],
  [
    () => L.crossEntropy.valueGradHess(rows, [0, 1], { softcap: 3 }),
    'use valueAndGrad',
    () => L.crossEntropy.valueAndGrad(rows, [0, 1], { softcap: 3 }),
  ],
  [
    () => L.rankNet(f32(1, 2, 3), f32(1, 0, 1), { groups: [3], dim: 3 }),
    'left out with groups',
    () => L.rankNet(f32(1, 2, 3), f32(1, 0, 1), { groups: [3] }),
  ],
  [
    () => L.rankNet(f32(1, 2, 3), f32(1, 0, 1), { groups: [1, 1] }),
    'add up to the length of scores, 3',
    () => L.rankNet(f32(1, 2, 3), f32(1, 0, 1), { groups: [1, 2] }),
  ],
  [
    () => L.linearCrossEntropy.valueAndGrad(flat, flat, [0, 1], any({ dim: 3, reduction: 'none' })),
    "['hidden'] with reduction: 'none'",
    () => L.linearCrossEntropy.valueAndGrad(flat, flat, [0, 1], { dim: 3, reduction: 'none', grads: ['hidden'] }),
  ],
  [
    () => L.mse.valueAndGrad(one, one, any({ out: f64(0) })),
    'out must be a Float32Array',
    () => L.mse.valueAndGrad(one, one, { out: f32(0) }),
  ],
  [
    () => L.objective({ loss: L.mse, lambda: 1 }),
    'say l2',
    () => L.objective({ loss: L.mse, lambda: 1, regularizer: L.l2 }),
  ],
  [() => L.objective({ loss: L.mse })(any([1, 1])), 'wrap', () => L.objective({ loss: L.mse })([[1], [1]])],
  [
    () => L.objective({ loss: L.mse })([[1], [1], any({ reduction: 'none' })]),
    "'mean' or 'sum'",
    () => L.objective({ loss: L.mse })([[1], [1], { reduction: 'sum' }]),
  ],
  [() => L.accumulator.from(any(json)), 'parse the JSON text first', () => L.accumulator.from(JSON.parse(json))],
  [
    () => L.accumulator.from(any(L.mse)),
    'the state comes first, then the loss',
    () => L.accumulator.from(JSON.parse(json), L.mse),
  ],
  [
    () => L.accumulator(L.huber).add([1], [1], any({ delta: 2 })),
    'parameters belong to accumulator()',
    () => L.accumulator(L.huber, { delta: 2 }).add([1], [1]),
  ],
  [
    () => L.accumulator(L.mse).add([3], [1], any({ divisor: 2 })),
    'divide `sum` by it',
    () => L.accumulator(L.mse).add([3], [1]).sum / 2,
  ],
  [
    () => L.accumulator(L.mse).add([3], [1], any({ reduction: 'sum' })),
    'and `sum` the sum',
    () => L.accumulator(L.mse).add([3], [1]).sum,
  ],
  [
    () => L.accumulator(L.mse, any({ reduction: 'mean' })),
    '`value()` is the mean',
    () => L.accumulator(L.mse).add([3], [1]).value(),
  ],
  [
    () => L.accumulator(L.mse).add([3], [1], any({ out: new Float64Array(1) })),
    'an accumulator has no gradients',
    () => L.mse.valueAndGrad([3], [1], { out: new Float64Array(1) }),
  ],
  [
    () => L.chooseLoss(any({ task: 'regresion' })),
    "did you mean 'regression'?",
    () => L.chooseLoss({ task: 'regression' }),
  ],
];

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it.each(
    Object.entries({ inputs, shapes, domains, options }).flatMap(([group, fixes]) =>
      fixes.map(([wrong, said, right]) => [group, said, wrong, right] as const),
    ),
  )('%s: %s', async (_, said, wrong, right) => {
    expect(wrong).toThrow(said);
    await right();
  });

  it('names no axis that something else of the call speaks against', () => {
    const labels = [0, 1];
    const images = { data: new Float32Array(120), shape: [2, 3, 4, 5] };
    for (const call of [
      () => L.crossEntropy(rows, labels, { classWeight: [1, 2] }),
      () => L.crossEntropy(rows, labels, { sampleWeight: [1, 2, 3] }),
      () => L.focal(rows, labels, { alpha: [1, 2] }),
      // Labels of a shape, or of a number, that only the axis taken has; and one that is out of range whichever is taken.
      () => L.crossEntropy(images, { data: new Int32Array(24), shape: [2, 3, 4] }, { classWeight: [1, 2, 3] }),
      () => L.focal(images, new Int32Array(24), { alpha: f32(1, 2, 3) }),
      () => L.nll(images, new Int32Array(24), { sampleWeight: new Float32Array(40) }),
      () => L.crossEntropy({ data: new Float32Array(27), shape: [3, 3, 3] }, Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 3)),
      () => L.poly1({ data: new Float32Array(9), shape: [3, 3] }, [0, 1, 3]),
    ]) {
      expect(call).toThrow(RangeError);
      expect(call).not.toThrow('would fit');
    }
    // A label that is no class of that axis either, labels of another shape, and the images of a segmentation.
    const cube = new Float32Array(18);
    const ones = (...shape: number[]) => ({ data: Int32Array.from({ length: 6 }, (_, i) => (i === 3 ? 3 : 1)), shape });
    for (const call of [
      () => L.crossEntropy(cube, ones().data, { shape: [3, 3, 2], axis: 1 }),
      () => L.crossEntropy({ data: new Float32Array(36), shape: [6, 3, 2] }, ones(2, 3), { axis: 0 }),
      () => L.crossEntropy(new Float32Array(20), Int32Array.of(0, 0, 0, 0, -1), { shape: [5, 4], axis: 1 }),
      () => L.dice(new Float32Array(24), ones().data, { shape: [4, 3, 2], axis: 1, activation: 'softmax' }),
    ]) {
      expect(call).toThrow(RangeError);
      expect(call).not.toThrow('would fit');
    }
    // Without labels another axis may be what was meant, and is.
    const p = { data: f32(0.5, 0.5, 0.1, 0.9, 0.4, 0.6), shape: [3, 2] };
    const weighed = { sampleWeight: f32(1, 2) };
    expect(() => L.entropy(p, weighed)).toThrow('axis: 0 would fit');
    expect(L.entropy(p, { ...weighed, axis: 0 })).toBeGreaterThan(0);
  });
});
