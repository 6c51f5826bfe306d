/** Calls of a linear layer with cross-entropy, ready to be timed: a shape has rows, dim, and classes as its width. */
import { linearCrossEntropy as careful, roomFor } from '../careful/layer.mjs';
import { toResident } from './bind.mjs';
import { kinds } from './data.mjs';

/** The arrays of a shape, ordinary ones. */
function dataOf({ rows, dim, width: classes }) {
  const scaled = (x) => x.map((y) => y / Math.sqrt(dim));
  return {
    rows,
    dim,
    classes,
    hidden: kinds.normal(rows, dim, 1),
    weight: scaled(kinds.normal(classes, dim, 2)),
    bias: kinds.normal(classes, 1, 3),
    labels: kinds.labels(rows, classes, 4),
  };
}

const outOf = ({ hidden, weight, bias }) => ({
  hidden: new Float32Array(hidden.length),
  weight: new Float32Array(weight.length),
  bias: new Float32Array(bias.length),
});

/** Elements of all gradients. */
export const layerElements = ({ rows, dim, width }) => rows * dim + width * dim + width;

/** Value and all gradients, on ordinary arrays. */
export function ordinaryLayer(one, { linearCrossEntropy }) {
  const data = dataOf(one);
  const { hidden, weight, labels, bias, dim } = data;
  const out = outOf(data);
  const options = { bias, dim, out };
  return { call: () => linearCrossEntropy.valueAndGrad(hidden, weight, labels, options).value, grads: out };
}

/** The same on resident buffers, or of some gradients. */
export function residentLayer(one, library, grads) {
  const data = dataOf(one);
  const [hidden, weight, labels] = [data.hidden, data.weight, data.labels].map((x) => toResident(library, x));
  const wanted = Object.entries(outOf(data)).filter(([name]) => grads === undefined || grads.includes(name));
  const out = Object.fromEntries(wanted.map(([name, x]) => [name, toResident(library, x)]));
  const options = { bias: data.bias, dim: one.dim, out, ...(grads && { grads }) };
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
  const { hidden, weight, labels, bias, dim } = dataOf(one);
  return { call: () => library.linearCrossEntropy(hidden, weight, labels, { bias, dim }), grads: {} };
}

/** Careful JavaScript. */
export function carefulLayer(one) {
  const data = dataOf(one);
  const [out, room] = [outOf(data), roomFor(data)];
  return { call: () => careful(data, out, room), grads: out };
}

/** Rows of a table, and a few classes: a shape for a line beside those of losses. */
export const tableLayer = { variant: 'linearCrossEntropy', size: '1024×64×10', rows: 1024, dim: 64, width: 10 };
