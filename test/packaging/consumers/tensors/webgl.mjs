/** Tensors whose numbers are in the GPU's textures, for a browser; bundled by browser.mjs. */
import * as tf from '@tensorflow/tfjs';
import { backend, mse } from 'losskit';

export async function report() {
  if (!(await tf.setBackend('webgl'))) return null;
  // Computed and turned there, so that no copy of the numbers is in ordinary memory.
  const pred = tf
    .tensor2d([[0.5], [1], [1.5]])
    .mul(2)
    .transpose();
  const { value, grad } = mse.valueAndGrad(pred, tf.tensor2d([[1, 2, 6]]));
  return JSON.stringify({ ...backend(), value, grad: [...grad], on: tf.getBackend() });
}
