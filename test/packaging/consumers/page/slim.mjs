import { backend, init, mse } from 'losskit/slim';

const told = () => {
  const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
  return JSON.stringify({ ...backend(), value, grad: [...grad] });
};

/** The module by its URL, as a Response, and as the promise of one; each has to do. */
export async function report() {
  const url = '/losskit/losskit.wasm';
  for (const wasm of [url, new URL(url, location.href), fetch(url), await fetch(url)]) {
    await init({ backend: 'reference' });
    await init({ wasm, backend: 'wasm' });
  }
  return told();
}
