/** losskit itself, as one of the peers: `resident` or `ordinary` on the command line. */
import * as losskit from '../../dist/index.js';
import { lossCall, residentCall } from '../lib/bind.mjs';
import { ordinaryLayer, residentLayer } from '../lib/layer.mjs';
import { serve } from './server.mjs';

const path = process.argv[2];

/** A linear layer with cross-entropy. */
function layer(one, inputs) {
  const make = path === 'resident' ? residentLayer : ordinaryLayer;
  const { call, grads, free } = make(one, losskit, one.grads, inputs);
  const result = () => ({ value: call(), grads: one.grads.map((name) => grads[name].array ?? grads[name]) });
  return { step: call, result, dispose: free };
}

await serve('this version', (one, inputs) => {
  if (one.shapes) return layer(one, inputs);
  const { rows, width, steps = 1, options } = one;
  const n = rows * steps * width;
  const grads = Object.fromEntries(one.grads.map((name) => [name, new Float32Array(n)]));
  const data = { inputs, grads, n, rows, width, steps, options };
  const bound =
    path === 'resident' ? residentCall(one, losskit, data) : { call: lossCall(one, losskit, data), grads, free() {} };
  const result = () => ({
    value: bound.call(),
    grads: one.grads.map((name) => bound.grads[name].array ?? grads[name]),
  });
  return { step: bound.call, result, dispose: bound.free };
});
