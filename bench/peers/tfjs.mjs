/** TensorFlow.js, on the backend named on the command line (`cpu` or `wasm`, one thread): tf.losses with tf.grads, in a tidy. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import { serve } from './server.mjs';

const backend = process.argv[2];
if (backend === 'wasm') {
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
}
await tf.setBackend(backend);
await tf.ready();

const { losses } = tf;
const oneHot = (labels, width) => tf.oneHot(tf.tensor1d(labels, 'int32'), width).toFloat();
/** tf.losses.hingeLoss wants labels 0 and 1. */
const zeroOne = (y) => tf.tensor(y.map((sign) => (sign + 1) / 2));

/** The losses that tf.losses has: `target` prepares the labels once, `loss` is what a training step computes. */
const known = {
  mse: { target: ({ target }) => tf.tensor(target), loss: (y, x) => losses.meanSquaredError(y, x) },
  mae: { target: ({ target }) => tf.tensor(target), loss: (y, x) => losses.absoluteDifference(y, x) },
  huber: { target: ({ target }) => tf.tensor(target), loss: (y, x) => losses.huberLoss(y, x) },
  hinge: { target: ({ target }) => zeroOne(target), loss: (y, x) => losses.hingeLoss(y, x) },
  binaryCrossEntropy: { target: ({ target }) => tf.tensor(target), loss: (y, x) => losses.logLoss(y, x, undefined, 0) },
  binaryCrossEntropyWithLogits: {
    target: ({ target }) => tf.tensor(target),
    loss: (y, x) => losses.sigmoidCrossEntropy(y, x),
  },
  crossEntropy: {
    target: ({ labels }, width) => oneHot(labels, width),
    loss: (y, x) => losses.softmaxCrossEntropy(y, x),
  },
  'crossEntropy-smoothed': {
    target: ({ labels }, width) => oneHot(labels, width),
    loss: (y, x) => losses.softmaxCrossEntropy(y, x, undefined, 0.1),
  },
  'crossEntropy-dense': {
    target: ({ target }, width) => tf.tensor(target, [target.length / width, width]),
    loss: (y, x) => losses.softmaxCrossEntropy(y, x),
  },
};

await serve(tf.version.tfjs, (one, inputs) => {
  const has = known[one.variant];
  if (!has) return undefined;
  const shape = one.width === 1 ? [one.rows] : [one.rows, one.width];
  const x = tf.tensor(inputs[one.grads[0]], shape);
  const y = tf.tidy(() => has.target(inputs, one.width));
  const valueAndGrad = tf.valueAndGrad((z) => has.loss(y, z));
  const compute = (read) =>
    tf.tidy(() => {
      const { value, grad } = valueAndGrad(x);
      return { value: value.dataSync()[0], grads: read ? [grad.dataSync().slice()] : grad };
    });
  const step = () => {
    compute(false).grads.dispose();
  };
  return { step, result: () => compute(true), dispose: () => tf.dispose([x, y]) };
});
