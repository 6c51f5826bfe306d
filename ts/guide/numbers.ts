/** Tasks whose answer is a number, or a distribution of numbers. */
import { binaryCrossEntropyWithLogits } from '../losses/binary/binaryCrossEntropyWithLogits.ts';
import { nll } from '../losses/classes/nll.ts';
import { gammaNll } from '../losses/counts/gammaNll.ts';
import { poissonNll } from '../losses/counts/poissonNll.ts';
import { tweedie } from '../losses/counts/tweedie.ts';
import { klDivergence } from '../losses/divergence/klDivergence.ts';
import { elbo } from '../losses/gaussian/elbo.ts';
import { gaussianKl } from '../losses/gaussian/gaussianKl.ts';
import { gaussianNll } from '../losses/gaussian/gaussianNll.ts';
import { huber } from '../losses/regression/huber.ts';
import { logCosh } from '../losses/regression/logCosh.ts';
import { mae } from '../losses/regression/mae.ts';
import { mse } from '../losses/regression/mse.ts';
import { expectile } from '../losses/robust/expectile.ts';
import { msle } from '../losses/robust/msle.ts';
import { pseudoHuber } from '../losses/robust/pseudoHuber.ts';
import { quantile } from '../losses/robust/quantile.ts';

/** A number. */
export const regression = {
  plain: {
    loss: mse,
    options: {},
    why: 'A number with low noise: the squared error is the likelihood of Gaussian noise, and its minimum is the mean.',
    alternatives: [
      { loss: huber, when: 'a few targets are far off' },
      { loss: gaussianNll, when: 'the noise differs from sample to sample, and the model should say by how much' },
      { loss: msle, when: 'targets are amounts over orders of magnitude, and factors count' },
    ],
  },
  outliers: {
    loss: huber,
    options: { delta: 1 },
    why: 'Outliers: quadratic for errors up to delta, linear beyond, so that no single target pulls harder than delta.',
    alternatives: [
      { loss: mae, when: 'the median is wanted: every error pulls alike' },
      { loss: logCosh, when: 'a smooth second derivative is needed' },
      { loss: pseudoHuber, when: 'so is a scale of your own' },
    ],
  },
} as const;

/** Whole numbers from 0, and what is like them. */
export const counts = {
  plain: {
    loss: poissonNll,
    options: {},
    why: 'Counts: the Poisson likelihood over the logarithm of the rate, which is positive, and whose noise grows with it.',
    alternatives: [
      { loss: tweedie, when: 'targets are amounts, of which many are 0: rain, claims, spending' },
      { loss: gammaNll, when: 'targets are amounts > 0 whose spread is proportional to their mean' },
      {
        loss: binaryCrossEntropyWithLogits,
        when: 'a count has a known end, as successes out of n: target count/n, weight n',
      },
    ],
  },
} as const;

/** A bound that a share of the targets keeps below. */
export const quantiles = {
  plain: {
    loss: quantile,
    options: { q: 0.9 },
    why: 'Quantiles: its minimum has a share q of the targets below it. Two outputs, q 0.05 and 0.95, make an interval.',
    alternatives: [
      { loss: expectile, when: 'a second derivative is needed, and means of the tails will do' },
      { loss: mae, when: 'the median is all that is wanted' },
      { loss: gaussianNll, when: 'the noise is Gaussian: a mean and a variance give every quantile' },
    ],
  },
} as const;

/** A distribution of the output. */
export const density = {
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
} as const;

/** The data again, through latent variables. */
export const vae = {
  plain: {
    loss: elbo,
    options: {},
    why: 'Probabilistic outputs with latent variables: the negative evidence lower bound, reconstruction plus KL.',
    alternatives: [{ loss: gaussianKl, when: 'the reconstruction is a loss of your own: add this' }],
  },
} as const;
