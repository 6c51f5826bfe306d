/** Class labels of every kind as the kernels read them. */
import type { LabelArray } from './tensor.ts';

/** Stands for a label that is no int32: no class has it, so whoever reads it reports the place. */
export const noLabel = -2147483648;

/** Copies `count` labels from `start` on to the front of `into`, as int32; what isn't one becomes `noLabel`. */
export function copyLabels(source: LabelArray['data'], start: number, count: number, into: Int32Array): void {
  if (source instanceof Int32Array || source instanceof Uint8Array) {
    into.set(source.subarray(start, start + count));
    return;
  }
  for (let i = 0; i < count; i++) {
    const label = Number(source[start + i]);
    // `| 0` keeps whole numbers of 32 bits, and only those.
    into[i] = (label | 0) === label ? label : noLabel;
  }
}
