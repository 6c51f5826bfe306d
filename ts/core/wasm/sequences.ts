/** Losses of sequences on WebAssembly: a block is a few of them, and one at a time has the memory in which the lattice is. */

import { copyIn, copyOut } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import { type SequenceSizes, sequenceSizes } from '../settle/ragged/sequences.ts';
import { writeRecord } from './batch.ts';
import { blockBytes } from './blocks.ts';
import { findKernel, kernelName, kernelOf } from './kernels.ts';
import { placeOf, taking } from './place.ts';
import { labelsIn } from './plan.ts';

/** Where the arrays of a block lie: those of the whole that are in memory already, or room for a block's part. */
interface Places {
  readonly logits: number;
  readonly labels: number;
  readonly inputLengths: number;
  readonly labelLengths: number;
  readonly weights: number;
  readonly grad: number;
  readonly values: number;
  readonly work: number;
}

/** Runs the kernel block by block; the copies of what isn't resident, and the scratch memory, are given back at the end. */
export function runSequencesByBlocks(call: Call, memory: Memory): void {
  const { n, width, single, inputs, grads, weights, target, parameters, numbers } = call;
  const kernel = kernelOf(call, memory);
  const sizes = sequenceSizes(call);
  const room = sizes.steps * width;
  const size = single ? 4 : 8;
  const [logits, grad] = [inputs[0]!, grads[0]];
  const lengths = [parameters.inputLengths, parameters.labelLengths] as (Int32Array | null)[];
  const workBytes = workOf(call, memory, sizes);
  const homes = {
    logits: placeOf(memory, logits, single),
    labels: placeOf(memory, target, null),
    weights: placeOf(memory, weights, single),
    grad: grad === undefined ? 0 : placeOf(memory, grad, single),
  };
  const most = Math.min(n, Math.max(1, Math.floor(blockBytes / Math.max(1, room * size))));
  const taken: { at: number; bytes: number }[] = [];
  const take = (bytes: number): number => {
    const at = memory.alloc(Math.max(bytes, 8));
    taken.push({ at, bytes: Math.max(bytes, 8) });
    return at;
  };
  let at = {} as Places;
  try {
    taking(memory, call, () => {
      at = {
        logits: homes.logits || take(most * room * size),
        labels: homes.labels || take(most * sizes.count * 4),
        inputLengths: lengths[0] === null ? 0 : take(4 * most),
        labelLengths: lengths[1] === null ? 0 : take(4 * most),
        weights: weights.data === null ? 0 : homes.weights || take(most * size),
        grad: grad === undefined ? 0 : homes.grad || take(most * room * size),
        values: call.values === null ? 0 : take(most * size),
        work: take(workBytes),
      };
    });
    for (let start = 0; start < n; start += most) {
      const count = Math.min(most, n - start);
      if (homes.logits === 0) copyIn(logits.data!, start * room, count * room, memory, at.logits, size);
      if (homes.labels === 0) labelsIn(memory, target.data!, start * sizes.count, count * sizes.count, at.labels / 4);
      if (weights.data !== null && homes.weights === 0) copyIn(weights.data, start, count, memory, at.weights, size);
      [at.inputLengths, at.labelLengths].forEach((place, i) => {
        if (place !== 0) memory.i32.set(lengths[i]!.subarray(start, start + count), place / 4);
      });
      /** The part of an array that is there as a whole, or the block's own. */
      const part = (place: number, home: number, each: number): number => (home === 0 ? place : home + start * each);
      const integers = [
        count,
        sizes.steps,
        width,
        sizes.count,
        at.values,
        part(at.weights, homes.weights, size),
        part(at.logits, homes.logits, room * size),
        part(at.labels, homes.labels, 4 * sizes.count),
        at.inputLengths,
        at.labelLengths,
        part(at.grad, homes.grad, room * size),
        at.work,
      ];
      writeRecord(memory, [call.sum, call.excess, call.scale], integers, numbers);
      const fault = memory.run(kernel, memory.record);
      if (fault !== -1) throw call.loss.steps.fault(call, start + fault);
      call.sum = memory.f64[memory.record]!;
      call.excess = memory.f64[memory.record + 1]!;
      if (call.values !== null) copyOut(call.values, start, count, memory, at.values);
      if (grad !== undefined && homes.grad === 0) copyOut(grad.data, start * room, count * room, memory, at.grad);
    }
  } finally {
    for (const { at, bytes } of taken) memory.free(at, bytes);
  }
}

/** Bytes of scratch memory. */
function workOf(call: Call, memory: Memory, { steps, classes, count }: SequenceSizes): number {
  const { kernels, name } = call.loss.definition;
  const kernel = findKernel(kernels, kernelName(`${name}Work`, '', call.single), memory);
  writeRecord(memory, [0, 0], [steps, classes, count, call.order], []);
  memory.run(kernel, memory.record);
  return memory.f64[memory.record]!;
}
