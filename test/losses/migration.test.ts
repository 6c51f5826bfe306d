/**
 * docs/migration.md says what is the same elsewhere and what differs: here with the numbers that PyTorch 2.15, Keras 3.15 and Optax 0.2.8
 * printed for the expressions beside them. tfjs.test.ts does the same for tf.js, which runs there.
 */
import { describe, expect, it } from 'vitest';
import * as k from '../../ts/index.ts';

// biome-ignore format: a matrix
const z = [[1, 0, -1], [0, 2, 0.5], [0.3, -0.2, 0.1]];
const y = [0, 2, 1];
// biome-ignore format: a matrix
const oneHot = [[1, 0, 0], [0, 0, 1], [0, 1, 0]];
// biome-ignore format: a matrix
const z2 = [[1, 0], [0, 1], [2, 0]];
const y2 = [0, 0, 1];
const classWeight = [0.5, 1];
// biome-ignore format: a matrix
const p = [[0.9, 0.1], [0.2, 0.8]];
// biome-ignore format: a matrix
const q = [[0.5, 0.5], [0.3, 0.7]];
const log = (rows: number[][]) => rows.map((row) => row.map(Math.log));
const softmax = (rows: number[][]) =>
  rows.map((row) => row.map((x) => Math.exp(x) / row.reduce((sum, other) => sum + Math.exp(other), 0)));
const euclidean = { margin: 5, distance: 'euclidean' } as const;
const logs = { input: 'logProbabilities' } as const;

/** What is the same: the expression there, its value, and the call here. */
const same: [string, number, () => number][] = [
  // torch.nn.functional as F, w = [0.5, 1]
  ['F.cross_entropy(z2, y2, weight=w)', 1.4700948492805976, () => k.crossEntropy(z2, y2, { classWeight })],
  [
    'F.cross_entropy(z2, y2, weight=w, label_smoothing=0.1)',
    1.4388397913305162,
    () => k.crossEntropy(z2, y2, { classWeight, labelSmoothing: 0.1 }),
  ],
  [
    'F.nll_loss(log_softmax(z2, 1), y2, weight=w)',
    1.4700948492805976,
    () => k.nll(log(softmax(z2)), y2, { classWeight }),
  ],
  [
    'F.binary_cross_entropy_with_logits([[0.3, -1]], [[1, 0.4]], pos_weight=[3, 2])',
    1.4508160479655465,
    () => k.binaryCrossEntropyWithLogits([[0.3, -1]], [[1, 0.4]], { posWeight: [3, 2] }),
  ],
  ["F.kl_div(log(q), p, reduction='batchmean')", 0.1968981498232412, () => k.klDivergence(q, p)],
  ['F.kl_div(log(q), …)', 0.1968981498232412, () => k.klDivergence(log(q), p, logs)],
  [
    'F.kl_div(log(q), log(p), log_target=True, …)',
    0.19689814982324122,
    () => k.klDivergence(log(q), log(p), { ...logs, target: 'logProbabilities' }),
  ],
  ['F.huber_loss([1, 3], [0, 0], delta=2)', 2.25, () => k.huber([1, 3], [0, 0], { delta: 2 })],
  ['F.smooth_l1_loss([1, 3], [0, 0], beta=2)', 1.125, () => k.smoothL1([1, 3], [0, 0], { beta: 2 })],
  ['F.gaussian_nll_loss([1, 3], [0, 0], [2, 0.5])', 4.625, () => k.gaussianNll([1, 3], [0, 0], log([[2, 0.5]])[0]!)],
  [
    'F.multi_margin_loss(z, y, p=2, margin=0.5)',
    0.6266666666666666,
    () => k.multiclassHinge(z, y, { variant: 'westonWatkins', p: 2, margin: 0.5 }),
  ],
  [
    'F.triplet_margin_with_distance_loss([[1, 0.2]], [[1, 1]], [[0.1, 2]], 1 - cosine_similarity)',
    0.41278901648833743,
    () => k.triplet([[1, 0.2]], [[1, 1]], [[0.1, 2]], { distance: 'cosine' }),
  ],
  [
    'kl_divergence(Normal([0.5, 1], [2, 0.5]), Normal(0, 1)).sum()',
    1.75,
    () => k.gaussianKl([[0.5, 1]], log([[4, 0.25]])),
  ],
  ['F.soft_margin_loss([0.3, -1, 2], [1, -1, -1])', 0.9981816476765742, () => k.binaryCrossEntropyWithLogits([0.3, -1, 2], [1, 0, 0])], // biome-ignore format: one case
  ['F.multilabel_soft_margin_loss([[0.3, -1], [2, 0.1]], [[1, 0], [0, 1]])', 0.9097354007758234, () => k.binaryCrossEntropyWithLogits([[0.3, -1], [2, 0.1]], [[1, 0], [0, 1]])], // biome-ignore format: one case
  // keras.losses, float64
  ['CategoricalCrossentropy(from_logits=True)(oneHot, z)', 1.1999669981139942, () => k.crossEntropy(z, oneHot)],
  [
    'CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)(oneHot, z)',
    1.226633664780661,
    () => k.crossEntropy(z, oneHot, { labelSmoothing: 0.2 }),
  ],
  ['CategoricalCrossentropy()(oneHot, p)', 1.1999669981139942, () => k.categoricalCrossEntropy(softmax(z), oneHot)],
  [
    'SparseCategoricalCrossentropy(from_logits=True, ignore_class=2)(y, z)',
    0.8967726410564181,
    () => k.crossEntropy(z, y, { ignoreIndex: 2 }),
  ],
  [
    'BinaryCrossentropy(from_logits=True, label_smoothing=0.2)(oneHot, z)',
    0.77785706,
    () => k.binaryCrossEntropyWithLogits(z, oneHot, { labelSmoothing: 0.2 }),
  ],
  ['BinaryCrossentropy()([[1]], [[0]])', 16.1180954, () => k.binaryCrossEntropy([0], [1], { eps: 1e-7 })],
  ['BinaryFocalCrossentropy(from_logits=True)(oneHot, z)', 0.31532384, () => k.binaryFocalWithLogits(z, oneHot)],
  [
    'BinaryFocalCrossentropy(from_logits=True, apply_class_balancing=True)(oneHot, z)',
    0.21807493,
    () => k.binaryFocalWithLogits(z, oneHot, { alpha: 0.25 }),
  ],
  ['CategoricalFocalCrossentropy(from_logits=True)', 0.1738982534, () => k.focal(z, y, { alpha: 0.25 })],
  ['SquaredHinge()([[-1, 1]], [[0.3, 0.4]])', 1.025, () => k.squaredHinge([0.3, 0.4], [-1, 1])],
  ['LogCosh()([[0, 0, 0]], [[1, 3, -0.5]])', 0.95440795, () => k.logCosh([1, 3, -0.5], [0, 0, 0])],
  ['KLDivergence()([[0.9, 0.1]], [[0.5, 0.5]])', 0.3680642, () => k.klDivergence([[0.5, 0.5]], [[0.9, 0.1]])],
  [
    "MeanSquaredError(reduction='mean_with_sample_weight')([[0], [0]], [[1], [2]], sample_weight=[1, 3])",
    3.25,
    () => k.mse([1, 2], [0, 0], { sampleWeight: [1, 3] }),
  ],
  ['L1L2(0.1, 0.2)([3, -1])', 2.4, () => 0.5 * k.elasticNet([3, -1], { l1Ratio: 0.1 / 0.5 })],
  // optax.losses
  ['multiclass_hinge_loss(z, y).mean()', 4 / 3, () => k.multiclassHinge(z, y)],
  ['l2_loss([1, 2], [0, 0]).mean()', 1.25, () => k.mse([1, 2], [0, 0]) / 2],
  ['triplet_margin_loss([[0, 0]], [[1, 0]], [[0, 2]], margin=5)', 4.00000025, () => k.triplet([[0, 0]], [[1, 0]], [[0, 2]], euclidean)], // biome-ignore format: one case
  [
    'ntxent([[1, 0.2], [0.1, 1], [1, 0.1], [0.3, 1]], [0, 1, 0, 1], temperature=0.5)',
    0.43882417262572,
    () => k.ntXent([[1, 0.2], [0.1, 1]], [[1, 0.1], [0.3, 1]]), // biome-ignore format: matrices
  ],
];

