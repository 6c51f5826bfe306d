/** `eval` itself: files through the loss, block by block, and what comes of them. */
import { UsageError } from '../lib/errors.ts';
import { notOnFiles, takesLabels } from '../lib/losses.ts';
import { progress } from '../lib/progress.ts';
import { blockSize } from './call.ts';
import type { Sink } from './npyWriter.ts';
import { checkOutputs, gradWriters, rowSink } from './outputs.ts';
import { closePart, openPart, type Part } from './part.ts';
import { firstPass, gradPass, type Run } from './passes.ts';
import { precisionOf } from './reading.ts';
import { type Report, report } from './report.ts';
import type { Request } from './request.ts';
import { type Total, totalOf } from './total.ts';

/** Runs a request; throws InputError or UsageError, and leaves no half-written file then. */
export async function evaluate(request: Request): Promise<Report> {
  const began = performance.now();
  const total = usable(request);
  checkOutputs(request);
  const parts: Part[] = [];
  const sinks: Sink[] = [];
  const abandon = () => {
    for (const sink of sinks) sink.abandon();
  };
  process.once('exit', abandon);
  try {
    for (let i = 0; i < request.parts.length; i++) parts.push(await openPart(request, i));
    const precision = request.precision ?? precisionOf(parts);
    const isMean = request.reduction === 'mean' && request.loss.info.shape !== 'regularizer';
    // The gradient of a mean over many blocks needs the whole weight first.
    const isLater = request.grad !== undefined && isMean && request.divisor === null && !isOneBlock(request, parts);
    const bar = progress(request.byRow && request.out === undefined);
    const run: Run = { request, parts, precision, total, bar, passes: isLater ? 2 : 1, done: 0, lossMs: 0 };
    const grads = gradWriters(request, parts, precision);
    sinks.push(...grads);
    const rows = rowSink(request, parts, precision);
    if (rows !== null) sinks.push(rows);
    await firstPass(run, rows, isLater ? [] : grads);
    if (isLater) await gradPass(run, grads);
    bar.end();
    for (const sink of sinks) await sink.end();
    return report(run, (performance.now() - began) / 1000);
  } catch (error) {
    abandon();
    throw error;
  } finally {
    process.off('exit', abandon);
    for (const part of parts) closePart(part);
  }
}

/** The empty total; throws if the loss can't do what was asked. */
function usable({ loss, parameters, byRow, weights, grad, reduction, shift, divisor }: Request): Total {
  const { name, shape } = loss.info;
  const why = notOnFiles(loss);
  if (why !== undefined) throw new UsageError(`${name} ${why}: call it from JavaScript`);
  if (byRow && shape === 'regularizer') throw new UsageError(`${name} has no losses of samples: it is one number`);
  if (weights.length > 0 && (shape === 'regularizer' || shape === 'batch')) {
    throw new UsageError(`${name} takes no --sample-weight`);
  }
  if (divisor !== null && (shape === 'regularizer' || shape === 'batch')) {
    throw new UsageError(`${name} takes no --divisor`);
  }
  if (grad !== undefined && reduction === 'none' && shape === 'batch') {
    throw new UsageError(`${name} has no gradient for each sample: every loss depends on all rows`);
  }
  if (shift && !takesLabels(loss)) throw new UsageError(`--shift is for losses of class labels; ${name} takes none`);
  try {
    return totalOf(loss, parameters);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}

const isOneBlock = ({ loss, block }: Request, parts: readonly Part[]): boolean =>
  loss.info.shape === 'batch' || (parts.length === 1 && blockSize(parts[0]!, block) >= parts[0]!.samples);
