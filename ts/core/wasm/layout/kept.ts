/** Weights of elements of which some are left out: by a kernel, for their sum before the call and block by block for the loss's own kernel. */

import { Sum } from '../../base/sum.ts';
import { copyIn } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { ignoredOf } from '../../settle/weights/binary.ts';
import { chunk } from '../blocks.ts';
import { sharedKernel } from '../kernels.ts';
import { placeOf } from '../place.ts';

/**
 * Writes the weights of elements from `start` on to an address, 0 where a target is left out, and returns their sum. `targets` is the
 * address of theirs.
 */
export function weighKept(
  memory: Memory,
  call: Call,
  start: number,
  count: number,
  targets: number,
  at: number,
): number {
  const { loss, single, weights, classWeight } = call;
  const isUniform = weights.data === null && classWeight === null;
  const [heap, size] = single ? [memory.f32, 4] : [memory.f64, 8];
  if (!isUniform) loss.steps.writeWeights!(call, start, count, heap, at / size);
  const kernel = sharedKernel(call, 'kept', memory);
  const { f64, i32, aside } = memory;
  f64[aside] = 0;
  f64[aside + 1] = 0;
  i32[2 * (aside + 2)] = count;
  i32[2 * (aside + 3)] = isUniform ? 0 : at;
  i32[2 * (aside + 4)] = targets;
  i32[2 * (aside + 5)] = at;
  f64[aside + 6] = ignoredOf(call);
  memory.run(kernel, aside);
  return f64[aside]!;
}

/** Σ of the weights that count, chunk by chunk, for which the arena always has room. */
export function keptWeight(memory: Memory, call: Call): number {
  const { n, single, masked } = call;
  const size = single ? 4 : 8;
  const place = placeOf(memory, masked!, single);
  const weights = memory.arena(0);
  const copy = weights + chunk * size;
  const total = new Sum();
  for (let start = 0; start < n; start += chunk) {
    const count = Math.min(n - start, chunk);
    if (place === 0) copyIn(masked!.data!, start, count, memory, copy, size);
    total.add(weighKept(memory, call, start, count, place === 0 ? copy : place + start * size, weights));
  }
  return total.value();
}
