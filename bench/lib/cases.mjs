/** Every case: a loss, a size, where its data comes from, and the careful JavaScript it is measured against. */
import { careful } from '../careful/index.mjs';

const N = [128, 1024, 4096, 65_536, 2 ** 20].map((rows) => [rows, 1]);
const CLASSES = [
  [4096, 10],
  [1024, 1000],
  [64, 50_257],
];
const WIDE = [CLASSES[1]];
const GAUSSIANS = [[1024, 128]];
const TRIPLETS = [
  [1024, 128],
  [4096, 384],
];
const VIEWS = [
  [128, 128],
  [512, 128],
  [1024, 256],
];

const regression = { pred: 'normal', target: 'normal' };
const embeddings = { anchor: 'unitRows', positive: 'unitRows', negative: 'unitRows' };

/**
 * One line a variant of a loss: its id, the loss, kinds of its inputs in order, the differentiable ones, the sizes, the options. `width`
 * is the option that says how wide a row of flat arrays is, where labels don't.
 */
const variants = [
  ['mse', 'mse', regression, ['pred'], N],
  ['mae', 'mae', regression, ['pred'], N],
  ['huber', 'huber', regression, ['pred'], N],
  ['smoothL1', 'smoothL1', regression, ['pred'], N],
  ['logCosh', 'logCosh', regression, ['pred'], N],
  ['hinge', 'hinge', { f: 'normal', y: 'sign' }, ['f'], N],
  ['squaredHinge', 'squaredHinge', { f: 'normal', y: 'sign' }, ['f'], N],
  ['binaryCrossEntropy', 'binaryCrossEntropy', { p: 'probability', y: 'binary' }, ['p'], N],
  ['binaryCrossEntropyWithLogits', 'binaryCrossEntropyWithLogits', { z: 'logits', y: 'binary' }, ['z'], N],
  ['binaryFocal', 'binaryFocal', { p: 'probability', y: 'binary' }, ['p'], N],
  ['binaryFocalWithLogits', 'binaryFocalWithLogits', { z: 'logits', y: 'binary' }, ['z'], N],
  ['gaussianNll', 'gaussianNll', { mean: 'normal', target: 'normal', logVar: 'normal' }, ['mean', 'logVar'], N],
  ['l1', 'l1', { theta: 'normal' }, ['theta'], N],
  ['l2', 'l2', { theta: 'normal' }, ['theta'], N],
  ['elasticNet', 'elasticNet', { theta: 'normal' }, ['theta'], N],
  ['crossEntropy', 'crossEntropy', { z: 'logits', labels: 'labels' }, ['z'], CLASSES],
  ['crossEntropy-smoothed', 'crossEntropy', { z: 'logits', labels: 'labels' }, ['z'], CLASSES, { labelSmoothing: 0.1 }],
  ['crossEntropy-dense', 'crossEntropy', { z: 'logits', target: 'distribution' }, ['z'], WIDE, {}, 'classes'],
  ['categoricalCrossEntropy', 'categoricalCrossEntropy', { p: 'distribution', labels: 'labels' }, ['p'], CLASSES],
  ['nll', 'nll', { logp: 'logDistribution', labels: 'labels' }, ['logp'], CLASSES],
  ['focal', 'focal', { z: 'logits', labels: 'labels' }, ['z'], CLASSES],
  ['multiclassHinge', 'multiclassHinge', { z: 'logits', labels: 'labels' }, ['z'], CLASSES],
  ['klDivergence', 'klDivergence', { q: 'distribution', p: 'distribution' }, ['q'], CLASSES, {}, 'classes'],
  [
    'klDivergence-logits',
    'klDivergence',
    { q: 'logits', p: 'distribution' },
    ['q'],
    CLASSES,
    { input: 'logits' },
    'classes',
  ],
  ['entropy', 'entropy', { p: 'distribution' }, ['p'], CLASSES, {}, 'classes'],
  ['gaussianKl', 'gaussianKl', { mu: 'normal', logVar: 'normal' }, ['mu', 'logVar'], GAUSSIANS, {}, 'dim'],
  [
    'elbo',
    'elbo',
    { recon: 'logits', target: 'binary', mu: 'normal', logVar: 'normal' },
    ['recon', 'mu', 'logVar'],
    GAUSSIANS,
    {},
    'batch',
  ],
  [
    'contrastive',
    'contrastive',
    { z1: 'unitRows', z2: 'unitRows', y: 'binaryRows' },
    ['z1', 'z2'],
    TRIPLETS,
    {},
    'dim',
  ],
  ['triplet', 'triplet', embeddings, ['anchor', 'positive', 'negative'], TRIPLETS, {}, 'dim'],
  [
    'triplet-cosine',
    'triplet',
    embeddings,
    ['anchor', 'positive', 'negative'],
    TRIPLETS,
    { distance: 'cosine' },
    'dim',
  ],
  ['ntXent', 'ntXent', { za: 'normal', zb: 'normal' }, ['za', 'zb'], VIEWS, {}, 'dim'],
];

/** `4,096`, `1024×1000`. */
export const sizeLabel = (rows, width) => (width === 1 ? rows.toLocaleString('en-US') : `${rows}×${width}`);

/** All cases, in the order of the report. */
export const cases = variants.flatMap(([variant, loss, inputs, grads, sizes, options = {}, width]) =>
  sizes.map(([rows, columns]) => ({
    id: `${variant}@${rows}${columns === 1 ? '' : `x${columns}`}`,
    variant,
    loss,
    inputs,
    grads,
    rows,
    width: columns,
    size: sizeLabel(rows, columns),
    options,
    widthOption: width,
    careful: careful[variant.replace(/-(.)/, (_, c) => c.toUpperCase())],
  })),
);

/** The cases whose id contains one of the words; all of them without words. A word of the form `=id` wants the variant itself. */
export function select(words) {
  const wanted = ({ id, variant }) =>
    words.some((word) => (word.startsWith('=') ? variant === word.slice(1) : id.includes(word)));
  return words.length === 0 ? cases : cases.filter(wanted);
}

/** Elements of the gradient: what times are divided by. */
export const gradientElements = ({ rows, width, grads }) => rows * width * grads.length;
