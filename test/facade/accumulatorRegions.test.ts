/** Accumulators of regions that all images have in common, and of lists of labels to ignore. */
import { beforeAll, describe, expect, it } from 'vitest';
import { accumulator, dice, init, jaccard, nll, tversky } from '../../ts/index.ts';
import { random } from '../support/random.ts';

const [images, classes, pixels] = [6, 3, 5];
const { unit, below } = random('regions in common');
const pred = Float64Array.from({ length: images * classes * pixels }, unit);
const labels = Int32Array.from({ length: images * pixels }, () => below(classes));
const soft = Float64Array.from(pred, unit);
const sampleWeight = Float64Array.of(1, 0, 2.5, 1e-3, 1, 7);
const shape = (n: number): readonly number[] => [n, classes, pixels];

const near = (x: number, y: number): void => expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-13 * Math.abs(y));

describe.each(['reference', 'wasm'] as const)('overBatch, %s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  const parts = [
    [0, 1],
    [1, 2],
    [2, 5],
    [5, 6],
  ] as const;
  const cases = [dice, jaccard, tversky].flatMap((loss) =>
    [labels, soft].flatMap((target) =>
      [{}, { activation: 'softmax', classWeight: [1, 0.5, 3], smooth: 1, ignoreIndex: [2, 7] }].map(
        (options) => [loss.info.name, loss as typeof dice, target, { ...options, overBatch: true }] as const,
      ),
    ),
  );

  it.each(cases)('%s is that of one call, whatever the split and the order', (_, loss, target, given) => {
    const options = target === labels ? given : { ...given, ignoreIndex: null };
    const kept = options as { overBatch: true };
    for (const weights of [undefined, sampleWeight]) {
      const whole = loss.valueAndGrad(pred, target, {
        ...kept,
        shape: shape(images),
        axis: 1,
        sampleWeight: weights,
        reduction: 'sum',
      });
      const per = target.length / images;
      const cut = ([from, to]: readonly [number, number]) =>
        accumulator(loss, { ...kept, axis: 1 }).add(
          pred.subarray(from * classes * pixels, to * classes * pixels),
          target.subarray(from * per, to * per) as typeof labels,
          { shape: shape(to - from), sampleWeight: weights?.subarray(from, to) },
        );
      const sums = parts.map(cut);
      const all = sums.reduceRight((a, b) => a.merge(JSON.parse(JSON.stringify(b))));
      near(all.sum, whole.value);
      near(all.weight, whole.totalWeight);
      near(all.value(), whole.value / whole.totalWeight);
      expect(all.count).toBe(classes);
      const again = accumulator.from(JSON.parse(JSON.stringify(all)), loss);
      expect([again.value(), again.count]).toEqual([all.value(), classes]);
    }
  });

  it('class weights near 0 leave the weights of images alone', () => {
    const options = { shape: shape(images), axis: 1, overBatch: true, sampleWeight };
    near(dice(pred, labels, { ...options, classWeight: [1e-30, 1e-30, 1e-30] }), dice(pred, labels, options));
  });

  it('NaN stays, other classes are refused, nothing is 0', () => {
    const options = { overBatch: true };
    const empty = accumulator(dice, options);
    expect([empty.value(), empty.count, empty.weight]).toEqual([0, 0, 0]);
    empty.add([], [], { batch: 0, classes: 2 });
    expect(empty.count).toBe(0);
    // Images without a pixel.
    empty.add([], [], { batch: 2, classes: 3 }).merge(empty.toJSON());
    expect(empty.toJSON()).toMatchObject({ count: 0, sum: [0, 0], weight: [0, 0], overlaps: [] });
    const json = JSON.parse(JSON.stringify(empty));
    const again = accumulator.from(json, dice).merge(json).merge(accumulator(dice, options));
    expect([again.value(), again.count, again.weight]).toEqual([0, 0, 0]);
    expect(again.add([[[0.5, 0.5]]], [[0]]).value()).toBe(dice([[[0.5, 0.5]]], [[0]], options));
    const none = accumulator(dice, options).add([[[Number.NaN, 0.5]]], [[0]]);
    const { overlaps, ...bare } = none.toJSON();
    expect(accumulator.from(JSON.parse(JSON.stringify({ overlaps, ...bare })), dice).value()).toBeNaN();
    expect(() => none.add([[[0.5, 0.2, 0.3]]], [[0]])).toThrow('accumulator(dice).add: classes must be 2, as of');
    expect(() => accumulator.from(bare, dice)).toThrow('state.overlaps must be three sums');
    expect(() => accumulator.from({ ...bare, count: 0, weight: [0, 0] }, dice)).toThrow(TypeError);
    const apart = { ...accumulator(dice).toJSON(), overlaps };
    expect(() => accumulator.from(apart, dice)).toThrow(/overlaps must be left out, where overBatch is not true/);
    expect(() => accumulator(dice).merge(apart)).toThrow(TypeError);
    expect(() => accumulator.from({ ...bare, overlaps: [[1, 2]] }, dice)).toThrow(/overlaps must be three sums/);
    expect(() => accumulator.from({ ...bare, overlaps: [[1], [1], [1]] }, dice)).toThrow(/overlaps\[0\]/);
  });
});

describe('labels to ignore', () => {
  it('are the same in any order', () => {
    const [a, b, c] = [
      [1, 2],
      [2, 1, 2],
      [2, 3],
    ].map((ignoreIndex) => accumulator(nll, { ignoreIndex }).add([[-1, -2, -3]], [0]));
    expect(a!.merge(b!).count).toBe(2);
    expect(() => a!.merge(c!)).toThrow(RangeError);
    expect(accumulator(nll, { ignoreIndex: [1] }).merge(accumulator(nll, { ignoreIndex: 1 })).count).toBe(0);
  });
});
