/** losskit: loss functions with exact gradients. The WebAssembly is inlined, and starts by itself at the first use. */
export * from './api.ts';
