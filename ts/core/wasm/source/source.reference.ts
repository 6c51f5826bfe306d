/** Stands in for `source.ts` and every family's kernels.ts in `losskit/reference`: there are no kernels. */
import type { Backend } from '../../model/call.ts';
import type { WasmSource } from './option.ts';

export type { WasmSource } from './option.ts';

/** No family has any. */
export const kernels = null;

/** Nothing else runs here. */
export const runsHere = '';

/** Who imports this entry has asked for the reference. */
export const tellFallback = (_reason: string): void => {};

/** One thread computes here. */
export const threadsNow = (): number => 1;

/** Never called: only WebAssembly has threads. */
export const useThreads = async (_wanted: number | 'auto'): Promise<string> => '';

/** Always throws: the backend is then the reference. */
export function startSource(): Backend {
  throw new Error("'losskit/reference' has the reference only");
}

/** Always rejects. */
export async function loadSource(_wasm: WasmSource | undefined, _forThreads: boolean): Promise<Backend> {
  return startSource();
}
