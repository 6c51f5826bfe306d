/** Losses of a batch as a whole, on WebAssembly: everything has to be in its memory at once. */

import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { kernelOf } from '../kernels.ts';
import { placeOf } from '../place.ts';
import { writeRecord } from '../record.ts';
import { scratchBytes, withMemory } from '../scratch.ts';
import { runBatch, threadsForBatch } from '../threads/crew.ts';

/** Runs the kernel; the copies of what isn't resident, and the scratch memory, are given back at the end. */
export function runWhole(call: Call, memory: Memory): void {
  const { n, width, single, inputs, grads, loss, groups } = call;
  const size = single ? 4 : 8;
  const kernel = kernelOf(call, memory);
  const rows = [n, (inputs[1] ?? inputs[0]!).length / width];
  const scratchOf = (threads: number) => scratchBytes(call, memory, loss.definition.name, [...rows, width, threads]);
  const homes = inputs.map((x) => placeOf(memory, x, single));
  // Every gradient needs every input: one that takes an input's place is written at the end.
  const outHomes = grads.map((x) => placeOf(memory, x, single)).map((at) => (homes.includes(at) ? 0 : at));
  const plan = (take: (bytes: number) => number) => ({
    ins: homes.map((home, i) => home || take(inputs[i]!.length * size)),
    outs: outHomes.map((home, i) => home || take(grads[i]!.length * size)),
    values: call.values === null ? 0 : take(call.values.length * size),
    labels: groups === null ? 0 : take(4 * n),
    ...takeScratch(take, scratchOf, threadsForBatch(rows[0]! * rows[1]! * width)),
  });
  withMemory(memory, call, plan, ({ ins, outs, values, labels, work, threads }) => {
    inputs.forEach((x, i) => {
      if (homes[i] === 0) copyIn(x.data!, 0, x.length, memory, ins[i]!, size);
    });
    if (groups !== null) memory.i32.set(groups, labels / 4);
    const given = [...ins, ...(groups === null ? [] : [labels]), ...loss.grads.map((_, i) => outs[i] ?? 0), work];
    const slopes = (loss.info.parameterGrad ?? []).map(() => 0);
    // Not some tasks of a step, but all.
    const whole = [0, 0, 0];
    const counts = [...whole, threads, ...rows, width, values];
    writeRecord(memory, [0, 0, call.scale], [...counts, ...given], [...slopes, ...call.numbers]);
    runBatch(memory, kernel, threads);
    const results = memory.f64.subarray(memory.record);
    [call.sum, call.excess] = results as unknown as [number, number];
    call.slopes = slopes.map((_, i) => results[slopesAt + given.length + i]!);
    grads.forEach((x, i) => {
      if (outHomes[i] === 0) copyOut(x.data, 0, x.length, memory, outs[i]!);
    });
    if (call.values !== null) copyOut(call.values, 0, call.values.length, memory, values);
  });
}

/** Scratch memory for so many threads, or for one where there isn't as much: each thread has sums of its own, as large as all embeddings. */
function takeScratch(
  take: (bytes: number) => number,
  bytesOf: (threads: number) => number,
  threads: number,
): { readonly work: number; readonly threads: number } {
  try {
    return { work: take(bytesOf(threads)), threads };
  } catch (error) {
    if (threads === 1 || !(error instanceof RangeError)) throw error;
    return { work: take(bytesOf(1)), threads: 1 };
  }
}

/** Arguments of a kernel before the arrays: sum, excess, scale, tasks, first, step, threads, n, m, dim, values. The derivatives by parameters are after the arrays. */
const slopesAt = 11;
