/** Stands in for `source.ts` and every family's kernels.ts in `losskit/slim`: the caller brings one module for all losses. */
import type { KernelSource } from '../../memory/modules.ts';
import type { Backend } from '../../model/call.ts';
import { compileAsync, instantiated, start } from '../start.ts';
import { readSource } from './given.ts';
import type { WasmSource } from './option.ts';

export { threadsNow } from '../threads/crew.ts';
export { useThreads } from '../threads/threads.ts';
export { runsHere, tellFallback, type WasmSource } from './option.ts';

let brought: WebAssembly.Module | null = null;
/** Kept only where threads were asked for at once, which need it anew. */
let bytes: Uint8Array<ArrayBuffer> | null = null;

/** The kernels of every family. */
export const kernels: KernelSource = { compile: () => brought!, bytes: () => bytes?.slice() ?? null };

/** The WebAssembly backend that `init` loaded; throws if it hasn't. */
export function startSource(): Backend {
  const backend = instantiated();
  if (backend === null) throw new Error('no WebAssembly was loaded: await init({ wasm }) first');
  return backend;
}

/** The WebAssembly backend from what the caller brought, whose bytes are kept for threads, or not. */
export async function loadSource(wasm: WasmSource | undefined, forThreads: boolean): Promise<Backend> {
  if (wasm === undefined || (instantiated() !== null && !forThreads)) return startSource();
  const given = await readSource(wasm);
  const module = given instanceof Uint8Array ? await compileAsync(given) : given;
  if (forThreads && given instanceof Uint8Array) bytes = given;
  if (instantiated() === null) brought = module;
  return start(kernels);
}
