/** Calls of a linear layer with cross-entropy, ready to be timed: a shape has rows, dim, and classes as its width. */
import { linearCrossEntropy as careful, roomFor } from '../careful/layer.mjs';
import { allResident, toResident } from './bind.mjs';
import { kinds } from './data.mjs';

/** The last arrays that were made, of which large ones take a while: all sides read the same. */
let last = { key: '', data: null };

/** The arrays of a shape, ordinary ones, which nobody writes to. */
export function layerData({ rows, dim, width: classes }) {
  const key = `${rows}x${dim}x${classes}`;
  if (last.key !== key) last = { key, data: makeData(rows, dim, classes) };
  return last.data;
}

function makeData(rows, dim, classes) {
  const weight = kinds.normal(classes, dim, 2);
  for (let i = 0; i < weight.length; i++) weight[i] /= Math.sqrt(dim);
  return {
    rows,
    dim,
    classes,
    hidden: kinds.normal(rows, dim, 1),
    weight,
    bias: kinds.normal(classes, 1, 3),
    labels: kinds.labels(rows, classes, 4),
  };
}

/** Arrays for some of the gradients, all by default. */
const outOf = (data, grads = ['hidden', 'weight', 'bias']) =>
  Object.fromEntries(grads.map((name) => [name, new Float32Array(data[name].length)]));

/** Elements of all gradients. */
export const layerElements = ({ rows, dim, width }) => rows * dim + width * dim + width;

/** Value and gradients, all by default, on ordinary arrays. */
export function ordinaryLayer(one, { linearCrossEntropy }, grads, data = layerData(one)) {
  const { hidden, weight, labels, bias } = data;
  const out = outOf(data, grads);
  const options = { bias, dim: one.dim, out, grads };
  return { call: () => linearCrossEntropy.valueAndGrad(hidden, weight, labels, options).value, grads: out };
}

/** The same on resident buffers. */
export function residentLayer(one, library, grads, data = layerData(one)) {
  const [hidden, weight, labels] = [data.hidden, data.weight, data.labels].map((x) => toResident(library, x));
  const out = allResident(library, outOf(data, grads));
  const options = { bias: data.bias, dim: one.dim, out, grads };
  const head = library.linearCrossEntropy;
  return {
    call: () => head.valueAndGrad(hidden, weight, labels, options).value,
    grads: out,
    free: () => {
      for (const buffer of [hidden, weight, labels, ...Object.values(out)]) buffer.free();
    },
  };
}

/** The value alone. */
export function valueOfLayer(one, library) {
  const data = layerData(one);
  const [hidden, weight, labels] = [data.hidden, data.weight, data.labels].map((x) => toResident(library, x));
  const options = { bias: data.bias, dim: one.dim };
  return { call: () => library.linearCrossEntropy(hidden, weight, labels, options), grads: {} };
}

/** Careful JavaScript. */
export function carefulLayer(one) {
  const data = layerData(one);
  const [out, room] = [outOf(data), roomFor(data)];
  return { call: () => careful(data, out, room), grads: out };
}

/** Rows of a table, and a few classes: a shape for a line beside those of losses. */
export const tableLayer = { variant: 'linearCrossEntropy', size: '1024×64×10', rows: 1024, dim: 64, width: 10 };
