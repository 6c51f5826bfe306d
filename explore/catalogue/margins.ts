/** More losses of two classes, and of the order of two scores. */
import { bernoulli, margin, marginKnob, noLikelihood, over, positive, side, undecided } from './binary.ts';
import { type Entry, fixed, slider } from './types.ts';

export const margins: readonly Entry[] = [
  {
    name: 'softMargin',
    title: 'Soft margin (logistic)',
    formula: String.raw`L = \ln(1 + e^{−y z}),~y = ±1`,
    gradient: String.raw`\frac{∂L}{∂z} = −y σ(−y z)`,
    likelihood: bernoulli,
    when: 'Binary cross-entropy where classes are −1 and 1, as in preference losses of a difference of scores.',
    not: 'Targets are 0 and 1, or soft: take binaryCrossEntropyWithLogits.',
    knobs: [side],
    view: over('logit', 'pred', -1, () => [undecided]),
  },
  {
    name: 'asymmetric',
    title: 'Asymmetric, for many labels',
    formula: String.raw`L = \cases{−(1 − p)^{γ₊} \ln p & y = 1 ; −q^{γ₋} \ln(1 − q) & y = 0}~q = \max(0, p − s)`,
    gradient: String.raw`\frac{∂L}{∂z} = \cases{−(1 − p)^{γ₊} (1 − p − γ₊ p \ln p) & y = 1 ; p (1 − p) \frac{∂L}{∂q} & y = 0}`,
    likelihood: ['None: cross-entropy reweighted, differently for what is there and what isn’t'],
    when: 'Many labels of which few apply: the many easy absent ones should neither drown the others nor be learnt to the last digit.',
    not: 'You need calibrated probabilities, or labels are about as often there as not.',
    knobs: [
      side,
      slider('gammaPositive', 'γ₊, for labels that are there', 0, 5, 0.1, 1),
      slider('gammaNegative', 'γ₋, for those that aren’t', 0, 6, 0.1, 4),
      slider('shift', 's, what counts as surely absent', 0, 0.3, 0.01, 0.05),
    ],
    view: over('logit', 'logits', 0, (settings) =>
      positive(settings) || Number(settings.shift) === 0
        ? [undecided]
        : [{ x: Math.log(Number(settings.shift) / (1 - Number(settings.shift))), text: 'q = 0' }],
    ),
  },
  {
    name: 'hingeEmbedding',
    title: 'Hinge of a distance',
    formula: String.raw`L = \cases{x & y = 1 ; \max(0, m − x) & y = −1}`,
    gradient: String.raw`\frac{∂L}{∂x} = \cases{1 & y = 1 ; −1 & y = −1, x < m ; 0 & \text{otherwise}}`,
    likelihood: noLikelihood,
    when: 'You have distances of pairs that are alike or not, from a measure of your own.',
    not: 'You have the embeddings: contrastive squares the distance, and its pull fades as pairs come together.',
    knobs: [side, marginKnob],
    view: over('logit', 'x', -1, (settings) =>
      positive(settings) ? [] : [{ x: Number(settings.margin), text: 'kink' }],
    ),
  },
  {
    name: 'marginRanking',
    title: 'Margin ranking',
    formula: String.raw`L = \max(0, m − y (a − b)),~y = ±1`,
    gradient: String.raw`\frac{∂L}{∂a} = −\frac{∂L}{∂b} = \cases{−y & y (a − b) < m ; 0 & \text{otherwise}}`,
    likelihood: noLikelihood,
    when: 'Pairs of scores, of which it is known which should be the higher: ranking from comparisons.',
    not: 'Whole lists are judged (a ranking loss of lists), or how sure a comparison is counts (softMargin of a − b).',
    knobs: [side, fixed('b', 'b, the other score', -3, 3, 0.1, 0), slider('margin', 'margin m', 0, 3, 0.1, 0)],
    view: {
      kind: 'curve',
      axis: 'logit',
      along: 'a',
      inputs: (xs, settings) => [
        xs,
        new Float64Array(xs.length).fill(Number(settings.b)),
        new Float64Array(xs.length).fill(positive(settings) ? 1 : -1),
      ],
      marks: (settings) => margin(settings, 'kink').map(({ x, text }) => ({ x: x + Number(settings.b), text })),
    },
  },
];
