/** Memory for the length of one call: room for copies, and scratch memory of kernels. */

import type { Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import { findKernel, kernelName } from './kernels.ts';
import { taking } from './place.ts';
import { writeRecord } from './record.ts';

/** Takes memory with `plan`, then runs `work` with what that returned, and gives the memory back. */
export function withMemory<P>(
  memory: Memory,
  call: Call,
  plan: (take: (bytes: number) => number) => P,
  work: (places: P) => void,
): void {
  const taken: { at: number; bytes: number }[] = [];
  const take = (wanted: number): number => {
    const bytes = Math.max(wanted, 8);
    const at = memory.alloc(bytes);
    taken.push({ at, bytes });
    return at;
  };
  try {
    const places: P[] = [];
    taking(memory, call, () => {
      places.push(plan(take));
    });
    work(places[0]!);
  } finally {
    for (const { at, bytes } of taken) memory.free(at, bytes);
  }
}

/** Bytes of scratch memory, which a kernel of this name says for these sizes. */
export function scratchBytes(call: Call, memory: Memory, name: string, sizes: readonly number[]): number {
  const kernel = findKernel(call.loss.definition.kernels, kernelName(`${name}Work`, '', call.single), memory);
  writeRecord(memory, [0, 0], sizes, []);
  memory.run(kernel, memory.record);
  return memory.f64[memory.record]!;
}
