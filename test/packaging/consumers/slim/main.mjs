import { backend, init, mse } from 'losskit/slim';

// A file: URL, which not every runtime's fetch takes.
await init({ wasm: import.meta.resolve('losskit/losskit.wasm') });
const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
console.log(JSON.stringify({ ...backend(), value, grad: [...grad] }));
