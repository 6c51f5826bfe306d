/** The table behind `chooseLoss`: for each task what to take as a rule, and what to take instead where a flag is set. */

import { ntXent } from './losses/batch/ntXent.ts';
import { binaryCrossEntropy } from './losses/binary/binaryCrossEntropy.ts';
import { binaryCrossEntropyWithLogits } from './losses/binary/binaryCrossEntropyWithLogits.ts';
import { binaryFocalWithLogits } from './losses/binary/binaryFocalWithLogits.ts';
import { squaredHinge } from './losses/binary/squaredHinge.ts';
import { categoricalCrossEntropy } from './losses/classes/categoricalCrossEntropy.ts';
import { multiclassHinge } from './losses/classes/multiclassHinge.ts';
import { nll } from './losses/classes/nll.ts';
import { klDivergence } from './losses/divergence/klDivergence.ts';
import { elbo } from './losses/gaussian/elbo.ts';
import { gaussianKl } from './losses/gaussian/gaussianKl.ts';
import { gaussianNll } from './losses/gaussian/gaussianNll.ts';
import { contrastive } from './losses/pairs/contrastive.ts';
import { triplet } from './losses/pairs/triplet.ts';
import { huber } from './losses/regression/huber.ts';
import { logCosh } from './losses/regression/logCosh.ts';
import { mae } from './losses/regression/mae.ts';
import { mse } from './losses/regression/mse.ts';
import { focal } from './losses/reweighted/focal.ts';
import { crossEntropy } from './losses/softmax/crossEntropy.ts';

/** The rows, by task and flag; `plain` is the row without a flag. Flags come in the order in which they win. */
export const guide = {
  binary: {
    plain: {
      loss: binaryCrossEntropyWithLogits,
      options: {},
      why: 'Two classes: the negative log-likelihood of a coin whose probability is the sigmoid of the logit.',
      alternatives: [
        { loss: binaryCrossEntropy, when: 'the model gives probabilities, not logits' },
        { loss: squaredHinge, when: 'only the decision counts, not its probability; targets are -1 and 1' },
      ],
    },
    imbalanced: {
      loss: binaryFocalWithLogits,
      options: { gamma: 2 },
      why: 'Class imbalance: (1 - p)^gamma makes the many easy examples count little, so that the rare class is heard.',
      alternatives: [
        {
          loss: binaryCrossEntropyWithLogits,
          when: 'probabilities must stay calibrated: weigh the rare class by `posWeight`',
        },
      ],
    },
    overconfident: {
      loss: binaryCrossEntropyWithLogits,
      options: { labelSmoothing: 0.1 },
      why: 'Overconfidence: logits grow for ever towards targets of 0 and 1; smoothed targets have a finite optimum.',
      alternatives: [{ loss: binaryFocalWithLogits, when: 'easy examples are what drives the logits up' }],
    },
  },
  multiclass: {
    plain: {
      loss: crossEntropy,
      options: {},
      why: 'Several classes, one right: categorical cross-entropy, the negative log-likelihood of the softmax.',
      alternatives: [
        { loss: categoricalCrossEntropy, when: 'the model gives probabilities, not logits' },
        { loss: nll, when: 'the model gives log-probabilities' },
        { loss: multiclassHinge, when: 'only the decision counts, not its probability' },
      ],
    },
    imbalanced: {
      loss: focal,
      options: { gamma: 2 },
      why: 'Class imbalance: (1 - p)^gamma makes the many easy examples count little, so that rare classes are heard.',
      alternatives: [
        { loss: crossEntropy, when: 'probabilities must stay calibrated: weigh classes by `classWeight`' },
      ],
    },
    overconfident: {
      loss: crossEntropy,
      options: { labelSmoothing: 0.1 },
      why: 'Overconfidence: with label smoothing the logits have a finite optimum, and need not grow for ever.',
      alternatives: [{ loss: focal, when: 'easy examples are what drives the logits up' }],
    },
  },
  multilabel: {
    plain: {
      loss: binaryCrossEntropyWithLogits,
      options: {},
      why: 'Several labels at once: binary cross-entropy for each output, as the labels do not exclude each other.',
      alternatives: [{ loss: binaryCrossEntropy, when: 'the model gives probabilities, not logits' }],
    },
    imbalanced: {
      loss: binaryFocalWithLogits,
      options: { gamma: 2 },
      why: 'Class imbalance, the rule with many labels: focal loss for each output quiets the many easy zeros.',
      alternatives: [
        { loss: binaryCrossEntropyWithLogits, when: 'the imbalance is known: give each label its `posWeight`' },
      ],
    },
    overconfident: {
      loss: binaryCrossEntropyWithLogits,
      options: { labelSmoothing: 0.1 },
      why: 'Overconfidence: logits grow for ever towards targets of 0 and 1; smoothed targets have a finite optimum.',
      alternatives: [{ loss: binaryFocalWithLogits, when: 'easy zeros are what drives the logits down' }],
    },
  },
  regression: {
    plain: {
      loss: mse,
      options: {},
      why: 'A number with low noise: the squared error is the likelihood of Gaussian noise, and its minimum is the mean.',
      alternatives: [
        { loss: huber, when: 'a few targets are far off' },
        { loss: gaussianNll, when: 'the noise differs from sample to sample, and the model should say by how much' },
      ],
    },
    outliers: {
      loss: huber,
      options: { delta: 1 },
      why: 'Outliers: quadratic for errors up to delta, linear beyond, so that no single target pulls harder than delta.',
      alternatives: [
        { loss: mae, when: 'the median is wanted: every error pulls alike' },
        { loss: logCosh, when: 'a smooth second derivative is needed' },
      ],
    },
  },
  density: {
    plain: {
      loss: gaussianNll,
      options: {},
      why: 'Probabilistic outputs: the negative log-likelihood of a mean and a variance, each predicted.',
      alternatives: [
        { loss: nll, when: 'the output is a distribution over classes, as log-probabilities' },
        { loss: klDivergence, when: 'the target is itself a distribution' },
        { loss: elbo, when: 'the model has latent variables' },
      ],
    },
  },
  vae: {
    plain: {
      loss: elbo,
      options: {},
      why: 'Probabilistic outputs with latent variables: the negative evidence lower bound, reconstruction plus KL.',
      alternatives: [{ loss: gaussianKl, when: 'the reconstruction is a loss of your own: add this' }],
    },
  },
  metric: {
    plain: {
      loss: triplet,
      options: {},
      why: 'Metric learning: brings the anchor closer to the positive than to the negative, by a margin.',
      alternatives: [
        { loss: ntXent, when: 'there are two views of each sample: the rest of the batch are the negatives' },
        { loss: contrastive, when: 'pairs are labelled same or different' },
      ],
    },
    pairs: {
      loss: ntXent,
      options: {},
      why: 'Metric learning from pairs: each view has to find its twin among all other views of the batch.',
      alternatives: [
        { loss: contrastive, when: 'pairs are labelled same or different' },
        { loss: triplet, when: 'negatives can be chosen' },
      ],
    },
  },
} as const;
