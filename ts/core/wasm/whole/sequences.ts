/** Losses of sequences on WebAssembly: a block is a few of them, and one at a time has the memory in which the lattice is. */

import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { sequenceSizes } from '../../settle/ragged/sequences.ts';
import { blockBytes, blocksTogether } from '../blocks.ts';
import { kernelOf } from '../kernels.ts';
import { placeOf } from '../place.ts';
import { labelsIn } from '../plan.ts';
import { scratchBytes, withMemory } from '../scratch.ts';
import { threadsFor } from '../threads/crew.ts';
import { runRagged } from './ragged.ts';

/** Numbers below which a block is over before another thread has begun. */
const fewest = 1 << 13;

/** Runs the kernel block by block. */
export function runSequencesByBlocks(call: Call, memory: Memory): void {
  const { n, width, single, inputs, grads, weights, target, parameters } = call;
  const kernel = kernelOf(call, memory);
  const { steps, count: spelt } = sequenceSizes(call);
  const room = steps * width;
  const size = single ? 4 : 8;
  const [logits, grad] = [inputs[0]!, grads[0]];
  const lengths = [parameters.inputLengths, parameters.labelLengths] as (Int32Array | null)[];
  const home = {
    logits: placeOf(memory, logits, single),
    labels: placeOf(memory, target, null),
    weights: placeOf(memory, weights, single),
    grad: grad === undefined ? 0 : placeOf(memory, grad, single),
  };
  const scratch = scratchBytes(call, memory, call.loss.name, [steps, width, spelt, call.order]);
  const threads = threadsFor(home.grad, home.logits);
  const [fewestAtOnce, blocks] = threads === 1 ? [1, 1] : [4 * threads, blocksTogether];
  const most = Math.min(n, Math.max(fewestAtOnce, Math.floor((blocks * blockBytes) / Math.max(1, room * size))));
  // As the record has them from the beginning on: sum, excess, scale, rows, steps, width, count, values, …
  const shared =
    threads === 1
      ? null
      : {
          chunk: 1,
          strides: [0, 0, 0, 0, 0, 0, 0, size, size, room * size, 4 * spelt, 4, 4, room * size],
          scratch: 14,
          scratchBytes: scratch,
        };
  const plan = (take: (bytes: number) => number) => ({
    logits: home.logits || take(most * room * size),
    labels: home.labels || take(most * spelt * 4),
    lengths: lengths.map((given) => (given === null ? 0 : take(4 * most))),
    weights: weights.data === null ? 0 : home.weights || take(most * size),
    grad: grad === undefined ? 0 : home.grad || take(most * room * size),
    values: call.values === null ? 0 : take(most * size),
    work: take(threads * scratch),
  });
  withMemory(memory, call, plan, (at) => {
    for (let start = 0; start < n; start += most) {
      const count = Math.min(most, n - start);
      if (home.logits === 0) copyIn(logits.data!, start * room, count * room, memory, at.logits, size);
      if (home.labels === 0) labelsIn(memory, target.data!, start * spelt, count * spelt, at.labels / 4);
      if (weights.data !== null && home.weights === 0) copyIn(weights.data, start, count, memory, at.weights, size);
      at.lengths.forEach((place, i) => {
        if (place !== 0) memory.i32.set(lengths[i]!.subarray(start, start + count), place / 4);
      });
      const cut = shared === null || count * room < fewest ? null : { ...shared, samples: count };
      const integers = [
        count,
        steps,
        width,
        spelt,
        at.values,
        home.weights === 0 ? at.weights : home.weights + start * size,
        home.logits === 0 ? at.logits : home.logits + start * room * size,
        home.labels === 0 ? at.labels : home.labels + 4 * start * spelt,
        ...at.lengths,
        home.grad === 0 ? at.grad : home.grad + start * room * size,
        at.work,
      ];
      runRagged(call, memory, kernel, start, integers, cut);
      if (call.values !== null) copyOut(call.values, start, count, memory, at.values);
      if (grad !== undefined && home.grad === 0) copyOut(grad.data, start * room, count * room, memory, at.grad);
    }
  });
}
