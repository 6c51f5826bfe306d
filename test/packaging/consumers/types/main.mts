import { accumulator, allocate, backend, chooseLoss, crossEntropy, mse, triplet } from 'losskit';
import module from 'losskit/losskit.wasm';
import { mse as plain } from 'losskit/reference';
import { init } from 'losskit/slim';

const pred = new Float32Array([1, 2, 3]);
const { value, grad } = mse.valueAndGrad(pred, pred);
export const total: number = value + plain([1], [2]);
export const gradient: Float32Array<ArrayBuffer> = grad;
export const doubles: Float64Array<ArrayBuffer> = crossEntropy.valueAndGrad([1, 2], [0]).grad;
export const anchor: Float32Array<ArrayBuffer> = triplet.valueAndGrad(pred, pred, pred, { dim: 3 }).grad.anchor;
export const name: 'wasm' | 'reference' = backend().name;
export const why: string = chooseLoss({ task: 'binary' }).why;
export const ready: PromiseLike<object> = init({ wasm: module });
export const x: Float32Array = allocate('float32', 3).array;
export const mean: number = accumulator(mse).value();

// @ts-expect-error an option that mse doesn't have
mse(pred, pred, { delta: 1 });
