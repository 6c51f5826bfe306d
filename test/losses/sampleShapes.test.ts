/** What has one number a sample, and comes with a shape, has that of the samples. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { npy } from '../support/npy.ts';

const rows = (n: number, width: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: width }, (_, k) => (i + k) % 2));
const tensor = (shape: number[], data = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1)) => ({
  data,
  shape,
});

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it.each<[string, () => unknown, RegExp]>([
    [
      '[1, 2] on [2, 2]',
      () => L.mse(rows(2, 2), rows(2, 2), { sampleWeight: [[1, 3]] }),
      /mse: sampleWeight .*\[2, 2\] or \[2\], as pred, got shape \[1, 2\]/,
    ],
    ['[2, 1] on [2, 2]', () => L.mse(rows(2, 2), rows(2, 2), { sampleWeight: [[1], [3]] }), /sampleWeight/],
    ['[3, 2] on [2, 3]', () => L.huber(rows(2, 3), rows(2, 3), { sampleWeight: rows(3, 2) }), /huber: sampleWeight/],
    [
      'a tensor [1, 3, 2] on [1, 2, 3]',
      () => L.mse(tensor([1, 2, 3]), tensor([1, 2, 3]), { sampleWeight: tensor([1, 3, 2]) }),
      /\[1, 2, 3\] or \[1, 2\]/,
    ],
    [
      'rows of three dimensions',
      () => L.crossEntropy(tensor([2, 3, 4]), [0, 1, 2, 3, 0, 1], { sampleWeight: tensor([3, 2]) }),
      /of shape \[2, 3\], as logits, got shape \[3, 2\]/,
    ],
    [
      'rows that options say',
      () => L.crossEntropy([1, 2, 3, 4], [0, 1], { classes: 2, sampleWeight: [[1, 3]] }),
      /of shape \[2\], as logits, got shape \[1, 2\]/,
    ],
    [
      'elements that options say',
      () => L.mse([1, 2, 3, 4], [0, 0, 0, 0], { dim: 2, sampleWeight: [[1, 3]] }),
      /\[2, 2\] or \[2\]/,
    ],
    [
      "a pair's target",
      () => L.contrastive(rows(2, 3), rows(2, 3), [[1, 0]]),
      /contrastive: target .*\[2\], as z1, got shape \[1, 2\]/,
    ],
    [
      "a pair's target beside flat pairs",
      () => L.contrastive([1, 2, 3, 4], [1, 2, 3, 4], [[1, 0]], { dim: 2 }),
      /contrastive: target/,
    ],
    [
      'an accumulator',
      () => L.accumulator(L.mse).add(rows(2, 2), rows(2, 2), { sampleWeight: [[1, 3]] }),
      /mse: sampleWeight/,
    ],
    [
      'an objective',
      () => L.objective({ loss: L.mse })([rows(2, 2), rows(2, 2), { sampleWeight: [[1, 3]] }]),
      /mse: sampleWeight/,
    ],
    [
      'elbo',
      () =>
        L.elbo(
          { recon: rows(2, 3), target: rows(2, 3), mu: rows(2, 2), logVar: rows(2, 2) },
          { sampleWeight: [[1, 3]] },
        ),
      /elbo: sampleWeight/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  it('takes the shape of the samples, its leading dimensions, and flat weights', () => {
    const [pred, target] = [
      [
        [1, 2],
        [3, 5],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ];
    const byElement = (1 + 2 * 4 + 3 * 9 + 4 * 25) / 10;
    for (const sampleWeight of [
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3, 4],
      tensor([2, 2], Float64Array.of(1, 2, 3, 4)),
      tensor([4], Float64Array.of(1, 2, 3, 4)),
    ]) {
      expect(L.mse(pred, target, { sampleWeight })).toBeCloseTo(byElement, 12);
    }
    for (const sampleWeight of [[1, 3], tensor([2], Float64Array.of(1, 3))]) {
      expect(L.mse(pred, target, { sampleWeight })).toBeCloseTo((5 + 3 * 34) / 8, 12);
    }
    expect(
      L.mse([1, 2, 3, 5], [0, 0, 0, 0], {
        sampleWeight: [
          [1, 2],
          [3, 4],
        ],
      }),
    ).toBeCloseTo(byElement, 12);
    const logits = tensor([2, 2, 2]);
    expect(
      L.crossEntropy(logits, [0, 1, 0, 1], {
        sampleWeight: [
          [1, 2],
          [3, 4],
        ],
      }),
    ).toBeCloseTo(Math.LN2, 12);
  });
});

describe('on the command line', () => {
  const place = new Place();
  afterAll(() => place.remove());

  it('weights have the shape of the samples as well', async () => {
    place.put('pred.npy', npy('<f8', [2, 2], [1, 2, 3, 5]));
    place.put('target.npy', npy('<f8', [2, 2], [0, 0, 0, 0]));
    const shapes = { rows: [2], column: [2, 1], wide: [1, 2] };
    for (const [name, shape] of Object.entries(shapes)) place.put(`${name}.npy`, npy('<f8', shape, [1, 3]));
    place.put('elements.npy', npy('<f8', [2, 2], [1, 2, 3, 4]));
    place.put('weights.csv', '1\n3\n');
    const line = 'eval mse --pred pred.npy --target target.npy --sample-weight';
    for (const file of ['rows.npy', 'column.npy', 'weights.csv']) {
      expect((await place.json(`${line} ${file}`)).value).toBe(107 / 8);
    }
    expect((await place.json(`${line} elements.npy`)).value).toBe(136 / 10);
    const { message } = await place.failure(`${line} wide.npy`);
    expect(message).toBe('wide.npy: weights of shape [1, 2] for samples of shape [2, 2]');
  });
});
