/** The passes of a run over its blocks: one gathers, a second one may write gradients. */
import { setImmediate } from 'node:timers/promises';
import type { FloatArray } from 'losskit';
import type { Progress } from '../lib/progress.ts';
import { type Block, blocksOf, guarded } from './call.ts';
import type { Sink } from './npyWriter.ts';
import type { Writer } from './outputs.ts';
import type { Part } from './part.ts';
import type { Precision } from './reading.ts';
import type { Request } from './request.ts';
import type { Total } from './total.ts';
import { isWhole, wholeBlock } from './whole.ts';

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
  if (isWhole(request)) return yield [parts[0]!, wholeBlock(request, parts, precision)];
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

/** Gathers the total and writes the losses of the samples, and the derivatives if they hang on nothing else. */
export async function firstPass(run: Run, rows: Sink | null, writers: readonly Writer[]): Promise<void> {
  const { loss, parameters, reduction, divisor } = run.request;
  for await (const [part, block] of blocks(run)) {
    timed(run, part, block, () => run.total.add(block));
    if (rows !== null) {
      const options = { ...parameters, ...block.options, reduction: 'none' };
      await rows.write(timed(run, part, block, () => loss(...block.args, options) as FloatArray));
    }
    if (writers.length === 0) continue;
    if (divisor === null) await writeDerivatives(run, writers, part, block, reduction);
    else await writeDerivatives(run, writers, part, block, 'sum', divisor);
  }
}

/** The derivatives of the mean: those of the blocks' sums, over the whole weight. */
export async function derivativePass(run: Run, writers: readonly Writer[]): Promise<void> {
  const { weight } = run.total;
  for await (const [part, block] of blocks(run)) await writeDerivatives(run, writers, part, block, 'sum', weight);
}

async function writeDerivatives(
  run: Run,
  writers: readonly Writer[],
  part: Part,
  block: Block,
  reduction: string,
  weight = 1,
): Promise<void> {
  const { loss, parameters, hess, hessianFloor } = run.request;
  const options = {
    ...parameters,
    ...block.options,
    ...(loss.info.shape === 'regularizer' ? {} : { reduction }),
    ...(hessianFloor === null ? {} : { hessianFloor }),
  };
  const call = hess === undefined ? loss.valueAndGrad : loss.valueGradHess;
  const result = timed(run, part, block, () => call(...block.args, options));
  for (const { sink, of } of writers) {
    const array = of(result);
    // Without any weight all of them are 0, as they should be.
    if (weight !== 1 && weight !== 0) for (let k = 0; k < array.length; k++) array[k]! /= weight;
    await sink.write(array);
  }
}
