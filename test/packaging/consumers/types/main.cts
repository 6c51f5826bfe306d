import { backend, mse } from 'losskit';

export const value: number = mse([1], [2]);
export const name: 'wasm' | 'reference' = backend().name;
