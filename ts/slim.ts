/** losskit/slim: the same API without the inlined WebAssembly; `await init({ wasm })` brings it. */
export * from './api.ts';
