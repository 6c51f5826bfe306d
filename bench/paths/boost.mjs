/** A step of gradient boosting: gradient and second derivative of a million weighted rows, into arrays that are kept. */
import { weightedBinary } from '../careful/boosting.mjs';
import { kinds } from '../lib/data.mjs';
import { sized } from './sized.mjs';

/** Logits, targets and weights, and room for the results. */
function data({ rows: n }) {
  const [z, y, weight] = ['logits', 'binary', 'probability'].map((kind, i) => kinds[kind](n, 1, 1000 + i));
  return { z, y, weight, grad: new Float32Array(n), hess: new Float32Array(n), n };
}

export const boost = {
  title: 'A boosting step',
  note: 'binary cross-entropy with logits, float32 weights, gradient and Hessian into `out` and `hessOut`, summed; times as fast as careful JavaScript, which leaves the value out',
  rows: [{ ...sized('binaryCrossEntropyWithLogits', 1_000_000), targets: { boost: 4 } }],
  ratios: { boost: ['careful', 'boost'] },
  better: { boost: 'more' },
  sides: (one, { binaryCrossEntropyWithLogits: loss }) => {
    const { z, y, weight, grad, hess } = data(one);
    const options = { reduction: 'sum', sampleWeight: weight, out: grad, hessOut: hess };
    return { boost: { call: () => loss.valueGradHess(z, y, options).value, grads: { grad, hess } } };
  },
  rivals: (one) => {
    const record = data(one);
    return { careful: { call: () => weightedBinary(record), grads: { grad: record.grad, hess: record.hess } } };
  },
};
