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
/** The other rows of a batch as a whole: the twin of the one that moves, and two more pairs. */
const views = [
  { x: 1, y: 0.5, text: 'twin' },
  { x: -1, y: 0.8, text: 'b' },
  { x: -0.8, y: 1.1, text: 'b′' },
  { x: 0.3, y: -1.2, text: 'c' },
  { x: 0.7, y: -1, text: 'c′' },
] as const;
const [twin, b, bTwin, c, cTwin] = views;
/** What is paired with the embedding that moves, and with two others. */
const keys = [{ ...twin, text: 'its own' }, bTwin, cTwin, b, c] as const;

/** One set of three, of which the first moves, and their partners. */
const betweenViews = ({ xs, ys }: Grid) => ({
  args: [
    [
      [xs[0]!, ys[0]!],
      [b.x, b.y],
      [c.x, c.y],
    ],
    [twin, bTwin, cTwin].map(({ x, y }) => [x, y]),
  ],
});

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
    name: 'cosineEmbedding',
    title: 'Cosine embedding',
    formula: String.raw`L = \cases{1 − c & y = 1 ; \max(0, c − m) & y = −1},~c = \cos(z_1, z_2)`,
    gradient: String.raw`\frac{∂L}{∂z_1} = ∓\frac{u_2 − c\,u_1}{|z_1|},~u = \frac{z}{|z|}`,
    likelihood: ['None: an energy of the angle alone'],
    when: 'Pairs are labelled same or different, and only directions matter: the embeddings are compared by cosine later on.',
    not: 'Lengths mean something, or there are no labelled pairs (infoNce takes the rest of the batch as negatives).',
    knobs: [pair, slider('margin', 'margin m', -1, 1, 0.05, 0)],
    view: {
      kind: 'surface',
      axis: 'plane',
      inputs: (grid, settings: Settings) => ({
        args: [
          twos(grid),
          repeated(positive.x, positive.y, grid),
          new Float64Array(grid.xs.length).fill(settings.same === 'different' ? -1 : 1),
        ],
        widths: { dim: 2 },
      }),
      gradient: ofTwo('z1'),
      kinked: ({ same }) => same === 'different',
      points: () => [{ ...positive, text: 'z₂' }],
    },
  },
  {
    name: 'infoNce',
    title: 'InfoNCE (CLIP)',
    formula: String.raw`L_i = −\frac{s_{ii}}{τ} + \ln \sum_j e^{s_{ij}/τ},~s = \cos(q_i, k_j)`,
    gradient: String.raw`\frac{∂L_i}{∂s_{ij}} = \frac{P_{ij} − [j = i]}{τ}`,
    likelihood: [
      'A categorical: which of all keys is the query’s?',
      String.raw`L_i = −\ln P(\text{key } i \mid \text{query } i)`,
    ],
    when: 'Each query has one right answer, and all others of the batch are wrong ones: retrieval, images and their captions.',
    not: 'Answers repeat within a batch: they are taken for wrong ones. With labels take supCon; with small batches sigLip.',
    knobs: [
      slider('temperature', 'temperature τ', 0.02, 1, 0.01, 0.07),
      flag('normalize', 'normalise: cosine, not dot product', true),
      flag('symmetric', 'symmetric: keys pick queries as well'),
    ],
    view: {
      kind: 'surface',
      axis: 'plane',
      single: true,
      inputs: betweenViews,
      gradient: ofTwo('queries'),
      points: () => keys,
    },
  },
  {
    name: 'sigLip',
    title: 'SigLIP',
    formula: String.raw`L_i = −\sum_j \ln σ(±x_{ij}),~x = \text{scale}·\cos(a_i, b_j) + \text{bias}`,
    gradient: String.raw`\frac{∂L_i}{∂x_{ij}} = σ(x_{ij}) − [j = i]`,
    likelihood: [
      'A coin for each two embeddings: are they a pair?',
      String.raw`L_i = −\ln \prod_j P(\text{pair or not})`,
    ],
    when: 'As for InfoNCE, with batches that may be small: each two are asked about by themselves, nothing is normalised over the batch.',
    not: 'Scale and bias can’t be learned or tuned: far from right, nearly all of the gradient is the negatives’.',
    knobs: [
      slider('scale', 'scale', 1, 30, 1, 10),
      slider('bias', 'bias', -15, 5, 0.5, -10),
      flag('normalize', 'normalise: cosine, not dot product', true),
    ],
    view: {
      kind: 'surface',
      axis: 'plane',
      single: true,
      inputs: betweenViews,
      gradient: ofTwo('za'),
      points: () => keys,
    },
  },
  {
    name: 'supCon',
    title: 'Supervised contrastive',
    formula: String.raw`L_i = −\frac{1}{|P|} \sum_{p ∈ P} \ln \frac{e^{s_{ip}/τ}}{\sum_{k ≠ i} e^{s_{ik}/τ}},~s = \cos(z_i, z_k)`,
    gradient: String.raw`\frac{∂L_i}{∂s_{ik}} = \frac{Q_{ik} − [k ∈ P]/|P|}{τ}`,
    likelihood: [
      'A categorical: which of all others is one of my class?',
      String.raw`L_i = −\frac{1}{|P|} \sum_p \ln P(p \mid i)`,
    ],
    when: 'There are class labels, and the embedding is what you want: for nearest neighbours, new classes, or a linear layer later on.',
    not: 'Classes are alone in their batch: they have nobody to find. For a classifier alone crossEntropy is simpler.',
    knobs: [
      slider('temperature', 'temperature τ', 0.05, 2, 0.05, 0.1),
      flag('normalize', 'normalise: cosine, not dot product', true),
      choice('class', 'the one that moves is of', [
        ['b', 'class b, of which there are two more'],
        ['alone', 'a class of its own'],
      ]),
    ].map((knob) => (knob.name === 'class' ? { ...knob, input: true as const } : knob)),
    view: {
      kind: 'surface',
      axis: 'plane',
      single: true,
      inputs: ({ xs, ys }, settings: Settings) => ({
        args: [
          [[xs[0]!, ys[0]!], ...[b, bTwin, c, cTwin].map(({ x, y }) => [x, y])],
          [settings.class === 'alone' ? 2 : 0, 0, 0, 1, 1],
        ],
      }),
      gradient: (grad: Float64Array, i: number) => [grad[2 * i]!, grad[2 * i + 1]!] as const,
      points: () => [b, bTwin, c, cTwin],
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
      inputs: betweenViews,
      gradient: ofTwo('za'),
      points: () => views,
    },
  },
];
