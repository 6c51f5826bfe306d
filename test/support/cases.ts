/** Which losses, precisions and forms a test runs over, and parts of their samples. */
import type { FloatArray } from '../../ts/index.ts';
import { type AnyLoss, dtypes, hasHess, type Options, type Sample, table, targetForms } from './losses.ts';

/** Rows `from` to `to` of a sample, as views. */
export function rowsOf(s: Sample, from: number, to: number): Sample {
  const cut = (x: FloatArray | Int32Array) => x.subarray((from * x.length) / s.rows, (to * x.length) / s.rows);
  const inputs = Object.fromEntries(Object.entries(s.inputs).map(([name, x]) => [name, cut(x)]));
  return {
    ...s,
    rows: to - from,
    inputs,
    options: { ...s.options, ...('batch' in s.options ? { batch: to - from } : {}) },
  };
}

/** The highest order of derivatives that a loss has, with these options. */
export const order = (loss: AnyLoss, options: Options = {}) => (hasHess(loss, options) ? 2 : 1);

/** The option for a reduction; a batch has no gradients but of sums, and a regularizer no reductions. */
export const reductionOf = (loss: AnyLoss, reduction: string): Options =>
  loss.info.shape === 'regularizer' ? {} : { reduction: loss.info.shape === 'batch' ? 'sum' : reduction };

/** Losses, precisions and forms of the target, for `it.each`. */
export const cases = (wanted: (loss: AnyLoss) => boolean) =>
  table.flatMap(([name, loss]) =>
    wanted(loss) ? dtypes.flatMap((dtype) => targetForms(loss).map((form) => ({ name, loss, dtype, form }))) : [],
  );
