/** Stands in for `source.ts` in `losskit/slim`: the caller brings the WebAssembly. */
import type { Backend } from '../model/call.ts';
import type { WasmSource } from './sourceOption.ts';
import { compileSource, instantiate, instantiated } from './start.ts';

export type { WasmSource } from './sourceOption.ts';

/** The WebAssembly backend that `init` loaded; throws if it hasn't. */
export function startSource(): Backend {
  const backend = instantiated();
  if (backend === null) throw new Error('no WebAssembly was loaded: await init({ wasm }) first');
  return backend;
}

/** The WebAssembly backend from what the caller brought. */
export async function loadSource(wasm: WasmSource | undefined): Promise<Backend> {
  if (wasm === undefined || instantiated() !== null) return startSource();
  const module = await compileSource(wasm);
  return instantiate(() => module);
}
