/** Losses between distributions. */
import { ofThree, threes } from './classes.ts';
import { choice, type Entry, fixed, type Grid, type Settings, slider } from './types.ts';

const rest = (x: number, y: number): number => Math.max(0, 1 - x - y);
const latent = ({ mu, logVar }: { mu: Float64Array; logVar: Float64Array }, i: number) => [mu[i]!, logVar[i]!] as const;
const shares = [
  fixed('p0', 'p₀ of the truth', 0, 1, 0.05, 0.6),
  fixed('p1', 'p₁ of the truth, of what is left', 0, 1, 0.05, 0.5),
];

const overProbabilities = { kind: 'surface', axis: 'probabilities', gradient: ofThree } as const;

export const probabilistic: readonly Entry[] = [
  {
    name: 'klDivergence',
    title: 'Kullback-Leibler divergence',
    formula: String.raw`D(P ‖ Q) = \sum_k p_k (\ln p_k − \ln q_k)`,
    gradient: String.raw`\frac{∂D}{∂q_k} = −\frac{p_k}{q_k}`,
    likelihood: [
      'The log-likelihood that Q loses against the truth P, on average',
      String.raw`D(P ‖ Q) = E_P [\ln \frac{p}{q}]`,
    ],
    when: 'The target is itself a distribution: distillation, soft labels, matching histograms.',
    not: 'The target is one class: cross-entropy is the same up to a constant, and cheaper.',
    knobs: shares,
    view: {
      ...overProbabilities,
      inputs: (grid: Grid, { p0, p1 }: Settings) => {
        const first = Number(p0);
        const second = (1 - first) * Number(p1);
        const truth = new Float64Array(grid.xs.length * 3);
        for (let i = 0; i < grid.xs.length; i++) truth.set([first, second, Math.max(0, 1 - first - second)], 3 * i);
        return { args: [threes(grid, rest), truth], widths: { classes: 3 } };
      },
      points: ({ p0, p1 }: Settings) => [{ x: Number(p0), y: (1 - Number(p0)) * Number(p1), text: 'P' }],
    },
  },
  {
    name: 'jensenShannon',
    title: 'Jensen-Shannon divergence',
    formula: 'JS = β D(P ‖ M) + (1−β) D(Q ‖ M),~M = βP + (1−β)Q',
    gradient: String.raw`\frac{∂JS}{∂q_k} = (1−β) \ln \frac{q_k}{m_k}`,
    likelihood: ['For β = ½: how well one can tell from which of two models a sample came'],
    when: 'Distillation where the teacher rules classes out: it stays finite, and asks the model to match where the model has weight, too.',
    not: 'The target is one class (cross-entropy), or the model must cover everything the target does (KL).',
    knobs: [...shares, slider('beta', 'β, the target’s share of the mixture', 0.01, 0.99, 0.01, 0.5)],
    view: {
      ...overProbabilities,
      inputs: (grid: Grid, { p0, p1 }: Settings) => {
        const first = Number(p0);
        const second = (1 - first) * Number(p1);
        const truth = new Float64Array(grid.xs.length * 3);
        for (let i = 0; i < grid.xs.length; i++) truth.set([first, second, Math.max(0, 1 - first - second)], 3 * i);
        return { args: [threes(grid, rest), truth], widths: { classes: 3 } };
      },
      points: ({ p0, p1 }: Settings) => [{ x: Number(p0), y: (1 - Number(p0)) * Number(p1), text: 'P' }],
    },
  },
  {
    name: 'entropy',
    title: 'Entropy',
    formula: String.raw`H = −\sum_k p_k \ln p_k`,
    gradient: String.raw`\frac{∂H}{∂p_k} = −(1 + \ln p_k)`,
    likelihood: ['The expected negative log-likelihood of a distribution under itself'],
    when: 'As a bonus that keeps a policy or a classifier from being sure too early, or as a penalty that makes it decide.',
    not: 'On its own: it is concave, and its minimum is any certainty, right or wrong.',
    knobs: [],
    view: { ...overProbabilities, inputs: (grid: Grid) => ({ args: [threes(grid, rest)], widths: { classes: 3 } }) },
  },
  {
    name: 'gaussianKl',
    title: 'KL to the standard Gaussian',
    formula: String.raw`L = ½ \sum_d (μ_d^2 + e^{v_d} − 1 − v_d),~v = \ln σ^2`,
    gradient: String.raw`\frac{∂L}{∂μ} = μ,~\frac{∂L}{∂v} = ½(e^v − 1)`,
    likelihood: ['How far an encoder’s Gaussian is from the prior', 'L = D(N(μ, σ^2) ‖ N(0, 1))'],
    when: 'Latent variables with a Gaussian prior, next to a reconstruction loss of your own.',
    not: 'The whole of the bound is wanted: elbo has both parts.',
    knobs: [],
    view: {
      kind: 'surface',
      axis: 'latent',
      inputs: ({ xs, ys }) => ({ args: [xs, ys], widths: { dim: 1 } }),
      gradient: latent,
      points: () => [{ x: 0, y: 0, text: 'prior' }],
    },
  },
  {
    name: 'elbo',
    title: 'Negative evidence lower bound (ELBO)',
    formula: String.raw`L = R(x, r) + β · ½ \sum_d (μ_d^2 + e^{v_d} − 1 − v_d)`,
    gradient: String.raw`\frac{∂L}{∂μ} = βμ,~\frac{∂L}{∂v} = ½β(e^v − 1)`,
    likelihood: [
      'An upper bound on the negative log-likelihood of the data',
      String.raw`L ≥ −\ln p(x)~\text{for β = 1}`,
    ],
    when: 'Variational autoencoders; β > 1 for latent variables that are easier to read.',
    not: 'β is so large, or the decoder so strong, that the latent variables end at the prior and say nothing.',
    knobs: [
      fixed('recon', 'r, the reconstruction', -5, 5, 0.1, 1),
      fixed('x', 'x, the data', 0, 1, 0.1, 1),
      choice('likelihood', 'likelihood of the data', [
        ['bernoulli', 'Bernoulli (r is a logit)'],
        ['gaussian', 'Gaussian'],
      ]),
      slider('beta', 'β', 0, 4, 0.1, 1),
    ],
    view: {
      kind: 'surface',
      axis: 'latent',
      inputs: ({ xs, ys }, { recon, x }) => ({
        args: [
          {
            recon: new Float64Array(xs.length).fill(Number(recon)),
            target: new Float64Array(xs.length).fill(Number(x)),
            mu: xs,
            logVar: ys,
          },
        ],
        widths: { batch: xs.length },
      }),
      gradient: latent,
      points: () => [{ x: 0, y: 0, text: 'prior' }],
    },
  },
];
