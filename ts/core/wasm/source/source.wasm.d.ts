/** The compiled module, as engines give it that import WebAssembly; published as `losskit/losskit.wasm`. `object` where the types of WebAssembly are unknown. */
declare const module: typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;
export default module;
