/** The losses that the digits can be trained with, each as an objective with an L2 penalty. */
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  focal,
  l2,
  mse,
  multiclassHinge,
  objective,
  type Resident,
} from 'losskit';

/** Names and titles, for the menu. */
export const choices = [
  ['crossEntropy', 'cross-entropy'],
  ['smoothed', 'cross-entropy, label smoothing 0.1'],
  ['focal', 'focal, γ = 2'],
  ['multiclassHinge', 'multi-class hinge'],
  ['binary', 'binary cross-entropy for each class'],
  ['mse', 'squared error against one-hot targets'],
  ['linear', 'no network: a linear head with cross-entropy'],
] as const;

/** What a step needs; `oneHot` has a row for each label. */
export interface Batch {
  readonly logits: Resident<'float32'>;
  readonly labels: Resident<'int32'>;
  readonly oneHot: Resident<'float32'>;
  readonly logitsGrad: Resident<'float32'>;
  readonly classes: number;
  readonly weights: Resident<'float32'>[];
  readonly weightGrads: Resident<'float32'>[];
}

/** Computes the objective, and writes its gradients into the batch's buffers. */
export type Step = (batch: Batch) => number;

const penalised = { regularizer: l2, lambda: 1e-4 } as const;
const ce = objective({ loss: crossEntropy, ...penalised });
const focused = objective({ loss: focal, ...penalised });
const hinge = objective({ loss: multiclassHinge, ...penalised });
const binary = objective({ loss: binaryCrossEntropyWithLogits, ...penalised });
const squared = objective({ loss: mse, ...penalised });

/** By the names of the menu: what trains the network, or that it's the linear head's turn. */
export const steps: { readonly [name in (typeof choices)[number][0]]: Step | 'head' } = {
  crossEntropy: ({ logits, labels, classes, logitsGrad, weights, weightGrads }) =>
    ce.valueAndGrad([logits, labels, { classes, out: logitsGrad }], weights, { out: weightGrads }).value,
  smoothed: ({ logits, labels, classes, logitsGrad, weights, weightGrads }) =>
    ce.valueAndGrad([logits, labels, { classes, labelSmoothing: 0.1, out: logitsGrad }], weights, { out: weightGrads })
      .value,
  focal: ({ logits, labels, classes, logitsGrad, weights, weightGrads }) =>
    focused.valueAndGrad([logits, labels, { classes, out: logitsGrad }], weights, { out: weightGrads }).value,
  multiclassHinge: ({ logits, labels, classes, logitsGrad, weights, weightGrads }) =>
    hinge.valueAndGrad([logits, labels, { classes, out: logitsGrad }], weights, { out: weightGrads }).value,
  binary: ({ logits, oneHot, logitsGrad, weights, weightGrads }) =>
    binary.valueAndGrad([logits, oneHot, { out: logitsGrad }], weights, { out: weightGrads }).value,
  mse: ({ logits, oneHot, logitsGrad, weights, weightGrads }) =>
    squared.valueAndGrad([logits, oneHot, { out: logitsGrad }], weights, { out: weightGrads }).value,
  // Its layer is part of the loss: see head.ts.
  linear: 'head',
};

/** Whether a name is one of the menu's. */
export const isChoice = (name: string | null): name is keyof typeof steps =>
  choices.some(([choice]) => choice === name);
