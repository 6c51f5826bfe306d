/** The libraries' own types, as their functions return them, are what losses take. */
import { Tensor } from '@huggingface/transformers';
import { numpy as np } from '@jax-js/jax';
import array from '@stdlib/ndarray/array';
import * as tf from '@tensorflow/tfjs';
import * as arrow from 'apache-arrow';
import { crossEntropy, mse } from 'losskit';
import ndarray from 'ndarray';
import * as ort from 'onnxruntime-common';

// What a session gives is typed as a tensor of anything, strings too.
declare const output: ort.Tensor;
const floats = new Float32Array(2);

export const values: number[] = [
  mse(tf.tensor([1, 2]), tf.tensor1d([1, 2])),
  crossEntropy(tf.tensor2d([[1, 2]]), tf.tensor1d([0], 'int32')),
  crossEntropy(output, new ort.Tensor('int64', [0n], [1])),
  mse(new ort.Tensor('float32', floats, [2]), output),
  crossEntropy(new Tensor('float32', floats, [1, 2]), new Tensor('int64', [0n], [1])),
  mse(ndarray(floats, [2]), ndarray([1, 2]).step(-1)),
  crossEntropy(ndarray(floats, [1, 2]), ndarray(new Int32Array(1))),
  mse(array([1, 2]), array([1, 2], { dtype: 'generic' })),
  mse(arrow.vectorFromArray(floats), arrow.vectorFromArray([1, 2])),
  crossEntropy([[1, 2]], arrow.vectorFromArray(new Int32Array(1))),
  mse(np.array([1, 2]), np.zeros([2])),
  crossEntropy(np.array([[1, 2]]).ref, np.array([0], { dtype: np.int32 })),
];

// @ts-expect-error a promise of the elements, not the tensor
mse(tf.tensor([1]).data(), [1]);
