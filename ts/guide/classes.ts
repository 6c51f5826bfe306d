/** Tasks whose answer is a class, or several. */
import { binaryCrossEntropy } from '../losses/binary/binaryCrossEntropy.ts';
import { binaryCrossEntropyWithLogits } from '../losses/binary/binaryCrossEntropyWithLogits.ts';
import { binaryFocalWithLogits } from '../losses/binary/binaryFocalWithLogits.ts';
import { squaredHinge } from '../losses/binary/squaredHinge.ts';
import { categoricalCrossEntropy } from '../losses/classes/categoricalCrossEntropy.ts';
import { multiclassHinge } from '../losses/classes/multiclassHinge.ts';
import { nll } from '../losses/classes/nll.ts';
import { asymmetric } from '../losses/margins/asymmetric.ts';
import { focal } from '../losses/reweighted/focal.ts';
import { generalizedCrossEntropy } from '../losses/reweighted/generalizedCrossEntropy.ts';
import { crossEntropy } from '../losses/softmax/crossEntropy.ts';

/** One of two classes. */
export const binary = {
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
} as const;

/** One of several classes. */
export const multiclass = {
  plain: {
    loss: crossEntropy,
    options: {},
    why: 'Several classes, one right: categorical cross-entropy, the negative log-likelihood of the softmax.',
    alternatives: [
      { loss: categoricalCrossEntropy, when: 'the model gives probabilities, not logits' },
      { loss: nll, when: 'the model gives log-probabilities' },
      { loss: multiclassHinge, when: 'only the decision counts, not its probability' },
      { loss: generalizedCrossEntropy, when: 'some labels are wrong' },
    ],
  },
  imbalanced: {
    loss: focal,
    options: { gamma: 2 },
    why: 'Class imbalance: (1 - p)^gamma makes the many easy examples count little, so that rare classes are heard.',
    alternatives: [{ loss: crossEntropy, when: 'probabilities must stay calibrated: weigh classes by `classWeight`' }],
  },
  overconfident: {
    loss: crossEntropy,
    options: { labelSmoothing: 0.1 },
    why: 'Overconfidence: with label smoothing the logits have a finite optimum, and need not grow for ever.',
    alternatives: [{ loss: focal, when: 'easy examples are what drives the logits up' }],
  },
} as const;

/** Several labels at once. */
export const multilabel = {
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
      { loss: asymmetric, when: 'there are hundreds of labels, and some that are true are missing' },
    ],
  },
  overconfident: {
    loss: binaryCrossEntropyWithLogits,
    options: { labelSmoothing: 0.1 },
    why: 'Overconfidence: logits grow for ever towards targets of 0 and 1; smoothed targets have a finite optimum.',
    alternatives: [{ loss: binaryFocalWithLogits, when: 'easy zeros are what drives the logits down' }],
  },
} as const;
