/** Where the arrays of a call lie. */

import { kindOf, viewLike } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import type { Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import type { Out, Slot } from '../model/slot.ts';

/**
 * The address of an array that lies in WebAssembly's memory as the kernels read it: floats of the call's precision (`single`), or (null)
 * int32 labels; else 0.
 */
export function placeOf(memory: Memory, array: Slot | Out, single: boolean | null): number {
  const { data, owner } = array;
  const at = data === null || array.view !== null ? 0 : memory.addressOf(data, owner);
  if (at === 0) return 0;
  if (owner !== null) return owner.type === (single === null ? 'int32' : single ? 'float32' : 'float64') ? at : 0;
  const kind = single === null ? 'Int32Array' : single ? 'Float32Array' : 'Float64Array';
  return kindOf(data) === kind ? at : 0;
}

/** The address of labels as the kernels read them, else 0: those of a list that is ignored are copied, and made one on the way. */
export const placeOfLabels = (memory: Memory, { target, parameters }: Call): number =>
  Array.isArray(parameters.ignoreIndex) ? 0 : placeOf(memory, target, null);

/** Takes memory, which may let it grow: what of the call lies there is then viewed anew, for growth detaches views. */
export function taking(memory: Memory, call: Call, take: () => void): void {
  const { inputs, target, weights, grads, hess } = call;
  const all = [...inputs, target, weights, ...grads, ...hess];
  const homes = all.map(({ data, owner }) => (data === null ? 0 : memory.addressOf(data, owner)));
  const { buffer } = memory;
  take();
  if (memory.buffer === buffer) return;
  all.forEach((x, i) => {
    if (homes[i] !== 0) x.data = viewLike(x.data as FloatArray, memory.buffer, homes[i]!, x.held);
  });
}
