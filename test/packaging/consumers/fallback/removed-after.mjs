import { backend, mse } from 'losskit';

delete globalThis.WebAssembly;
const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
console.log(JSON.stringify({ ...backend(), value, grad: [...grad] }));
