/** The `wasm` option of `init`, for every source. */

/**
 * What `init({ wasm })` takes: bytes, a `WebAssembly.Module`, a `Response`, a URL, or a promise of one. All are objects to this type:
 * a consumer without the DOM's types has no name for some of them.
 */
export type WasmSource = string | object;

/** Why WebAssembly computes, where nobody asked for it. */
export const runsHere = 'WebAssembly runs here';

/** Says on the console that the reference computes though nobody asked for it: a result that comes slowly shows nothing of that. */
export function tellFallback(reason: string): void {
  const { console } = globalThis as { console?: { warn(text: string): void } };
  const note =
    "the TypeScript reference computes, which is slower; init({ backend: 'reference' }) chooses it without this note";
  console?.warn(`losskit: WebAssembly doesn't run (${reason}); ${note}`);
}

/** Throws if the caller brought a module to a build that has its own. */
export function refuse(wasm: WasmSource | undefined): void {
  if (wasm === undefined) return;
  throw new TypeError(
    "init: unknown option `wasm`; this build has its own: import from 'losskit/slim' to bring another",
  );
}