describe('the same elsewhere', () => {
  it.each(same)('%s', (_, theirs, ours) => expect(ours()).toBeCloseTo(theirs, 6));
});

describe('different elsewhere', () => {
  const different: [string, number, () => number, number][] = [
    ['F.cross_entropy(z2, one_hot(y2), weight=w): / n', 0.9800632328537318, () => k.crossEntropy(z2, [[1, 0], [1, 0], [0, 1]], { classWeight }), 1.4700948492805976], // biome-ignore format: one case
    ['F.cross_entropy, all ignored', Number.NaN, () => k.crossEntropy(z2, [9, 9, 9], { ignoreIndex: 9 }), 0],
    ['F.binary_cross_entropy([0], [1])', 100, () => k.binaryCrossEntropy([0], [1]), Infinity],
    ['F.kl_div(log(q), p)', 0.0984490749116206, () => k.klDivergence(q, p), 0.1968981498232412],
    ['Categorical([0.2, 0.2]).entropy()', Math.LN2, () => k.entropy([[0.2, 0.2]]), -0.4 * Math.log(0.2)],
    ['CategoricalHinge()([[1, 0, 0]], [[-0.5, -2, -3]])', 1.5, () => k.multiclassHinge([[-0.5, -2, -3]], [0]), 0],
    ['MeanSquaredError(), sample_weight=[1, 3]', 6.5, () => k.mse([1, 2], [0, 0], { sampleWeight: [1, 3] }), 3.25],
    ['CategoricalCrossentropy()(oneHot, p / 2)', 1.1999669981, () => k.categoricalCrossEntropy(softmax(z).map((row) => row.map((x) => x / 2)), oneHot), 1.1999669981 + Math.LN2], // biome-ignore format: one case
    ['softmax_cross_entropy([0, -inf], [1, 0])', Number.NaN, () => k.crossEntropy([[0, -Infinity]], [[1, 0]]), 0],
  ];
  it.each(different)('%s is %d', (_, theirs, ours, here) => {
    expect(ours()).not.toBeCloseTo(theirs, 6);
    expect(ours()).toBeCloseTo(here, 6);
  });
});
