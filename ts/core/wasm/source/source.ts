/** Where the WebAssembly comes from: here, a module inlined for each family, in ts/losses. `source.slim.ts`, `source.workerd.ts` and `source.reference.ts` stand in for this file, and for every family's kernels.ts. */
import type { Backend } from '../../model/call.ts';
import { compileAsync, compileSync, start } from '../start.ts';
import { refuse, type WasmSource } from './option.ts';
import { probe } from './probe.ts';

export { threadsNow } from '../threads/crew.ts';
export { useThreads } from '../threads/threads.ts';
export { runsHere, tellFallback, type WasmSource } from './option.ts';

/** The WebAssembly backend; throws where modules can't be compiled and started on the spot. */
export function startSource(): Backend {
  const module = compileSync(probe());
  new WebAssembly.Instance(module);
  return start();
}

/** The same without blocking. */
export async function loadSource(wasm: WasmSource | undefined, _forThreads: boolean): Promise<Backend> {
  refuse(wasm);
  const module = await compileAsync(probe());
  new WebAssembly.Instance(module);
  return start();
}
