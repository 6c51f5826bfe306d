/** Stands in for `source.ts` under the `workerd` and `edge-light` conditions: those engines compile no bytes at run time, but import the module compiled. */
import type { Backend } from '../model/call.ts';
import module from './source.wasm';
import { refuse, type WasmSource } from './sourceOption.ts';
import { instantiate } from './start.ts';

export type { WasmSource } from './sourceOption.ts';

/** The WebAssembly backend; throws where it can't start. */
export const startSource = (): Backend => instantiate(() => module);

/** The WebAssembly backend, as above. */
export async function loadSource(wasm: WasmSource | undefined): Promise<Backend> {
  refuse(wasm);
  return startSource();
}
