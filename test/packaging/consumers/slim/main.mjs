import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { backend, init, mse } from 'losskit/slim';

await init({ wasm: readFileSync(fileURLToPath(import.meta.resolve('losskit/losskit.wasm'))) });
const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
console.log(JSON.stringify({ ...backend(), value, grad: [...grad] }));
