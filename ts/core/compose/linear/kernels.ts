/**
 * A linear layer on kernels, a chunk of rows at a time: their scores for all classes, on which the loss runs as on any resident array, and
 * then the products with what it leaves in their place. What isn't resident of the weight comes block by block.
 */

import { Sum } from '../../base/sum.ts';
import { clear } from '../../base/typed.ts';
import type { Memory } from '../../memory/memory.ts';
import type { KernelSource } from '../../memory/modules.ts';
import type { Backend } from '../../model/call.ts';
import { overlap } from '../../settle/outputs/overlaps.ts';
import { taking } from '../../wasm/place.ts';
import { withMemory } from '../../wasm/scratch.ts';
import { alone, crew, redoneIfLost } from '../../wasm/threads/crew.ts';
import { addGradients } from './gradients.ts';
import type { Head } from './head.ts';
import { runPart } from './part.ts';
import { held, pack, writeScores } from './scores.ts';
import { type Sizes, sizesOf } from './sizes.ts';
import { type Places, Work } from './work.ts';

/** Computes everything but the gradients of hidden's rows that don't count. */
export function runKernels(head: Head, kernels: KernelSource, memory: Memory, backend: Backend): Sum {
  const { call, outs } = head;
  // Its gradient may be hidden itself: what else overlaps was refused.
  const isInPlace = outs.hidden !== undefined && overlap(outs.hidden, call.inputs[0]!);
  // Where hidden is written over, nothing could be begun anew if a thread ended.
  return (isInPlace ? alone : redoneIfLost)(() => compute(head, kernels, memory, backend));
}

function compute(head: Head, kernels: KernelSource, memory: Memory, backend: Backend): Sum {
  const { call, layer, rows } = head;
  const counted = rows?.length ?? layer.rows;
  const total = new Sum();
  if (counted === 0) {
    for (const { data } of call.grads) clear(data);
    return total;
  }
  const sizes = sizesOf(layer.dim, layer.classes, call.single ? 4 : 8, counted);
  withMemory(memory, call, planOf(head, sizes), (at) => {
    const work = new Work(head, sizes, memory, kernels, at);
    for (let start = 0; start < counted; start += sizes.rows) {
      const chunk = { start, count: Math.min(sizes.rows, counted - start) };
      pack(work, chunk);
      writeScores(work, chunk);
      const [sum, excess] = runPart(head, chunk, held(work, chunk), (own) => {
        // Room for what the loss copies may move all memory.
        taking(memory, call, () => backend.reserve(own));
        backend.run(own);
      });
      total.addParts(sum, 0, excess);
      if (call.order > 0) addGradients(work, chunk, { before: start > 0, after: start + chunk.count < counted });
    }
  });
  return total;
}

/** Takes memory. */
function planOf({ outs, bias }: Head, { bytes, isShared }: Sizes) {
  return (take: (bytes: number) => number): Places => {
    const takeIf = (isNeeded: unknown, size: number): number => (isNeeded && size > 0 ? take(size) : 0);
    return {
      scores: take(bytes.scores),
      byRows: take(bytes.byRows),
      byColumns: takeIf(outs.weight, bytes.byColumns),
      hiddenSums: takeIf(outs.hidden, bytes.hiddenSums),
      weightSums: takeIf(outs.weight, bytes.weightSums),
      biasSums: takeIf(outs.bias, bytes.biasSums),
      bias: takeIf(bias, bytes.bias),
      stage: take(bytes.stage),
      // Each thread has its own.
      work: take((isShared ? (crew?.most ?? 1) : 1) * bytes.work),
    };
  };
}
