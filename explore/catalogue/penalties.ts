/** Penalties on parameters. */
import { type Curve, type Entry, flag, type Mark, type Settings, slider } from './types.ts';

const theta = (marks: (settings: Settings) => Mark[]): Curve => ({
  kind: 'curve',
  axis: 'theta',
  along: 'theta',
  inputs: (xs) => [xs],
  marks,
});
const kink: Mark = { x: 0, text: 'kink' };

export const penalties: readonly Entry[] = [
  {
    name: 'l1',
    title: 'L1 penalty (lasso)',
    formula: String.raw`Ω = \sum |θ|`,
    gradient: String.raw`\frac{∂Ω}{∂θ} = \sign θ`,
    likelihood: [
      'A Laplace prior on the parameters',
      String.raw`−\ln \text{Laplace}(θ; 0, b) = \frac{|θ|}{b} + \text{const}`,
    ],
    when: 'Most parameters should end at nothing at all.',
    not: 'Parameters that go together should stay together: it picks one of them.',
    knobs: [],
    view: theta(() => [kink]),
  },
  {
    name: 'l2',
    title: 'L2 penalty (ridge)',
    formula: String.raw`Ω = \sum θ^2`,
    gradient: String.raw`\frac{∂Ω}{∂θ} = 2θ`,
    likelihood: ['A Gaussian prior on the parameters', String.raw`−\ln N(θ; 0, σ^2) = \frac{θ^2}{2σ^2} + \text{const}`],
    when: 'Parameters should stay small; the usual weight decay.',
    not: 'You want zeros: near 0 it hardly pulls.',
    knobs: [flag('half', 'half of it: ½θ²')],
    view: theta(() => []),
  },
  {
    name: 'elasticNet',
    title: 'Elastic net',
    formula: String.raw`Ω = r \sum |θ| + (1 − r) ½ \sum θ^2`,
    gradient: String.raw`\frac{∂Ω}{∂θ} = r \sign θ + (1 − r) θ`,
    likelihood: ['A prior that is the product of a Laplace and a Gaussian'],
    when: 'Zeros are wanted, and correlated parameters should share.',
    not: 'One of the two alone does: there is one more thing to tune.',
    knobs: [slider('l1Ratio', 'r, the share of L1', 0, 1, 0.05, 0.5)],
    view: theta(({ l1Ratio }) => (Number(l1Ratio) > 0 ? [kink] : [])),
  },
];
