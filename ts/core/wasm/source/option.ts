/** The `wasm` option of `init`, for every source. */

/**
 * What `init({ wasm })` takes: bytes, a `WebAssembly.Module`, a `Response`, a URL, or a promise of one. All are objects to this type:
 * a consumer without the DOM's types has no name for some of them.
 */
export type WasmSource = string | object;

/** Why WebAssembly computes, where nobody asked for it. */
export const runsHere = 'WebAssembly runs here';

/** Throws if the caller brought a module to a build that has its own. */
export function refuse(wasm: WasmSource | undefined): void {
  if (wasm === undefined) return;
  throw new TypeError(
    "init: unknown option `wasm`; this build has its own: import from 'losskit/slim' to bring another",
  );
}
