import * as tf from '@tensorflow/tfjs';
import { crossEntropy, mse } from 'losskit';
import { equal, f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

await tf.setBackend('cpu');
const x = tf.tensor2d([
  [1, 2, 3],
  [4, 5, 6],
]);

holds(x, f32(1, 2, 3, 4, 5, 6));
holds(x.transpose(), f32(1, 4, 2, 5, 3, 6));
holds(x.slice([0, 1], [2, 2]), f32(2, 3, 5, 6));
holds(x.reverse(1), f32(3, 2, 1, 6, 5, 4));
holds(x.reshape([3, 2]), f32(1, 2, 3, 4, 5, 6));
holds(tf.variable(tf.tensor1d([7])), f32(7));
holds(tf.scalar(7), f32(7));
holds(tf.zeros([0, 3]), f32());
// Integers have no precision of their own: alone they are float64, beside floats they take theirs.
holds(tf.tensor1d([1, -2], 'int32'), f64(1, -2));
equal(mse.valueAndGrad(tf.tensor1d([1, 2]), tf.tensor1d([true, false], 'bool')).grad, f32(0, 2));

const logits = tf.tensor2d([1, 2, 3, 4, 0, 6], [3, 2]);
const labels = tf.tensor1d([1, 0, 1], 'int32');
labelsHold(logits, labels);
labelsHold(logits, tf.tensor1d([1, 0, 1], 'bool'));
labelsHold(logits, tf.oneHot(labels, 2));
equal(crossEntropy(logits, labels), crossEntropy(logits, labels.arraySync()));

// Into tfjs and back, with the gradient that tfjs finds itself.
const theirs = tf.grad((pred) => tf.losses.meanSquaredError(tf.zeros([2, 3]), pred))(x);
const { grad } = mse.valueAndGrad(x, tf.zeros([2, 3]));
equal(
  Array.from(tf.tensor(grad, x.shape).sub(theirs).abs().max().dataSync(), (d) => d < 1e-6),
  [true],
);

// A tensor belongs to its maker: reading disposes nothing and keeps nothing.
const before = tf.memory().numTensors;
mse.valueAndGrad(x, x);
equal(tf.memory().numTensors, before);
equal(x.isDisposed, false);
// On the cpu backend dataSync gives the tensor's own memory, so a gradient must never be written there unasked.
equal(Array.from(x.dataSync()), [1, 2, 3, 4, 5, 6]);

shapesDiffer(tf.zeros([2, 1]), tf.zeros([2]));
refuses(() => mse(tf.tensor1d(['a']), [1]), TypeError, /pred must be a tensor of numbers, got "a"/);
refuses(() => mse(tf.complex([1], [2]), [1]), TypeError, /pred must be a tensor of real numbers, got "complex64"/);
refuses(() => mse(x.data(), x), TypeError, /await it first/);
refuses(() => crossEntropy(logits, tf.tensor1d([1, 0, 1])), TypeError, /class labels .* got Float32Array\(3\)/);
refuses(() => mse.valueAndGrad(x, x, { out: x }), TypeError, /out must be a Float32Array/);
const gone = tf.tensor1d([1]);
gone.dispose();
refuses(() => mse(gone, [1]), TypeError, /pred could not be read: Tensor is disposed/);
