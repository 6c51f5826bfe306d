/** The arguments of a kernel that is called once: numbers, counts and addresses, numbers. */

import type { Memory } from '../memory/memory.ts';

/** Writes them one after another. */
export function writeRecord(
  memory: Memory,
  first: readonly number[],
  integers: readonly number[],
  last: readonly number[],
): void {
  let next = memory.record;
  for (const x of first) memory.f64[next++] = x;
  for (const x of integers) memory.i32[2 * next++] = x;
  for (const x of last) memory.f64[next++] = x;
}
