/** Losses of embeddings, over the place of one of them in the plane. */
import { choice, type Entry, flag, type Grid, type Settings, slider } from './types.ts';

const pair = {
  ...choice('same', 'the pair is', [
    ['same', 'of the same kind'],
    ['different', 'of different kinds'],
  ]),
  input: true,
} as const;

/** (x, y) of each point. */
function twos({ xs, ys }: Grid): Float64Array {
  const rows = new Float64Array(xs.length * 2);
  for (let i = 0; i < xs.length; i++) rows.set([xs[i]!, ys[i]!], 2 * i);
  return rows;
}

/** One point, again and again. */
const repeated = (x: number, y: number, { xs }: Grid) => twos({ xs: xs.map(() => x), ys: xs.map(() => y) });
const ofTwo = (name: string) => (grad: { [input: string]: Float64Array }, i: number) =>
  [grad[name]![2 * i]!, grad[name]![2 * i + 1]!] as const;

const positive = { x: 1, y: 0.5, text: 'positive' };
const negative = { x: -0.5, y: -1, text: 'negative' };
/** The other views of ntXent's batch: the twin of the one that moves, and two more pairs. */
const views = [
  { x: 1, y: 0.5, text: 'twin' },
  { x: -1, y: 0.8, text: 'b' },
  { x: -0.8, y: 1.1, text: 'b′' },
  { x: 0.3, y: -1.2, text: 'c' },
  { x: 0.7, y: -1, text: 'c′' },
] as const;
const [twin, b, bTwin, c, cTwin] = views;

export const metric: readonly Entry[] = [
  {
    name: 'triplet',
    title: 'Triplet',
    formula: String.raw`L = \max(0, d(a, p) − d(a, n) + α)`,
    gradient: String.raw`\frac{∂L}{∂a} = 2(n − p)~\text{for squared distances, where L > 0}`,
    likelihood: ['None: it only asks that the positive be nearer than the negative, by a margin'],
    when: 'Like things together, unlike ones apart, and you can choose hard negatives.',
    not: 'You have no say in the negatives: most triplets soon cost nothing, and teach nothing.',
    knobs: [
      slider('margin', 'margin α', 0, 3, 0.1, 1),
      choice('distance', 'distance', [
        ['squaredEuclidean', 'squared Euclidean'],
        ['euclidean', 'Euclidean'],
        ['cosine', 'cosine'],
      ]),
      flag('swap', 'swap: the nearer of a and p counts'),
    ],
    view: {
      kind: 'surface',
      axis: 'plane',
      inputs: (grid) => ({
        args: [twos(grid), repeated(positive.x, positive.y, grid), repeated(negative.x, negative.y, grid)],
        widths: { dim: 2 },
      }),
      gradient: ofTwo('anchor'),
      kinked: () => true,
      points: () => [positive, negative],
    },
  },
  {
    name: 'contrastive',
    title: 'Contrastive',
    formula: String.raw`L = y d^2 + (1 − y) \max(0, m − d)^2,~d = |z_1 − z_2|`,
    gradient: String.raw`\frac{∂L}{∂z_1} = \cases{2(z_1 − z_2) & y = 1 ; −2(m − d)\frac{z_1 − z_2}{d} & y = 0, d < m}`,
    likelihood: ['None: an energy, a spring between like things and a push between unlike ones'],
    when: 'Pairs are labelled same or different.',
    not: 'Only the order of distances matters: it wants same pairs to fall together entirely (triplet doesn’t).',
    knobs: [pair, slider('margin', 'margin m', 0, 3, 0.1, 1)],
    view: {
      kind: 'surface',
      axis: 'plane',
      inputs: (grid, settings: Settings) => ({
        args: [
          twos(grid),
          repeated(positive.x, positive.y, grid),
          new Float64Array(grid.xs.length).fill(settings.same === 'different' ? 0 : 1),
        ],
        widths: { dim: 2 },
      }),
      gradient: ofTwo('z1'),
      points: () => [{ ...positive, text: 'z₂' }],
    },
  },
  {
    name: 'ntXent',
    title: 'NT-Xent (SimCLR)',
    formula: String.raw`L_i = −\frac{s_{ij}}{τ} + \ln \sum_{k ≠ i} e^{s_{ik}/τ},~s = \cos(z_i, z_k)`,
    gradient: String.raw`\frac{∂L_i}{∂s_{ik}} = \frac{P_{ik} − [k = j]}{τ}`,
    likelihood: [
      'A categorical: which of all the other views is the twin?',
      String.raw`L_i = −\ln P(\text{twin of } i)`,
    ],
    when: 'There are two views of each sample and no labels; batches are large.',
    not: 'Batches are small, or many samples of a batch are alike: they are all taken for negatives.',
    knobs: [
      slider('temperature', 'temperature τ', 0.05, 2, 0.05, 0.5),
      flag('normalize', 'normalise: cosine, not dot product', true),
    ],
    view: {
      kind: 'surface',
      axis: 'plane',
      single: true,
      inputs: ({ xs, ys }) => ({
        args: [
          [
            [xs[0]!, ys[0]!],
            [b.x, b.y],
            [c.x, c.y],
          ],
          [
            [twin.x, twin.y],
            [bTwin.x, bTwin.y],
            [cTwin.x, cTwin.y],
          ],
        ],
      }),
      gradient: ofTwo('za'),
      points: () => views,
    },
  },
];
