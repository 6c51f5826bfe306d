/** Stands in for `source.ts` and every family's kernels.ts in `losskit/slim`: the caller brings one module for all losses. */
import type { KernelSource } from '../../memory/modules.ts';
import type { Backend } from '../../model/call.ts';
import { instantiated, start } from '../start.ts';
import { compileSource } from './given.ts';
import type { WasmSource } from './option.ts';

export { runsHere, tellFallback, type WasmSource } from './option.ts';

let brought: WebAssembly.Module | null = null;

/** The kernels of every family. */
export const kernels: KernelSource = { compile: () => brought! };

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
  brought = module;
  return start(kernels);
}
