/** Stands in for `source.ts` in `losskit/reference`: there is no WebAssembly. */
import type { Backend } from '../model/call.ts';
import type { WasmSource } from './sourceOption.ts';

export type { WasmSource } from './sourceOption.ts';

/** Always throws: the backend is then the reference. */
export function startSource(): Backend {
  throw new Error("'losskit/reference' has no WebAssembly");
}

/** Always rejects. */
export async function loadSource(_wasm: WasmSource | undefined): Promise<Backend> {
  return startSource();
}
