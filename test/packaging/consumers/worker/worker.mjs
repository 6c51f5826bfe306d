import { parentPort } from 'node:worker_threads';
import { backend, mse } from 'losskit';

const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
parentPort.postMessage(JSON.stringify({ ...backend(), value, grad: [...grad] }));
