/** A linear layer with cross-entropy behind it: value and all gradients, beside the products alone and careful JavaScript. */
import { bareProduct } from '../lib/bare.mjs';
import { carefulLayer, ordinaryLayer, residentLayer, valueOfLayer } from '../lib/layer.mjs';

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
    resident: residentLayer(one, library),
    ordinary: ordinaryLayer(one, library),
    ofWeight: residentLayer(one, library, ['weight', 'bias']),
    value: valueOfLayer(one, library),
  }),
  rivals: (one) => ({ bare: bare(one), careful: carefulLayer(one) }),
};
