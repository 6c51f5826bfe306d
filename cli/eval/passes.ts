/** The passes of a run over its blocks: one gathers, a second one may write gradients. */
import { setImmediate } from 'node:timers/promises';
import type { FloatArray } from 'losskit';
import type { Progress } from '../lib/progress.ts';
import { type Block, blocksOf, guarded } from './call.ts';
import type { Sink } from './npyWriter.ts';
import type { Part } from './part.ts';
import type { Precision } from './reading.ts';
import type { Request } from './request.ts';
import type { Total } from './total.ts';
import { wholeBlock } from './whole.ts';

/** A run in progress. */
export interface Run {
  readonly request: Request;
  readonly parts: readonly Part[];
  readonly precision: Precision;
  readonly total: Total;
  readonly bar: Progress;
  readonly passes: number;
  done: number;
  lossMs: number;
}

/** All blocks of all parts. Between two of them signals and closed pipes are noticed. */
async function* blocks(run: Run): AsyncGenerator<[Part, Block], void> {
  const { request, parts, precision, bar, passes } = run;
  const { loss, block: least } = request;
  if (loss.info.shape === 'batch') return yield [parts[0]!, wholeBlock(loss, parts, precision)];
  const all = passes * parts.reduce((n, { samples }) => n + samples, 0);
  for (const part of parts) {
    for (const block of blocksOf(loss, part, precision, least)) {
      yield [part, block];
      run.done += block.count;
      bar.show(run.done, all, part.slots[0]!.source.path);
      await setImmediate();
    }
  }
}

/** A call of the loss, timed. */
function timed<T>(run: Run, part: Part, { start }: Block, call: () => T): T {
  const began = performance.now();
  const result = guarded(part, start, call);
  run.lossMs += performance.now() - began;
  return result;
}

/** Gathers the total and writes the losses of the samples, and the gradients if they hang on nothing else. */
export async function firstPass(run: Run, rows: Sink | null, grads: readonly Sink[]): Promise<void> {
  const { loss, parameters, reduction, divisor } = run.request;
  for await (const [part, block] of blocks(run)) {
    timed(run, part, block, () => run.total.add(block));
    if (rows !== null) {
      const options = { ...parameters, ...block.options, reduction: 'none' };
      await rows.write(timed(run, part, block, () => loss(...block.args, options) as FloatArray));
    }
    if (grads.length === 0) continue;
    if (divisor === null) await writeGrads(run, grads, part, block, reduction);
    else await writeGrads(run, grads, part, block, 'sum', divisor);
  }
}

/** The gradients of the mean: those of the blocks' sums, over the whole weight. */
export async function gradPass(run: Run, grads: readonly Sink[]): Promise<void> {
  const { weight } = run.total;
  for await (const [part, block] of blocks(run)) await writeGrads(run, grads, part, block, 'sum', weight);
}

async function writeGrads(
  run: Run,
  grads: readonly Sink[],
  part: Part,
  block: Block,
  reduction: string,
  weight = 1,
): Promise<void> {
  const { loss, parameters } = run.request;
  const { differentiable, shape } = loss.info;
  const options = { ...parameters, ...block.options, ...(shape === 'regularizer' ? {} : { reduction }) };
  const { grad } = timed(run, part, block, () => loss.valueAndGrad(...block.args, options));
  const arrays = differentiable.length === 1 ? [grad as FloatArray] : differentiable.map((name) => pick(grad, name));
  for (let i = 0; i < arrays.length; i++) {
    const array = arrays[i]!;
    // Without any weight all of them are 0, as they should be.
    if (weight !== 1 && weight !== 0) for (let k = 0; k < array.length; k++) array[k]! /= weight;
    await grads[i]!.write(array);
  }
}

const pick = (grads: unknown, name: string): FloatArray => (grads as { [name: string]: FloatArray })[name]!;
