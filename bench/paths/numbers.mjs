/** Plain arrays of numbers. */
import { carefulCall, lossCall, makeData } from '../lib/bind.mjs';
import { sized } from './sized.mjs';

/** Two number[] and, for the gradient, a Float64Array. */
function data(one) {
  const made = makeData(one, one.rows, one.width, Float64Array);
  const inputs = Object.fromEntries(Object.entries(made.inputs).map(([name, array]) => [name, Array.from(array)]));
  return { ...made, inputs };
}

export const numbers = {
  title: 'Plain arrays of numbers',
  note: 'value and gradient of two number[]; times as fast as careful JavaScript on them',
  rows: [{ ...sized('mse', 1024), targets: { numbers: 0.5 } }],
  ratios: { numbers: ['careful', 'numbers'] },
  better: { numbers: 'more' },
  sides: (one, library) => {
    const own = data(one);
    return { numbers: { call: lossCall(one, library, own), grads: own.grads } };
  },
  rivals: (one) => {
    const own = data(one);
    return { careful: { call: carefulCall(one, own), grads: own.grads } };
  },
};
