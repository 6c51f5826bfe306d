/** Losses of counts and amounts, over the logarithm of the mean. */
import { type Curve, type Entry, fixed, flag, slider } from './types.ts';

const view: Curve = {
  kind: 'curve',
  axis: 'log',
  along: 'pred',
  inputs: (xs, { target }) => [xs, new Float64Array(xs.length).fill(Number(target))],
  marks: ({ target }) => (Number(target) > 0 ? [{ x: Math.log(Number(target)), text: 'ln y' }] : []),
};

export const counts: readonly Entry[] = [
  {
    name: 'poissonNll',
    title: 'Poisson',
    formula: String.raw`L = e^f − y f,~f = \ln \text{rate}`,
    gradient: String.raw`\frac{∂L}{∂f} = e^f − y`,
    likelihood: ['Counts of independent events (Poisson)', String.raw`−\ln \frac{λ^y e^{−λ}}{y!} = e^f − y f + \ln y!`],
    when: 'Targets are counts: visits, goals, defects. Their variance is about their mean.',
    not: 'Counts vary more than that (tweedie, or a model of the spread), or have a known end (binary cross-entropy).',
    knobs: [fixed('target', 'target y', 0, 8, 1, 2), flag('full', 'with the constant ln y!')],
    view,
  },
  {
    name: 'gammaNll',
    title: 'Gamma',
    formula: String.raw`L = f + y e^{−f},~f = \ln \text{mean}`,
    gradient: String.raw`\frac{∂L}{∂f} = 1 − y e^{−f}`,
    likelihood: ['Amounts whose spread is proportional to their mean (gamma)'],
    when: 'Targets are positive amounts over orders of magnitude: claims, durations, prices.',
    not: 'Some targets are exactly 0: tweedie knows of them.',
    knobs: [fixed('target', 'target y', 0, 8, 0.1, 2)],
    view,
  },
  {
    name: 'tweedie',
    title: 'Tweedie',
    formula: String.raw`L = −\frac{y e^{(1 − p) f}}{1 − p} + \frac{e^{(2 − p) f}}{2 − p}`,
    gradient: String.raw`\frac{∂L}{∂f} = e^{(2 − p) f} − y e^{(1 − p) f}`,
    likelihood: ['Sums of a Poisson number of gamma amounts: often exactly 0, else positive'],
    when: 'Amounts of which many are 0: the claims of a year, the rain of a day.',
    not: 'All are whole numbers (Poisson) or none is 0 (gamma).',
    knobs: [
      fixed('target', 'target y', 0, 8, 0.1, 2),
      slider('power', 'p, the power of the variance', 1.05, 1.95, 0.05, 1.5),
    ],
    view,
  },
];
