/** A linear layer with cross-entropy behind it: value and all gradients, beside the products alone and careful JavaScript. */
import { linearCrossEntropy as careful, roomFor } from '../careful/layer.mjs';
import { bareProduct } from '../lib/bare.mjs';
import { kinds } from '../lib/data.mjs';

const shape = (rows, dim, classes, targets) => ({
  id: `linearCrossEntropy@${rows}x${dim}x${classes}`,
  variant: 'linearCrossEntropy',
  size: `${rows}×${dim}×${classes.toLocaleString('en-US')}`,
  rows,
  dim,
  width: classes,
  targets: { ...targets, ordinary: 0.9 },
});

const rows = [
  shape(64, 384, 32_000, { bare: 0.85, careful: 9.5 }),
  shape(256, 768, 1000, { bare: 0.85, careful: 9.5 }),
  shape(1024, 64, 10, { careful: 12 }),
  shape(4096, 64, 10, { careful: 12 }),
  shape(128, 64, 100_000, { careful: 9.5 }),
];

/** The arrays of a row, ordinary ones. */
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

function ordinary(one, { linearCrossEntropy }) {
  const data = dataOf(one);
  const { hidden, weight, labels, bias, dim } = data;
  const out = outOf(data);
  const options = { bias, dim, out };
  return { call: () => linearCrossEntropy.valueAndGrad(hidden, weight, labels, options).value, grads: out };
}

function resident(one, library, grads) {
  const data = dataOf(one);
  const place = (x) => {
    const buffer = library.allocate(x instanceof Int32Array ? 'int32' : 'float32', x.length);
    buffer.array.set(x);
    return buffer;
  };
  const [hidden, weight, labels] = [data.hidden, data.weight, data.labels].map(place);
  const all = Object.entries(outOf(data)).map(([name, x]) => [name, place(x)]);
  const out = Object.fromEntries(grads ? all.filter(([name]) => grads.includes(name)) : all);
  const options = { bias: data.bias, dim: one.dim, out, ...(grads && { grads }) };
  const head = library.linearCrossEntropy;
  return { call: () => head.valueAndGrad(hidden, weight, labels, options).value, grads: out };
}

function value(one, library) {
  const { hidden, weight, labels, bias, dim } = dataOf(one);
  return { call: () => library.linearCrossEntropy(hidden, weight, labels, { bias, dim }), grads: {} };
}

function carefully(one) {
  const data = dataOf(one);
  const [out, room] = [outOf(data), roomFor(data)];
  return { call: () => careful(data, out, room), grads: out };
}

/** Three products of a row's size; nothing to compare. */
const bare = ({ rows, dim, width }) => ({ call: () => void bareProduct(6 * rows * dim * width), grads: {} });

export const linear = {
  title: 'A linear layer with cross-entropy',
  note: 'value and gradients of hidden, weight and bias on resident buffers: three bare products and careful JavaScript take so many times as long; ordinary arrays against resident ones; one gradient less, and the value alone, against all',
  rows,
  ratios: {
    bare: ['bare', 'resident'],
    careful: ['careful', 'resident'],
    ordinary: ['resident', 'ordinary'],
    'weight and bias': ['resident', 'ofWeight'],
    'value alone': ['resident', 'value'],
  },
  better: {
    bare: 'more',
    careful: 'more',
    ordinary: 'more',
    'weight and bias': 'more',
    'value alone': 'more',
  },
  sides: (one, library) => ({
    resident: resident(one, library),
    ordinary: ordinary(one, library),
    ofWeight: resident(one, library, ['weight', 'bias']),
    value: value(one, library),
  }),
  rivals: (one) => ({ bare: bare(one), careful: carefully(one) }),
};
