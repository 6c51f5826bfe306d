/** How much of a call is copied at a time. */

import { aligned } from '../memory/allocator.ts';
import type { Memory } from '../memory/memory.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';
import { placeOf, placeOfLabels } from './place.ts';
import { crew } from './threads/crew.ts';

/**
 * Bytes a block takes of one array, at most, unless a chunk is longer. Larger blocks gained little in measurements, and have to stay in the
 * cache.
 */
export const blockBytes = 1 << 16;

/** Blocks that are copied together where threads share what is in them: so many of samples of their own lengths, and of all others. */
export const blocksTogether = 16;
const fewTogether = 4;

/** Elements that the kernels add up by themselves before they add to the running sum (`CHUNK` in their `loops/total.rs`). */
export const chunk = 8192;

/** The same of rows whose classes lie apart: a block has a piece of each class's plane, and short pieces take longer to copy. */
const apartBytes = 4 * blockBytes;

/** Rows that such a block has at least: a cache line of each class. */
const fewestRows = 16;

/** A call that takes no more than this is one block, which can be repeated, and stays in the second cache of most machines. */
export const wholeBytes = 3 << 17;

/** Samples of a block: all of them, or whole chunks, so that the cut changes no bits. */
export function samplesAtOnce(memory: Memory, call: Call): number {
  if (bytesOf(memory, call, call.n) <= wholeBytes) return call.n;
  const size = call.single ? 4 : 8;
  const width = widthOf(call);
  const whole = chunkOf(call);
  const together = crew === null ? blockBytes : fewTogether * blockBytes;
  const [bytes, fewest] = call.inner > 1 ? [apartBytes, Math.ceil(fewestRows / whole)] : [together, 1];
  return Math.min(call.n, whole * Math.max(fewest, Math.floor(bytes / (whole * width * size))));
}

const widthOf = ({ loss, width }: Call): number => (loss.shape === 'rowwise' ? Math.max(1, width) : 1);

/** Samples that are a chunk. As `chunk_rows` of the kernels says, one of many rows is a multiple of 64. */
export function chunkOf(call: Call): number {
  const rows = Math.floor(chunk / widthOf(call));
  return rows < 64 ? Math.max(1, rows) : rows - (rows % 64);
}

/** Bytes of the arena that a call takes at most, by as few questions as can be. */
export function mostBytes(call: Call): number {
  const { loss, n, width, vector, order } = call;
  const spare = call.inner > 1 ? 1 : 0;
  const arrays = loss.inputs.length + 3 + order * loss.grads.length + spare;
  const elements = loss.shape === 'rowwise' ? n * Math.max(1, width) : n;
  return arrays * (8 * elements + 64) + (vector === null ? 0 : 8 * (n + vector.length) + 64);
}

/** Bytes of the arena that so many samples take. */
export function bytesOf(memory: Memory, call: Call, samples: number): number {
  const { loss, width, single, inputs, target, weights, grads, hess, vector } = call;
  const size = single ? 4 : 8;
  const isRows = loss.shape === 'rowwise';
  const stride = isRows ? width : 1;
  const isApart = isRows && call.inner > 1;
  let bytes = call.values === null ? 0 : aligned(samples * size);
  if (isApart) bytes += aligned(samples * stride * size);
  for (const x of inputs) {
    if (x.data !== null && (isApart || placeOf(memory, x, single) === 0)) bytes += aligned(samples * stride * size);
  }
  for (const x of [...grads, ...hess]) {
    if (isApart || placeOf(memory, x, single) === 0) bytes += aligned(samples * stride * size);
  }
  const isWritten = call.weightSpan > 1 || (call.factorAt !== null && loss.steps.writeWeights !== undefined);
  if (isWritten || (weights.data !== null && placeOf(memory, weights, single) === 0)) bytes += aligned(samples * size);
  const home = call.labelled ? placeOfLabels(memory, call) : placeOf(memory, target, single);
  if (target.data !== null && (home === 0 || (isApart && hasDenseTarget(call)))) {
    bytes += aligned(samples * (hasDenseTarget(call) ? stride : 1) * (call.labelled ? 4 : size));
  }
  return vector === null ? bytes : bytes + aligned((vector.length + (isRows ? 0 : samples)) * size);
}
