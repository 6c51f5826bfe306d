/** Stands in for `source.ts` and every family's kernels.ts under the `workerd` and `edge-light` conditions: those engines compile no bytes at run time, but import one module for all losses, compiled. */
import type { KernelSource } from '../../memory/modules.ts';
import type { Backend } from '../../model/call.ts';
import { start } from '../start.ts';
import { refuse, type WasmSource } from './option.ts';
import module from './source.wasm';

export { threadsNow } from '../threads/crew.ts';
export { useThreads } from '../threads/threads.ts';
export { runsHere, tellFallback, type WasmSource } from './option.ts';

/** The kernels of every family. */
export const kernels: KernelSource = { compile: () => module, bytes: () => null };

/** The WebAssembly backend; throws where it can't start. */
export const startSource = (): Backend => start(kernels);

/** The WebAssembly backend, as above. */
export async function loadSource(wasm: WasmSource | undefined, _forThreads: boolean): Promise<Backend> {
  refuse(wasm);
  return startSource();
}
