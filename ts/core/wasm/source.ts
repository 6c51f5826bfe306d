/** Where the WebAssembly comes from: here, the bytes inlined in the package. `source.slim.ts`, `source.workerd.ts` and `source.reference.ts` stand in for it. */
import type { Backend } from '../model/call.ts';
import { wasmBytes } from './inlined.ts';
import { refuse, type WasmSource } from './sourceOption.ts';
import { compileAsync, compileSync, instantiate } from './start.ts';

export type { WasmSource } from './sourceOption.ts';

/** The WebAssembly backend, compiled on the spot; throws where that can't be. */
export const startSource = (): Backend => instantiate(() => compileSync(wasmBytes()));

/** The WebAssembly backend, compiled without blocking. */
export async function loadSource(wasm: WasmSource | undefined): Promise<Backend> {
  refuse(wasm);
  const module = await compileAsync(wasmBytes());
  return instantiate(() => module);
}
