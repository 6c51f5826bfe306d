/** losskit under the `workerd` and `edge-light` conditions: the same API, with the WebAssembly imported as a compiled module. */
export * from './api.ts';
