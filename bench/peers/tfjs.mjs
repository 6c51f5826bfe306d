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

/**
 * A linear layer with cross-entropy and its gradients, composed by hand: products of matrices as they lie, which are those that XNNPACK takes
 * (tf.grads would transpose in its products, which is a plain loop there).
 */
function layer({ rows, dim, width: classes, grads: names, shapes }, inputs) {
  const all = ['hidden', 'weight', 'bias'].map((name) => tf.tensor(inputs[name], shapes[name]));
  const [hidden, weight, bias] = all;
  // Labels as places in the scores, and as what they take from the gradient: made once, as targets are elsewhere.
  const places = tf.tensor2d(
    [...inputs.labels].flatMap((label, row) => [row, label]),
    [rows, 2],
    'int32',
  );
  const taken = tf.tidy(() => oneHot(inputs.labels, classes).div(rows));
  /** hidden·weightᵀ + bias, by way of the transpose that is less to copy. */
  const scores = () => {
    if (rows * (dim + classes) > classes * dim) return tf.add(tf.matMul(hidden, tf.transpose(weight)), bias);
    return tf.add(tf.transpose(tf.matMul(weight, tf.transpose(hidden))), bias);
  };
  const compute = () => {
    const z = scores();
    const largest = tf.max(z, 1, true);
    const e = tf.exp(tf.sub(z, largest));
    const sum = tf.sum(e, 1, true);
    const each = tf.sub(tf.add(tf.log(sum), largest).reshape([rows]), tf.gatherND(z, places));
    const g = tf.sub(tf.div(e, tf.mul(sum, rows)), taken);
    const gradients = {
      hidden: () => tf.matMul(g, weight),
      weight: () => tf.matMul(tf.transpose(g), hidden),
      bias: () => tf.sum(g, 0),
    };
    return [tf.mean(each), ...names.map((name) => gradients[name]())];
  };
  const step = () => tf.dispose(tf.tidy(compute));
  const result = () =>
    tf.tidy(() => {
      const [value, ...grads] = compute().map((x) => x.dataSync());
      return { value: value[0], grads };
    });
  return { step, result, dispose: () => tf.dispose([...all, places, taken]) };
}

await serve(tf.version.tfjs, (one, inputs) => {
  // In plain JavaScript these products take minutes.
  if (one.shapes) return backend === 'wasm' ? layer(one, inputs) : undefined;
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
