/** Losses whose samples have lengths of their own: kernels that run block by block, with arguments of their own. */

import type { Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import { writeRecord } from './record.ts';

/** Runs the call's kernel on a block that starts at a sample; what the arguments are from the count of samples on is written here. */
export function runRagged(
  call: Call,
  memory: Memory,
  kernel: number,
  start: number,
  integers: readonly number[],
): void {
  writeRecord(memory, [call.sum, call.excess, call.scale], integers, call.numbers);
  const fault = memory.run(kernel, memory.record);
  if (fault !== -1) throw call.loss.steps.fault(call, start + fault);
  call.sum = memory.f64[memory.record]!;
  call.excess = memory.f64[memory.record + 1]!;
}
