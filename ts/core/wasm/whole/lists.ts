/** Losses of lists on WebAssembly: a block is as many whole lists as it has room for. */

import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { Lists } from '../../settle/ragged/lists.ts';
import { blockBytes, blocksTogether } from '../blocks.ts';
import { kernelOf } from '../kernels.ts';
import { placeOf } from '../place.ts';
import { scratchBytes, withMemory } from '../scratch.ts';
import { threadsFor } from '../threads/crew.ts';
import { runRagged } from './ragged.ts';

/** Numbers below which a block is over before another thread has begun. */
const fewest = 1 << 14;

/** Runs the kernel block by block. */
export function runListsByBlocks(call: Call, memory: Memory): void {
  const { n, width, single, inputs, grads, weights } = call;
  const kernel = kernelOf(call, memory);
  const lists = new Lists(call);
  const size = single ? 4 : 8;
  const [scores, relevance] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
  const grad = grads[0];
  const home = {
    scores: placeOf(memory, scores, single),
    relevance: placeOf(memory, relevance, single),
    weights: placeOf(memory, weights, single),
    grad: grad === undefined ? 0 : placeOf(memory, grad, single),
  };
  const scratch = scratchBytes(call, memory, 'list', [width]);
  // A block's elements and lists at most: no list is cut.
  const threads = threadsFor(home.grad, home.scores);
  const block = ((threads === 1 ? 1 : blocksTogether) * blockBytes) / size;
  const most = Math.max(width, block);
  const mostLists = Math.min(n, block);
  const isRagged = call.parameters.groups !== null;
  // As the record has them from the beginning on: sum, excess, scale, rows, width, values, weight, scores, relevance, lengths, grad, work.
  const row = isRagged ? 0 : width * size;
  const shared =
    threads === 1
      ? null
      : {
          chunk: 1,
          strides: [0, 0, 0, 0, 0, size, size, row, row, 4, row],
          sizes: [0, 0, 0, 0, 0, 0, 0, size, size, 0, size],
          scratch: 11,
          scratchBytes: scratch,
        };
  const plan = (take: (bytes: number) => number) => ({
    scores: home.scores || take(most * size),
    relevance: home.relevance || take(most * size),
    lengths: isRagged ? take(4 * mostLists) : 0,
    starts: isRagged && shared !== null ? take(4 * mostLists) : 0,
    weights: weights.data === null ? 0 : home.weights || take(mostLists * size),
    grad: grad === undefined ? 0 : home.grad || take(most * size),
    values: call.values === null ? 0 : take(mostLists * size),
    work: take(threads * scratch),
  });
  withMemory(memory, call, plan, (at) => {
    for (let start = 0; start < n; ) {
      const from = lists.start(start);
      let end = start + 1;
      while (end < n && end - start < mostLists && lists.start(end + 1) - from <= most) end++;
      const [count, length] = [end - start, lists.start(end) - from];
      if (home.scores === 0) copyIn(scores.data!, from, length, memory, at.scores, size);
      if (home.relevance === 0) copyIn(relevance.data!, from, length, memory, at.relevance, size);
      if (weights.data !== null && home.weights === 0) copyIn(weights.data, start, count, memory, at.weights, size);
      if (at.lengths !== 0) memory.i32.set(lists.lengths(start, count)!, at.lengths / 4);
      if (at.starts !== 0) {
        for (let k = 0; k < count; k++) memory.i32[at.starts / 4 + k] = lists.start(start + k) - from;
      }
      const cut = shared === null || length < fewest ? null : { ...shared, samples: count, starts: at.starts };
      const integers = [
        count,
        width,
        at.values,
        home.weights === 0 ? at.weights : home.weights + start * size,
        home.scores === 0 ? at.scores : home.scores + from * size,
        home.relevance === 0 ? at.relevance : home.relevance + from * size,
        at.lengths,
        home.grad === 0 ? at.grad : home.grad + from * size,
        at.work,
      ];
      runRagged(call, memory, kernel, start, integers, cut);
      if (call.values !== null) copyOut(call.values, start, count, memory, at.values);
      if (grad !== undefined && home.grad === 0) copyOut(grad.data, from, length, memory, at.grad);
      start = end;
    }
  });
}
