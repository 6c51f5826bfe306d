/** losskit/reference: the same API on the TypeScript reference alone, with no WebAssembly in the file. */
export * from './api.ts';
