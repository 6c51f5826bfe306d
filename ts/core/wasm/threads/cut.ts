/** How calls of elements and rows are cut: the arguments of their records, in the order in which wasm/plan.ts writes them. */

import type { Memory } from '../../memory/memory.ts';
import { type Call, hasDenseTarget } from '../../model/call.ts';
import { chunkOf } from '../blocks.ts';
import type { Cut } from './crew.ts';

/** Elements below which a call is over before another thread has begun. */
const fewest = 1 << 15;

/** Arguments before those of the loss: sum, excess, scale, the number of samples. */
const head = [0, 0, 0, 0];

/** How a call is cut that has so many samples in its record; null if it isn't. */
export function cutOf(call: Call, memory: Memory, record: number, samples: number): Cut | null {
  const isRows = call.loss.shape === 'rowwise';
  if (samples * (isRows ? call.width : 1) < fewest) return null;
  const chunk = chunkOf(call);
  if (samples <= chunk || isInPlace(call, memory, record)) return null;
  return { samples, chunk, strides: stridesOf(call) };
}

/** The bytes by which each argument moves on from sample to sample. */
function stridesOf(call: Call): number[] {
  const { loss, single, width, numbers } = call;
  const size = single ? 4 : 8;
  const isRows = loss.shape === 'rowwise';
  const row = isRows ? width * size : size;
  const [values, weight] = [size, size];
  const derivatives = loss.grads.map(() => row);
  return [
    ...head,
    ...(isRows ? [0] : []),
    values,
    weight,
    ...loss.inputs.map(() => row),
    ...(loss.targetName === '' ? [] : [call.labelled ? 4 : hasDenseTarget(call) ? row : size]),
    ...(loss.hasVector ? [isRows ? 0 : size] : []),
    ...derivatives,
    ...(loss.hasHess ? derivatives : []),
    ...numbers.map(() => 0),
  ];
}

/**
 * Whether a derivative takes the place of an input. A thread that ended in the middle would leave inputs half written over, which nobody
 * could begin again with.
 */
function isInPlace({ loss }: Call, { i32 }: Memory, record: number): boolean {
  const at = (place: number): number => i32[2 * (record + place)]!;
  const isRows = loss.shape === 'rowwise';
  const first = head.length + (isRows ? 3 : 2);
  const inputs = loss.inputs.map((_, i) => at(first + i));
  const outs = first + inputs.length + (loss.targetName === '' ? 0 : 1) + (loss.hasVector ? 1 : 0);
  return loss.grads.some((_, i) => at(outs + i) !== 0 && inputs.includes(at(outs + i)));
}
