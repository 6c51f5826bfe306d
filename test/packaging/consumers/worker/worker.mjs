import { parentPort } from 'node:worker_threads';
import { backend, mse } from 'losskit';

const target = new Float32Array([1, 2, 6]);
const first = mse.valueAndGrad(new Float32Array([1, 2, 3]), target);
// A gradient owns its memory: it may be given away, and the next call is as good.
parentPort.postMessage(first, [first.grad.buffer]);
const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), target);
parentPort.postMessage({ ...backend(), value, grad }, [grad.buffer]);
