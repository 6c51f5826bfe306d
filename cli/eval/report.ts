/** What a run came to. */
import { backend } from 'losskit';
import { gradPaths, hessPaths } from './outputs.ts';
import type { Run } from './passes.ts';
import { perplexityOf } from './perplexity.ts';
import type { Precision } from './reading.ts';

/** What is printed in the end, as JSON has it. */
export interface Report {
  readonly loss: string;
  readonly reduction: string;
  readonly value: number;
  /** e to the value, where that is the mean negative log-likelihood of labels. */
  readonly perplexity: number | null;
  readonly sum: number;
  readonly weight: number;
  readonly count: number;
  readonly dtype: Precision;
  readonly backend: string;
  readonly bytes: number;
  readonly seconds: number;
  /** Of these, those in the loss; the others went into files. */
  readonly lossSeconds: number;
  readonly grad: readonly string[];
  readonly hess: readonly string[];
  readonly out: string | null;
  readonly state: unknown;
}

/** The report of a run that took so many seconds. */
export function report(run: Run, seconds: number): Report {
  const { request, parts, precision, total, lossMs } = run;
  const { loss, reduction, out, divisor } = request;
  const { sum, weight, count } = total;
  const isMean = loss.info.shape !== 'regularizer' && reduction !== 'sum';
  const sources = parts.flatMap(({ slots, weights, lengths }) => [...slots, ...(weights ? [weights] : []), ...lengths]);
  const value = isMean ? (weight === 0 ? 0 : sum / (divisor ?? weight)) : sum;
  return {
    loss: loss.info.name,
    reduction: loss.info.shape === 'regularizer' ? 'sum' : isMean ? 'mean' : 'sum',
    value,
    perplexity: perplexityOf(run, isMean && weight > 0 && divisor === null ? value : null),
    sum,
    weight,
    count,
    dtype: precision,
    backend: backend().name,
    bytes: sources.reduce((n, { source }) => n + source.bytes, 0),
    seconds,
    lossSeconds: lossMs / 1000,
    grad: gradPaths(request),
    hess: hessPaths(request),
    out: out ?? null,
    state: total.state(),
  };
}
