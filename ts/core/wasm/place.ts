/** Where the arrays of a call lie. */

import { kindOf } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import type { Memory } from '../memory/memory.ts';
import { viewOf } from '../memory/resident.ts';
import type { Call } from '../model/call.ts';
import type { Out, Slot } from '../model/slot.ts';

/**
 * The address of an array that lies in WebAssembly's memory as the kernels read it: floats of the call's precision (`single`), or (null)
 * int32 labels; else 0.
 */
export function placeOf(memory: Memory, { data, owner }: Slot | Out, single: boolean | null): number {
  const at = data === null ? 0 : memory.addressOf(data, owner);
  if (at === 0 || owner !== null) return at;
  const kind = single === null ? 'Int32Array' : single ? 'Float32Array' : 'Float64Array';
  return kindOf(data) === kind ? at : 0;
}

/** Takes memory, which may let it grow: what of the call lies there is then viewed anew, for growth detaches views. */
export function taking(memory: Memory, call: Call, take: () => void): void {
  const { inputs, target, weights, grads, hess, single, labelled } = call;
  const floats = [...inputs, weights, ...grads, ...hess, ...(labelled ? [] : [target])];
  const homes = floats.map((x) => placeOf(memory, x, single));
  const labels = labelled ? placeOf(memory, target, null) : 0;
  const { buffer } = memory;
  take();
  if (memory.buffer === buffer) return;
  floats.forEach((x, i) => {
    if (homes[i] !== 0)
      x.data = viewOf(single ? 'float32' : 'float64', memory.buffer, homes[i]!, x.length) as FloatArray;
  });
  if (labels !== 0) target.data = viewOf('int32', memory.buffer, labels, target.length);
}
