/** Where the WebAssembly comes from: here, the bytes inlined in the package. `source.slim.ts`, `source.workerd.ts` and `source.reference.ts` stand in for it. */
import { WASM_BASE64 } from '../generated/wasm.ts';
import type { Backend } from './backend.ts';
import { refuse, type WasmSource } from './sourceOption.ts';
import { compileAsync, compileSync, instantiate } from './wasm.ts';

export type { WasmSource } from './sourceOption.ts';

function bytes(): Uint8Array<ArrayBuffer> {
  const binary = atob(WASM_BASE64);
  const result = new Uint8Array(binary.length);
  for (let i = 0; i < result.length; i++) result[i] = binary.charCodeAt(i);
  return result;
}

/** The WebAssembly backend, compiled on the spot; throws where that can't be. */
export const startSource = (): Backend => instantiate(() => compileSync(bytes()));

/** The WebAssembly backend, compiled without blocking. */
export async function loadSource(wasm: WasmSource | undefined): Promise<Backend> {
  refuse(wasm);
  const module = await compileAsync(bytes());
  return instantiate(() => module);
}
