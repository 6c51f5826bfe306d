/** Losses of several classes, over the numbers of two of three classes. */
import { choice, type Entry, fixed, type Grid, type Settings, type Surface, slider } from './types.ts';

const third = fixed('third', 'z₂, the third class’s logit', -5, 5, 0.1, 0);
const label = {
  ...choice('label', 'true class', [
    ['0', '0'],
    ['1', '1'],
    ['2', '2'],
  ]),
  input: true,
} as const;

/** Rows (x, y, rest) of each point. */
export function threes({ xs, ys }: Grid, rest: (x: number, y: number) => number): Float64Array {
  const rows = new Float64Array(xs.length * 3);
  for (let i = 0; i < xs.length; i++) rows.set([xs[i]!, ys[i]!, rest(xs[i]!, ys[i]!)], 3 * i);
  return rows;
}

const labels = (grid: Grid, settings: Settings) => new Int32Array(grid.xs.length).fill(Number(settings.label));
/** Of an array with rows of three. */
export const ofThree = (grad: Float64Array, i: number) => [grad[3 * i]!, grad[3 * i + 1]!] as const;

const logits: Surface = {
  kind: 'surface',
  axis: 'logits',
  inputs: (grid, settings) => ({ args: [threes(grid, () => Number(settings.third)), labels(grid, settings)] }),
  gradient: ofThree,
};

const smoothing = slider('labelSmoothing', 'label smoothing ε', 0, 0.5, 0.01, 0);
/** Of the losses that are the negative log-likelihood of a label. */
export const categorical = [
  'A die that shows class k with probability pₖ (categorical distribution)',
  String.raw`L = −\ln \text{Cat}(y; p)`,
] as const;

export const classes: readonly Entry[] = [
  {
    name: 'crossEntropy',
    title: 'Cross-entropy, from logits',
    formula: String.raw`L = −\ln p_y,~p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}`,
    gradient: String.raw`\frac{∂L}{∂z_k} = p_k − [k = y]`,
    likelihood: categorical,
    when: 'Several classes, one of them right; the first thing to try. With label smoothing where the model is too sure of itself.',
    not: 'Several labels can be right at once (one binary cross-entropy for each), or classes are very unequal (focal).',
    knobs: [label, third, smoothing, slider('temperature', 'temperature T', 0.2, 5, 0.1, 1)],
    view: logits,
  },
  {
    name: 'focal',
    title: 'Focal loss, from logits',
    formula: String.raw`L = −(1 − p_y)^γ \ln p_y,~p = \text{softmax}(z)`,
    gradient: String.raw`\frac{∂L}{∂z_y} = −(1 − p_y)^γ (1 − p_y − γ p_y \ln p_y)`,
    likelihood: ['None for γ > 0: cross-entropy reweighted by how wrong the model is'],
    when: 'Classes of very unequal size, with many easy examples of the common ones.',
    not: 'Probabilities must stay calibrated (weigh classes instead), or labels are noisy.',
    knobs: [label, third, slider('gamma', 'γ, how much easy ones are played down', 0, 5, 0.1, 2)],
    view: logits,
  },
  {
    name: 'generalizedCrossEntropy',
    title: 'Generalized cross-entropy',
    formula: String.raw`L = \frac{1 − p_y^q}{q},~p = \text{softmax}(z)`,
    gradient: String.raw`\frac{∂L}{∂z_k} = p_y^q (p_k − [k = y])`,
    likelihood: ['None: between cross-entropy (q → 0) and 1 − p_y (q = 1), the expected error'],
    when: 'Some labels are wrong: what the model finds all but impossible pulls at it no more.',
    not: 'Labels can be trusted: it learns hard examples more slowly than cross-entropy.',
    knobs: [label, third, slider('q', 'q, how much wrong labels are shrugged off', 0.01, 1, 0.01, 0.7)],
    view: logits,
  },
  {
    name: 'poly1',
    title: 'Poly-1',
    formula: String.raw`L = −\ln p_y + ε (1 − p_y),~p = \text{softmax}(z)`,
    gradient: String.raw`\frac{∂L}{∂z_k} = (1 + ε p_y)(p_k − [k = y])`,
    likelihood: ['None for ε > 0: cross-entropy with more of the first term of its series in 1 − p'],
    when: 'Cross-entropy works, and one number more may be tuned: ε > 0 keeps pulling at what is right already.',
    not: 'Probabilities must stay calibrated.',
    knobs: [label, third, slider('epsilon', 'ε, the weight of 1 − p', 0, 5, 0.1, 1)],
    view: logits,
  },
  {
    name: 'multiclassHinge',
    title: 'Multi-class hinge',
    formula: String.raw`L = \max(0, m − z_y + \max_{j ≠ y} z_j)`,
    gradient: String.raw`\frac{∂L}{∂z_j} = 1,~\frac{∂L}{∂z_y} = −1~\text{inside the margin, j the best wrong class}`,
    likelihood: ['None: it only asks that the right class be ahead by a margin'],
    when: 'Only the decision counts, not its probability.',
    not: 'You need probabilities; or many classes and few examples, as only one wrong class gets a gradient.',
    knobs: [
      label,
      third,
      slider('margin', 'margin m', 0, 3, 0.1, 1),
      choice('variant', 'variant', [
        ['crammerSinger', 'Crammer-Singer'],
        ['westonWatkins', 'Weston-Watkins'],
      ]),
    ],
    view: { ...logits, kinked: () => true },
  },
  {
    name: 'categoricalCrossEntropy',
    title: 'Cross-entropy, from probabilities',
    formula: String.raw`L = −\ln p_y`,
    gradient: String.raw`\frac{∂L}{∂p_k} = −\frac{[k = y]}{p_k}`,
    likelihood: categorical,
    when: 'The model ends in a softmax that you can’t take off.',
    not: 'You have logits: from them the loss keeps digits that probabilities have lost.',
    knobs: [label, smoothing],
    view: {
      ...logits,
      axis: 'probabilities',
      // Probabilities are taken as they are; the third class has what the others leave.
      inputs: (grid, settings) => ({
        args: [threes(grid, (x, y) => Math.max(0, 1 - x - y)), labels(grid, settings)],
      }),
    },
  },
  {
    name: 'nll',
    title: 'Negative log-likelihood, from log-probabilities',
    formula: String.raw`L = −\ln p_y`,
    gradient: String.raw`\frac{∂L}{∂ \ln p_k} = −[k = y]`,
    likelihood: categorical,
    when: 'The model gives log-probabilities: a log-softmax, a language model’s scores.',
    not: 'You have logits: nothing here makes them sum to 1.',
    knobs: [label],
    view: {
      ...logits,
      axis: 'logs',
      inputs: (grid, settings) => ({ args: [threes(grid, () => -1), labels(grid, settings)] }),
    },
  },
];
