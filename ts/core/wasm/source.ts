/** Where the WebAssembly comes from: here, a module inlined for each family, in ts/losses. `source.slim.ts`, `source.workerd.ts` and `source.reference.ts` stand in for this file, and for every family's kernels.ts. */
import type { Backend } from '../model/call.ts';
import { probe } from './probe.ts';
import { refuse, type WasmSource } from './sourceOption.ts';
import { compileAsync, compileSync, start } from './start.ts';

export { runsHere, type WasmSource } from './sourceOption.ts';

/** The WebAssembly backend; throws where modules can't be compiled and started on the spot. */
export function startSource(): Backend {
  const module = compileSync(probe());
  new WebAssembly.Instance(module);
  return start();
}

/** The same without blocking. */
export async function loadSource(wasm: WasmSource | undefined): Promise<Backend> {
  refuse(wasm);
  const module = await compileAsync(probe());
  new WebAssembly.Instance(module);
  return start();
}
