/** Every case: a loss, a size, where its data comes from, and the careful JavaScript it is measured against, from what the loss says of itself. */
import * as losskit from 'losskit';
import * as careful from '../careful/index.mjs';

/** Rows and widths. */
const ELEMENTS = [128, 1024, 4096, 65_536, 2 ** 20].map((rows) => [rows, 1]);
const CLASSES = [
  [4096, 10],
  [1024, 1000],
  [64, 50_257],
];
const DENSE = [[1024, 1000]];
const LATENTS = [[1024, 128]];
const EMBEDDINGS = [
  [1024, 128],
  [4096, 384],
];
const LISTS = [[1024, 100]];
/** Sequences and classes; steps and labels of each. */
const SEQUENCES = [[16, 80]];
const [STEPS, SPELT] = [200, 30];
/** Images and classes; pixels of an image. */
const IMAGES = [
  [4, 21],
  [4, 1],
];
const PIXELS = 128 * 128;
const VIEWS = [
  [128, 128],
  [512, 128],
  [1024, 256],
];

const infos = new Map(Object.values(losskit).flatMap(({ info }) => (info ? [[info.name, info]] : [])));

/** The loss that an export of careful JavaScript is of, and the rest of its name: `crossEntropySmoothed` is of `crossEntropy`. */
function lossOf(name) {
  const fits = [...infos.keys()].filter((loss) => name.startsWith(loss) && /^([A-Z]|$)/.test(name.slice(loss.length)));
  if (fits.length === 0) throw new Error(`bench/careful has ${name}, which isn't the name of a loss`);
  const loss = fits.reduce((a, b) => (a.length > b.length ? a : b));
  return [loss, name.slice(loss.length).toLowerCase()];
}

const isClasses = ({ domain }) => domain === 'labels' || domain === 'classes';

function sizesOf({ shape, inputs, hessian }, dense) {
  if (shape === 'pointwise' || shape === 'regularizer') return ELEMENTS;
  if (shape === 'batch') return VIEWS;
  if (shape === 'sequence') return SEQUENCES;
  if (shape === 'list') return LISTS;
  if (shape === 'region') return IMAGES;
  if (dense) return DENSE;
  if (!hessian) return EMBEDDINGS;
  return inputs.some(isClasses) || inputs[0].domain === 'unit' ? CLASSES : LATENTS;
}

/** The kind of data for an input: one of bench/lib/data.mjs. */
function kindOf({ name, domain, per, differentiable }, { shape, hessian, byName }, { dense, options = {} }) {
  const inRows = shape === 'rowwise';
  // Targets in [0, 1]: of a distribution's classes, or of events.
  const other = inRows && !byName ? 'distribution' : 'binary';
  if (shape === 'list' && !differentiable) return 'grades';
  if (shape === 'region') return differentiable ? 'logits' : 'mask';
  if (shape === 'sequence' && domain === 'labels') return 'spelling';
  if (domain === 'labels' || domain === 'classes') return dense ? 'distribution' : 'labels';
  if (per === 'row') return `${domain}/row`;
  if (name === 'logits' || (differentiable && options.input === 'logits')) return 'logits';
  if (domain === 'unit' && !differentiable) return other;
  if (domain === 'unit') return inRows ? 'distribution' : 'probability';
  if (domain === 'positive' || domain === 'aboveMinusOne') return 'nonNegative';
  if (domain !== 'real') return domain;
  if (name === 'logp') return 'logDistribution';
  return inRows && !hessian ? 'unitRows' : 'normal';
}

/** `4,096`, `1024×1000`. */
export const sizeLabel = (rows, width) => (width === 1 ? rows.toLocaleString('en-US') : `${rows}×${width}`);

/** What a sample has of rows: steps, and how many labels, or pixels. */
function rowsOf(shape) {
  if (shape === 'sequence') return { steps: STEPS, spelt: SPELT };
  return shape === 'region' ? { steps: PIXELS } : {};
}

/** All cases, in the order of the report. */
export const cases = Object.entries(careful).flatMap(([name, own]) => {
  const [loss, rest] = lossOf(name);
  const info = infos.get(loss);
  const variant = rest === '' ? loss : `${loss}-${rest}`;
  const kinds = info.inputs.map((input) => [input, kindOf(input, info, own)]);
  const inputs = Object.fromEntries(kinds.map(([{ name }, kind]) => [kind === 'labels' ? kind : name, kind]));
  return sizesOf(info, own.dense).map(([rows, width]) => ({
    id: `${variant}@${rows}${width === 1 ? '' : `x${width}`}`,
    variant,
    loss,
    inputs,
    byName: info.byName,
    grads: info.differentiable,
    shape: info.shape,
    hessian: info.hessian,
    rows,
    width,
    ...rowsOf(info.shape),
    size:
      info.shape === 'sequence'
        ? `${rows}×${STEPS}×${width}`
        : info.shape === 'region'
          ? `${rows}×${width}×128×128`
          : sizeLabel(rows, width),
    options: own.options ?? {},
    // Flat arrays need the number of rows, where labels don't say so.
    flat: info.shape === 'sequence' || (info.shape !== 'region' && width > 1 && !('labels' in inputs)),
    careful: own,
  }));
});

/** The cases whose id contains one of the words; all of them without words. A word of the form `=id` wants the variant itself. */
export function select(words) {
  const wanted = ({ id, variant }) =>
    words.some((word) => (word.startsWith('=') ? variant === word.slice(1) : id.includes(word)));
  return words.length === 0 ? cases : cases.filter(wanted);
}

/** Elements of the gradient: what times are divided by. */
export const gradientElements = ({ rows, width, grads, steps = 1 }) => rows * steps * width * grads.length;
