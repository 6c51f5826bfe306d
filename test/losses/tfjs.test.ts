/** What docs/migration.md says of tf.js, compared with tf.js itself. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import * as k from '../../ts/index.ts';

// biome-ignore format: a matrix
const z = [[1, 0, -1], [0, 2, 0.5], [0.3, -0.2, 0.1]];
// biome-ignore format: a matrix
const oneHot = [[1, 0, 0], [0, 0, 1], [0, 1, 0]];

const { losses } = tf;
const t = (x: tf.TensorLike) => tf.tensor(x);
const number = (x: tf.Tensor) => x.dataSync()[0]!;
const gradAt = (x: number[][] | number[], loss: (x: tf.Tensor) => tf.Tensor) =>
  Array.from(tf.grad(loss)(t(x)).dataSync());
/** A loss by its name, as `compile` takes it. */
function named(loss: string, target: number[], pred: number[]): number {
  const model = tf.sequential({
    layers: [tf.layers.activation({ activation: 'linear', inputShape: [pred.length] })],
  });
  model.compile({ loss, optimizer: 'sgd' });
  return number(model.evaluate(t([pred]), t([target])) as tf.Scalar);
}
beforeAll(() => tf.setBackend('cpu'));

it('agrees', () => {
  const pairs = [
    [losses.huberLoss(t([0, 0]), t([1, 3]), undefined, 2), k.huber([1, 3], [0, 0], { delta: 2 })],
    [losses.hingeLoss(t([0, 1]), t([0.3, 0.4])), k.hinge([0.3, 0.4], [-1, 1])],
    [losses.sigmoidCrossEntropy(t(oneHot), t(z), undefined, 0.2), k.binaryCrossEntropyWithLogits(z, oneHot, { labelSmoothing: 0.2 })], // biome-ignore format: one case
    [losses.softmaxCrossEntropy(t(oneHot), t(z), undefined, 0.2), k.crossEntropy(z, oneHot, { labelSmoothing: 0.2 })],
    [tf.regularizers.l2({ l2: 0.1 }).apply(t([3, -1])), 0.1 * k.l2([3, -1])],
  ] as const;
  for (const [theirs, ours] of pairs) expect(number(theirs)).toBeCloseTo(ours, 5);
  expect(named('logcosh', [0, 0], [1, 3])).toBeCloseTo(k.logCosh([1, 3], [0, 0]), 5);
  expect(named('squaredHinge', [-1, 1], [0.3, 0.4])).toBeCloseTo(k.squaredHinge([0.3, 0.4], [-1, 1]), 5);
  expect(named('kullbackLeiblerDivergence', [0.9, 0.1], [0.5, 0.5])).toBeCloseTo(0.3680642, 5);
});

it('differs as the table says', () => {
  expect(gradAt([0], (x) => losses.absoluteDifference(t([0]), x))).toEqual([1]);
  expect(number(losses.sigmoidCrossEntropy(t([1]), t([Infinity])))).toBeNaN();
  expect(number(losses.softmaxCrossEntropy(t([[1, 0]]), t([[1, -Infinity]])))).toBeNaN();
  const half = gradAt([[1, 2]], (x) => losses.softmaxCrossEntropy(t([[0.5, 0]]), x));
  const { grad } = k.crossEntropy.valueAndGrad([[1, 2]], [[0.5, 0]]);
  expect(half[0]).not.toBeCloseTo(grad[0]!, 2);
  expect(number(losses.meanSquaredError(t([0, 0]), t([1, 2]), t([1, 3])))).toBeCloseTo(6.5);
  expect(number(losses.meanSquaredError(t([0, 0]), t([1, 2]), t([0, 0])))).toBeNaN();
  expect(number(losses.logLoss(t([1]), t([0])))).toBeCloseTo(Math.log(1e7), 4);
  expect(number(losses.cosineDistance(t([[2, 0]]), t([[2, 0]]), 1))).toBe(-3);
  expect(named('binaryCrossentropy', [1], [0])).toBeCloseTo(Math.log(1e7), 4);
  expect(named('categoricalCrossentropy', [1, 0], [0.3, 0.3])).toBeCloseTo(Math.LN2);
  expect(named('hinge', [0, 1], [0.3, 0.4])).toBeCloseTo(0.8);
  expect(named('categoricalHinge', [1, 0, 0], [-0.5, -2, -3])).toBeCloseTo(1.5);
  expect(() => k.mse(t([1, 2, 3]), t([[1], [2], [3]]))).toThrow(/nothing is broadcast/);
});
