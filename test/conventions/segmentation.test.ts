/** What docs/segmentation.md says of regions: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, nan, near } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  /** Two images of two pixels and two classes. */
  const p = Float64Array.of(0.9, 0.1, 0.3, 0.7, 0.6, 0.4, 0.2, 0.8);
  const labels = Int32Array.of(0, 1, 1, 1);
  const last = { batch: 2, classes: 2 };

  it('A region is a class of an image', () => {
    const each = L.dice(p, labels, { ...last, reduction: 'none' });
    expect(each.length).toBe(4);
    const first = Float64Array.of(0.9, 0.3, 0.1, 0.7, 0.6, 0.2, 0.4, 0.8);
    all(L.dice(first, labels, { shape: [2, 2, 1, 2], axis: 1, reduction: 'none' }), [...each]);
  });

  it("Logits need `activation: 'softmax'` or `'sigmoid'`", () => {
    expect(() => L.dice([[[2, -1]]], [[0]])).toThrow(RangeError);
    const z = p.map((x) => Math.log(x));
    near(L.dice(z, labels, { ...last, activation: 'softmax' }), L.dice(p, labels, last));
    near(
      L.dice(
        p.map((x) => Math.log(x / (1 - x))),
        labels,
        { ...last, activation: 'sigmoid' },
      ),
      L.dice(p, labels, last),
    );
  });

  it('With one class integers are a mask: 1 is the object, 0 is not.', () => {
    const options = { shape: [1, 1, 4], axis: 1 };
    const mask = [1, 0, 1, 0];
    near(
      L.dice(p.slice(0, 4), Uint8Array.from(mask), options),
      L.dice(p.slice(0, 4), Float64Array.from(mask), options),
    );
  });

  it('the intersection is Σ min(p, y), not Σ p y', () => {
    const y = [0.7, 0.7, 0.2];
    const at = (x: number) => L.dice([[[x], [0.7], [0.2]]], [y.map((v) => [v])]);
    near(at(0.7), 0);
    expect(at(1)).toBeGreaterThan(at(0.75));
    const wanted = 1 - (2 * (0.7 + 0.7 + 0.2) + 1e-5) / (1.9 + 1.6 + 1e-5);
    near(at(1), wanted);
  });

  it('`ignoreIndex` takes pixels out of all regions', () => {
    const junk = Float64Array.of(...p.slice(0, 4), nan, 7, nan, -1);
    const { value, grad } = L.dice.valueAndGrad(junk, Int32Array.of(0, 1, 255, 255), { ...last, ignoreIndex: 255 });
    near(value as number, L.dice(p.slice(0, 4), labels.slice(0, 2), { batch: 1, classes: 2 }) / 2);
    all(grad.slice(4), [0, 0, 0, 0]);
  });

  it("A class that isn't in an image, and isn't predicted there either, has loss 0.", () => {
    const none = { batch: 1, classes: 2, reduction: 'none' } as const;
    all(L.dice([1, 0, 1, 0], [0, 0], none), [0, 0]);
    expect(L.dice([0.9, 0.1, 1, 0], [0, 0], none)[1]).toBeGreaterThan(0.99);
    expect(L.dice([0.9, 0.1, 1, 0], [0, 0], { ...none, smooth: 1 })[1]).toBeLessThan(0.1);
    expect(L.dice(p, labels, { ...last, overBatch: true, reduction: 'none' }).length).toBe(2);
  });

  it('`classWeight` and `sampleWeight` (one an image) weigh regions', () => {
    const each = L.dice(p, labels, { ...last, reduction: 'none' });
    near(L.dice(p, labels, { ...last, classWeight: [0, 1] }), (each[1]! + each[3]!) / 2);
    near(L.dice(p, labels, { ...last, sampleWeight: [0, 2] }), (each[2]! + each[3]!) / 2);
  });

  it('The score of a model on a data set', () => {
    // Each class: 1 or 2 pixels are right, of 2 or 3 that are one of both.
    const predicted = Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1);
    const score = 1 - L.jaccard(predicted, labels, { ...last, overBatch: true, smooth: 0 });
    near(score, (1 / 2 + 2 / 3) / 2);
  });
});
