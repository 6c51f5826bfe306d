/** Losses of a batch as a whole, on WebAssembly: everything has to be in its memory at once. */

import { copyIn, copyOut } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import { findKernel, kernelName, kernelOf } from './kernels.ts';
import { placeOf, taking } from './place.ts';

/** Runs the kernel; the copies of what isn't resident, and the scratch memory, are given back at the end. */
export function runWhole(call: Call, memory: Memory): void {
  const { n, width, single, inputs, grads } = call;
  const size = single ? 4 : 8;
  const kernel = kernelOf(call, memory);
  const workBytes = workOf(call, memory);
  const taken: { at: number; bytes: number }[] = [];
  const take = (bytes: number): number => {
    const at = memory.alloc(bytes);
    taken.push({ at, bytes });
    return at;
  };
  try {
    const homes = inputs.map((x) => placeOf(memory, x, single));
    // Every gradient needs every input: one that takes an input's place is written at the end.
    const outHomes = grads.map((x) => placeOf(memory, x, single)).map((at) => (homes.includes(at) ? 0 : at));
    let [ins, outs, values, work]: [number[], number[], number, number] = [homes, outHomes, 0, 0];
    taking(memory, call, () => {
      ins = homes.map((home) => home || take(n * width * size));
      outs = outHomes.map((home) => home || take(n * width * size));
      if (call.values !== null) values = take(2 * n * size);
      work = take(workBytes);
    });
    inputs.forEach((x, i) => {
      if (homes[i] === 0) copyIn(x.data!, 0, x.length, memory, ins[i]!, size);
    });
    writeRecord(memory, [0, 0, call.scale], [n, width, values, ...ins, outs[0] ?? 0, outs[1] ?? 0, work], call.numbers);
    memory.run(kernel, memory.record);
    call.sum = memory.f64[memory.record]!;
    call.excess = memory.f64[memory.record + 1]!;
    grads.forEach((x, i) => {
      if (outHomes[i] === 0) copyOut(x.data, 0, x.length, memory, outs[i]!);
    });
    if (call.values !== null) copyOut(call.values, 0, 2 * n, memory, values);
  } finally {
    for (const { at, bytes } of taken) memory.free(at, bytes);
  }
}

/** Bytes of scratch memory. */
function workOf({ loss, n, width, single }: Call, memory: Memory): number {
  const { kernels, name } = loss.definition;
  const kernel = findKernel(kernels, kernelName(`${name}Work`, '', single), memory);
  writeRecord(memory, [0, 0], [n, width], []);
  memory.run(kernel, memory.record);
  return memory.f64[memory.record]!;
}

/** Writes the arguments of a kernel: numbers, counts and addresses, numbers. */
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
