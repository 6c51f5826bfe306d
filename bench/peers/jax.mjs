/** jax-js on its WebAssembly device: jit(valueAndGrad(loss)), with the losses in peers/jaxLosses.mjs. */
import { readFileSync } from 'node:fs';
import { defaultDevice, init, jit, numpy as np, valueAndGrad } from '@jax-js/jax';
import { losses } from './jaxLosses.mjs';
import { serve } from './server.mjs';

await init('wasm');
defaultDevice('wasm');
const { version } = JSON.parse(readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url)));

await serve(version, (one, inputs) => {
  const loss = losses[one.variant];
  if (!loss) return undefined;
  const names = Object.keys(inputs);
  const arrays = names.map((name) => {
    const data = inputs[name];
    const rowed = one.width > 1 && data.length === one.rows * one.width;
    return np.array(data).reshape(rowed ? [one.rows, one.width] : [data.length]);
  });
  const argnums = one.grads.map((name) => names.indexOf(name));
  const compiled = jit(valueAndGrad((...args) => loss(args, one), { argnums }));
  /** Reading is what makes jax-js finish: the value is read, and the gradients are, as nothing else waits for them. */
  const result = () => {
    const [value, grads] = compiled(...arrays.map((array) => array.ref));
    return { value: value.dataSync()[0], grads: [grads].flat().map((grad) => grad.dataSync()) };
  };
  const dispose = () => {
    for (const array of arrays) array.dispose();
    compiled.dispose();
  };
  return { step: result, result, dispose };
});
