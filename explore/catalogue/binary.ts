/** Losses of two classes. */
import { type Curve, choice, type Entry, type Mark, type Settings, slider } from './types.ts';

/** The true class. */
export const side = {
  ...choice('target', 'true class', [
    ['positive', 'positive'],
    ['negative', 'negative'],
  ]),
  input: true,
} as const;

/** Whether it is the positive one. */
export const positive = (settings: Settings): boolean => settings.target !== 'negative';

/** A curve over a logit or a probability, with this target for the negative class. */
export const over = (
  axis: 'logit' | 'probability',
  along: string,
  negative: 0 | -1,
  marks: (settings: Settings) => Mark[],
): Curve => ({
  kind: 'curve',
  axis,
  along,
  inputs: (xs, settings) => [xs, new Float64Array(xs.length).fill(positive(settings) ? 1 : negative)],
  marks,
});

const edge = (settings: Settings): Mark[] => [positive(settings) ? { x: 0, text: 'L → ∞' } : { x: 1, text: 'L → ∞' }];
/** Where the margin is. */
export const margin = (settings: Settings, text: string): Mark[] => [
  { x: (positive(settings) ? 1 : -1) * Number(settings.margin), text },
];
/** Where both classes are alike. */
export const undecided: Mark = { x: 0, text: 'p = ½' };

const smoothing = slider('labelSmoothing', 'label smoothing s', 0, 0.5, 0.01, 0);
const posWeight = slider('posWeight', 'weight of the positive class', 0, 5, 0.1, 1);
const gamma = slider('gamma', 'γ, how much easy ones are played down', 0, 5, 0.1, 2);
/** The margin's slider. */
export const marginKnob = slider('margin', 'margin m', 0, 3, 0.1, 1);
/** What logits come from. */
export const bernoulli = [
  'A coin that shows heads with probability p (Bernoulli)',
  String.raw`L = −\ln p^y (1 − p)^{1 − y}`,
] as const;
/** What hinges come from. */
export const noLikelihood = [
  'None: it is no likelihood, it only asks for the right side of the boundary, with a margin',
] as const;

export const binary: readonly Entry[] = [
  {
    name: 'binaryCrossEntropyWithLogits',
    title: 'Binary cross-entropy, from logits',
    formula: String.raw`L = −[y \ln σ(z) + (1 − y) \ln σ(−z)]`,
    gradient: String.raw`\frac{∂L}{∂z} = σ(z) − y`,
    likelihood: bernoulli,
    when: 'Two classes, or several labels at once with one output each; the first thing to try.',
    not: 'One class is very rare (focal, or a weight), or you have probabilities (binaryCrossEntropy).',
    knobs: [side, posWeight, smoothing],
    view: over('logit', 'logits', 0, () => [undecided]),
  },
  {
    name: 'binaryFocalWithLogits',
    title: 'Binary focal loss, from logits',
    formula: String.raw`L = −(1 − p_t)^γ \ln p_t,~p_t = \cases{σ(z) & y = 1 ; σ(−z) & y = 0}`,
    gradient: String.raw`\frac{∂L}{∂z} = ∓(1 − p_t)^γ (1 − p_t − γ p_t \ln p_t)`,
    likelihood: [
      'None for γ > 0: cross-entropy reweighted by how wrong the model is, so its probabilities aren’t calibrated',
    ],
    when: 'Easy examples of the common class are so many that they drown the rare ones, as in detection.',
    not: 'You need probabilities that can be trusted, or labels are noisy: it dwells on the mislabelled.',
    knobs: [side, gamma],
    view: over('logit', 'logits', 0, () => [undecided]),
  },
  {
    name: 'hinge',
    title: 'Hinge',
    formula: String.raw`L = \max(0, m − y f),~y = ±1`,
    gradient: String.raw`\frac{∂L}{∂f} = \cases{−y & y f < m ; 0 & \text{otherwise}}`,
    likelihood: noLikelihood,
    when: 'Only the decision counts, as in support vector machines; examples beyond the margin cost nothing.',
    not: 'You need probabilities, or second derivatives.',
    knobs: [side, marginKnob],
    view: over('logit', 'pred', -1, (settings) => margin(settings, 'kink')),
  },
  {
    name: 'squaredHinge',
    title: 'Squared hinge',
    formula: String.raw`L = \max(0, m − y f)^2,~y = ±1`,
    gradient: String.raw`\frac{∂L}{∂f} = −2y \max(0, m − y f)`,
    likelihood: noLikelihood,
    when: 'As hinge, where the solver wants a gradient without jumps.',
    not: 'Labels are noisy: bad violations weigh in squared.',
    knobs: [side, marginKnob],
    view: over('logit', 'pred', -1, (settings) => margin(settings, 'margin')),
  },
  {
    name: 'binaryCrossEntropy',
    title: 'Binary cross-entropy, from probabilities',
    formula: String.raw`L = −[y \ln p + (1 − y) \ln(1 − p)]`,
    gradient: String.raw`\frac{∂L}{∂p} = \frac{1 − y}{1 − p} − \frac{y}{p}`,
    likelihood: bernoulli,
    when: 'The model ends in a sigmoid that you can’t take off.',
    not: 'You have logits: from them the loss keeps digits that a probability near 1 has lost.',
    knobs: [side, posWeight, smoothing, slider('eps', 'ε, clamps p to [ε, 1−ε]', 0, 0.2, 0.01, 0)],
    view: over('probability', 'p', 0, edge),
  },
  {
    name: 'binaryFocal',
    title: 'Binary focal loss, from probabilities',
    formula: String.raw`L = −(1 − p_t)^γ \ln p_t,~p_t = \cases{p & y = 1 ; 1 − p & y = 0}`,
    gradient: String.raw`\frac{∂L}{∂p_t} = (1 − p_t)^{γ − 1} (γ \ln p_t − \frac{1 − p_t}{p_t})`,
    likelihood: ['None for γ > 0; γ = 0 is the Bernoulli likelihood'],
    when: 'Imbalance, with a model that gives probabilities.',
    not: 'You have logits: take binaryFocalWithLogits.',
    knobs: [side, gamma],
    view: over('probability', 'p', 0, edge),
  },
];
