/** What a sample weighs. */

import type { FloatArray } from '../../base/types.ts';
import { numberAt } from '../../base/widen.ts';
import { type Call, rowOf } from '../../model/call.ts';
import { readAt } from '../faults/fault.ts';

/** A sample's own weight, given by `sampleWeight`: 1 without. */
export function ownWeight(call: Call, i: number): number {
  const { weights, weightSpan } = call;
  return weights.data === null ? 1 : readAt(call, weights, weightSpan === 1 ? i : rowOf(call, i));
}

/** The weight that the mean counts sample i with: its own, times what the options say of it. */
export function weightOf(call: Call, i: number): number {
  const own = ownWeight(call, i);
  return own === 0 || call.factorAt === null ? own : own * call.factorAt(i);
}

/** Writes weights of rows to each of their elements. */
export function spread(
  { weights, weightSpan }: Call,
  start: number,
  count: number,
  into: FloatArray,
  at: number,
): void {
  let row = Math.floor(start / weightSpan);
  for (let i = start; i < start + count; row++) {
    const end = Math.min((row + 1) * weightSpan, start + count);
    into.fill(numberAt(weights.data!, row), at + i - start, at + end - start);
    i = end;
  }
}
