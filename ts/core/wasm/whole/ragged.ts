/** Losses whose samples have lengths of their own: kernels that run block by block, with arguments of their own. */

import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { writeRecord } from '../record.ts';
import { type Cut, runCut } from '../threads/crew.ts';

/**
 * Runs the call's kernel on a block that starts at a sample; what the arguments are from the count of samples on is written here, and it is
 * cut, or not. Each sample is added to the sum by itself: it is a chunk.
 */
export function runRagged(
  call: Call,
  memory: Memory,
  kernel: number,
  start: number,
  integers: readonly number[],
  cut: Cut | null = null,
): void {
  writeRecord(memory, [call.sum, call.excess, call.scale], integers, call.numbers);
  const fault = runCut(memory, kernel, memory.record, cut);
  if (fault !== -1) throw call.loss.steps.fault(call, start + fault);
  call.sum = memory.f64[memory.record]!;
  call.excess = memory.f64[memory.record + 1]!;
}
