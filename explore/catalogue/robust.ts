/** More losses of a number: quantiles and expectiles, smooth tails, relative errors. */
import { residual, target, threshold, y } from './regression.ts';
import { type Entry, fixed, type Settings, slider } from './types.ts';

const kink = (settings: Settings) => [{ x: y(settings), text: 'kink' }];

export const robust: readonly Entry[] = [
  {
    name: 'quantile',
    title: 'Quantile (pinball)',
    formula: String.raw`L = \max(−q e, (1 − q) e),~e = ŷ − y`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \cases{1 − q & e > 0 ; −q & e < 0}`,
    likelihood: ['Asymmetric Laplace noise'],
    when: 'You want a quantile: the ends of an interval, or a forecast where too little costs more than too much.',
    not: 'Several quantiles are predicted apart from each other: they may cross.',
    knobs: [target, slider('q', 'q, the quantile', 0.05, 0.95, 0.05, 0.5)],
    view: residual(kink),
  },
  {
    name: 'expectile',
    title: 'Expectile',
    formula: String.raw`L = w e^2,~e = ŷ − y,~w = \cases{1 − τ & e > 0 ; τ & \text{otherwise}}`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = 2 w e`,
    likelihood: ['Asymmetric Gaussian noise: two halves of different width'],
    when: 'As quantile, with a second derivative to boost with; the size of the errors counts, not only their side.',
    not: 'Someone will read the result as a quantile, or there are outliers.',
    knobs: [target, slider('tau', 'τ, the expectile', 0.05, 0.95, 0.05, 0.5)],
    view: residual(() => []),
  },
  {
    name: 'pseudoHuber',
    title: 'Pseudo-Huber (Charbonnier)',
    formula: 'L = δ^2 (√(1 + (e/δ)^2) − 1),~e = ŷ − y',
    gradient: String.raw`\frac{∂L}{∂ŷ} = \frac{e}{√(1 + (e/δ)^2)}`,
    likelihood: ['Noise between Gaussian and Laplace: the hyperbolic distribution'],
    when: 'You want Huber’s tails with every derivative smooth, and a scale of your own: boosting, optical flow.',
    not: 'There are no outliers: then the tails only slow the fit.',
    knobs: [target, slider('delta', 'δ, where the tails begin', 0.1, 3, 0.1, 1)],
    view: residual((settings) => threshold(settings, Number(settings.delta), 'δ')),
  },
  {
    name: 'fair',
    title: 'Fair',
    formula: String.raw`L = c^2 (a − \ln(1 + a)),~a = |ŷ − y|/c`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \frac{c e}{c + |e|}`,
    likelihood: ['None in use: the weight c/(c + |e|) of an error was chosen to fall off gently'],
    when: 'As pseudo-Huber, where even errors of ordinary size should pull less than squared error has them.',
    not: 'Noise is Gaussian: near 0 it leaves the parabola sooner than the others.',
    knobs: [target, slider('c', 'c, the scale', 0.1, 3, 0.1, 1)],
    view: residual((settings) => threshold(settings, Number(settings.c), 'c')),
  },
  {
    name: 'msle',
    title: 'Squared error of logarithms (MSLE)',
    formula: String.raw`L = d^2,~d = \ln(1 + ŷ) − \ln(1 + y)`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \frac{2 d}{1 + ŷ}`,
    likelihood: ['Gaussian noise of ln(1 + y), of constant variance'],
    when: 'Targets are amounts over orders of magnitude, and a factor of two counts the same everywhere.',
    not: 'Sums matter: it aims below the mean. The second derivative is negative for large predictions.',
    knobs: [fixed('target', 'target y', 0, 6, 0.1, 2)],
    view: {
      kind: 'curve',
      axis: 'amount',
      along: 'pred',
      inputs: (xs, settings) => [xs, new Float64Array(xs.length).fill(y(settings))],
      marks: () => [],
    },
  },
  {
    name: 'mape',
    title: 'Absolute percentage error (MAPE)',
    formula: String.raw`L = \frac{|ŷ − y|}{\max(|y|, ε)}`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \frac{\sign e}{\max(|y|, ε)}`,
    likelihood: ['Laplace noise whose scale is proportional to the target'],
    when: 'The report will be in percent, and targets are well away from 0.',
    not: 'Targets come near 0, or too much is as bad as too little: it favours predictions that are too low.',
    knobs: [
      fixed('target', 'target y', -3, 3, 0.1, 2),
      slider('eps', 'ε, the least size of a target', 0.1, 2, 0.1, 0.1),
    ],
    view: residual(kink),
  },
];
