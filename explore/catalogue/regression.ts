/** Losses of a number. */
import { type Curve, type Entry, fixed, flag, type Mark, type Settings, slider } from './types.ts';

/** The true value. */
export const target = fixed('target', 'target y', -3, 3, 0.1, 0);

/** The target that is set. */
export const y = (settings: Settings): number => Number(settings.target);

/** A curve over the prediction. */
export const residual = (marks: (settings: Settings) => Mark[]): Curve => ({
  kind: 'curve',
  axis: 'residual',
  along: 'pred',
  inputs: (xs, settings) => [xs, new Float64Array(xs.length).fill(y(settings))],
  marks,
});

/** Where |e| reaches a threshold, on both sides. */
export const threshold = (settings: Settings, width: number, name: string): Mark[] =>
  width > 0
    ? [
        { x: y(settings) - width, text: `−${name}` },
        { x: y(settings) + width, text: `+${name}` },
      ]
    : [{ x: y(settings), text: 'kink' }];

export const regression: readonly Entry[] = [
  {
    name: 'mse',
    title: 'Squared error (MSE)',
    formula: 'L = e^2,~e = ŷ − y',
    gradient: String.raw`\frac{∂L}{∂ŷ} = 2e`,
    likelihood: [
      'Gaussian noise of constant variance',
      String.raw`−\ln N(y; ŷ, σ^2) = \frac{e^2}{2σ^2} + \text{const}`,
    ],
    when: 'Noise is small and even, and you want the mean of the targets.',
    not: 'A few targets are far off: an error of 10 pulls ten times as hard as an error of 1.',
    knobs: [target],
    view: residual(() => []),
  },
  {
    name: 'mae',
    title: 'Absolute error (MAE)',
    formula: 'L = |e|,~e = ŷ − y',
    gradient: String.raw`\frac{∂L}{∂ŷ} = \sign e`,
    likelihood: ['Laplace noise', String.raw`−\ln \text{Laplace}(y; ŷ, b) = \frac{|e|}{b} + \text{const}`],
    when: 'Outliers are many and you want the median: every error pulls alike.',
    not: 'Small errors should settle: the gradient never shrinks, and there is no second derivative to boost or to precondition with.',
    knobs: [target],
    view: residual((settings) => [{ x: y(settings), text: 'kink' }]),
  },
  {
    name: 'huber',
    title: 'Huber',
    formula: String.raw`L = \cases{½ e^2 & |e| ≤ δ ; δ(|e| − ½δ) & \text{otherwise}}~e = ŷ − y`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \max(−δ, \min(e, δ))`,
    likelihood: [
      'Gaussian in the middle with Laplace tails: the least favourable noise when some share of the data is contaminated',
    ],
    when: 'A few targets are far off. Beyond δ no single one pulls harder than δ.',
    not: 'You can’t say from where an error is an outlier (take MAE), or there are none (take MSE).',
    knobs: [target, slider('delta', 'δ, where the tails begin', 0.1, 3, 0.1, 1)],
    view: residual((settings) => threshold(settings, Number(settings.delta), 'δ')),
  },
  {
    name: 'smoothL1',
    title: 'Smooth L1',
    formula: String.raw`L = \cases{\frac{e^2}{2β} & |e| ≤ β ; |e| − ½β & \text{otherwise}}~e = ŷ − y`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \cases{e/β & |e| ≤ β ; \sign e & \text{otherwise}}`,
    likelihood: ['That of Huber’s loss, scaled: Gaussian in the middle, Laplace tails'],
    when: 'You want MAE without its kink: the slope of the tails is 1 whatever β, as for boxes in detection.',
    not: 'The bottom matters: a small β makes it steep, with a second derivative of 1/β.',
    knobs: [target, slider('beta', 'β, half width of the bottom', 0, 3, 0.1, 1)],
    view: residual((settings) => threshold(settings, Number(settings.beta), 'β')),
  },
  {
    name: 'logCosh',
    title: 'Log-cosh',
    formula: String.raw`L = \ln \cosh e,~e = ŷ − y`,
    gradient: String.raw`\frac{∂L}{∂ŷ} = \tanh e`,
    likelihood: ['Hyperbolic secant noise', String.raw`p(e) = \frac{1}{π \cosh e}`],
    when: 'You want Huber’s behaviour with every derivative smooth, say for second-order boosting.',
    not: 'Errors aren’t on a scale of about 1: there is no parameter, so scale the targets.',
    knobs: [target],
    view: residual(() => []),
  },
  {
    name: 'gaussianNll',
    title: 'Gaussian with predicted variance',
    formula: String.raw`L = ½(v + (μ − y)^2 e^{−v})~[+ ½ \ln 2π],~v = \ln σ^2`,
    gradient: String.raw`\frac{∂L}{∂μ} = (μ − y) e^{−v},~\frac{∂L}{∂v} = ½(1 − (μ − y)^2 e^{−v})`,
    likelihood: ['A Gaussian whose mean and variance are both predicted', String.raw`L = −\ln N(y; μ, e^v)`],
    when: 'The noise differs from sample to sample, and the model should say by how much.',
    not: 'The data are few: the variance learns to explain the errors away before the mean is right.',
    knobs: [target, fixed('logVar', 'ln σ²', -3, 3, 0.1, 0), flag('full', 'with the constant ½ ln 2π')],
    view: {
      kind: 'curve',
      axis: 'residual',
      along: 'mean',
      inputs: (xs, settings) => [
        xs,
        new Float64Array(xs.length).fill(y(settings)),
        new Float64Array(xs.length).fill(Number(settings.logVar)),
      ],
      marks: (settings) => threshold(settings, Math.exp(Number(settings.logVar) / 2), 'σ'),
    },
  },
];
