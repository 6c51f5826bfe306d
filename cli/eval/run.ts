/** `eval` itself: files through the loss, block by block, and what comes of them. */
import { UsageError } from '../lib/errors.ts';
import { takesLabels } from '../lib/losses.ts';
import { progress } from '../lib/progress.ts';
import { countFrom } from './call.ts';
import type { Sink } from './npyWriter.ts';
import { checkOutputs, derivativeWriters, rowSink } from './outputs.ts';
import { closePart, openPart, type Part } from './part.ts';
import { derivativePass, firstPass, type Run } from './passes.ts';
import { precisionOf } from './reading.ts';
import { type Report, report } from './report.ts';
import type { Request } from './request.ts';
import { type Total, totalOf } from './total.ts';
import { isWhole } from './whole.ts';

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
    const derivatives = derivativeWriters(request, parts, precision);
    sinks.push(...derivatives.map(({ sink }) => sink));
    const isLater = derivatives.length > 0 && isMean && request.divisor === null && !isOneBlock(request, parts);
    const bar = progress(request.byRow && request.out === undefined);
    const run: Run = { request, parts, precision, total, bar, passes: isLater ? 2 : 1, done: 0, lossMs: 0 };
    const rows = rowSink(request, parts, precision);
    if (rows !== null) sinks.push(rows);
    await firstPass(run, rows, isLater ? [] : derivatives);
    if (isLater) await derivativePass(run, derivatives);
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
function usable({ loss, parameters, byRow, weights, grad, hess, reduction, shift, divisor }: Request): Total {
  const { name, shape, hessian } = loss.info;
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
  if (hess !== undefined && !hessian) throw new UsageError(`${name} has no second derivative: use --grad`);
  if (shift && !takesLabels(loss)) throw new UsageError(`--shift is for losses of class labels; ${name} takes none`);
  if (shift && shape !== 'rowwise') throw new UsageError(`--shift is for losses of rows of classes; ${name} isn't one`);
  try {
    return totalOf(loss, parameters);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}

const isOneBlock = (request: Request, parts: readonly Part[]): boolean =>
  isWhole(request) || (parts.length === 1 && countFrom(parts[0]!, 0, request.block) >= parts[0]!.samples);
