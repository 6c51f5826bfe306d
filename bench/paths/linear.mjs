/** A linear layer with cross-entropy behind it: value and all gradients, beside the products alone and careful JavaScript. */
import { bareProduct } from '../lib/bare.mjs';
import { carefulLayer, ordinaryLayer, residentLayer, valueOfLayer } from '../lib/layer.mjs';
import { layers } from '../lib/layers.mjs';

/** Three products of a row's size; nothing to compare. */
const bare = ({ rows, dim, width }) => ({ call: () => void bareProduct(6 * rows * dim * width), grads: {} });

export const linear = {
  title: 'A linear layer with cross-entropy',
  note: 'value and gradients of hidden, weight and bias on resident buffers: three bare products and careful JavaScript take so many times as long; ordinary arrays against resident ones; one gradient less, and the value alone, against all',
  rows: layers,
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
  rival: { bare: 'the bare product', ordinary: 'losskit on resident buffers' },
  sides: (one, library) => ({
    resident: residentLayer(one, library),
    ordinary: ordinaryLayer(one, library),
    ofWeight: residentLayer(one, library, ['weight', 'bias']),
    value: valueOfLayer(one, library),
  }),
  rivals: (one) => ({ bare: bare(one), careful: carefulLayer(one) }),
};
