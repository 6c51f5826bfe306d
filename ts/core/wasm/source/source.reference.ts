/** Stands in for `source.ts` and every family's kernels.ts in `losskit/reference`: there are no kernels. */
import type { Backend } from '../../model/call.ts';
import type { WasmSource } from './option.ts';

export type { WasmSource } from './option.ts';

/** No family has any. */
export const kernels = null;

/** Nor does anything else. */
export const runsHere = '';

/** Always throws: the backend is then the reference. */
export function startSource(): Backend {
  throw new Error("'losskit/reference' has the reference only");
}

/** Always rejects. */
export async function loadSource(_wasm: WasmSource | undefined): Promise<Backend> {
  return startSource();
}
