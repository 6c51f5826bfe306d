/** Queries, and keys of which there may be more. */

import { rangeError, words } from '../../base/errors.ts';
import type { Call } from '../../model/call.ts';
import { settleBatch } from './batch.ts';

/** The length of the queries, which say how many rows there are. */
export const queryLength = (call: Call): number => call.inputs[0]!.length;

/** Settles the queries, and checks that the keys are rows of the same width, one for each query at least. */
export function settleQueries(call: Call, length: number): void {
  settleBatch(call, length);
  const { loss, inputs, n, width, parameters } = call;
  const [queries, keys] = loss.inputs as [string, string];
  const { length: all, shape } = inputs[1]!;
  const own = shape !== null && shape.length > 1 ? shape[shape.length - 1]! : width;
  if (own !== width || (width === 0 ? all > 0 : all % width !== 0)) {
    const got = words(own === width ? `length ${all}` : `rows of ${own}`);
    throw rangeError(loss.name, keys, `rows of ${width}, as ${queries}`, got);
  }
  const rows = width === 0 ? 0 : all / width;
  if (rows < n) {
    const expected = `at least ${n} rows, one for each row of ${queries}`;
    const fix = 'the first keys are those of the queries, in their order';
    throw rangeError(loss.name, keys, expected, words(`${rows} rows`), fix);
  }
  if (parameters.symmetric === true && rows !== n) {
    const expected = `${n} rows, as many as ${queries}, with symmetric`;
    throw rangeError(loss.name, keys, expected, words(`${rows} rows`), 'a key without a query has nothing to pick');
  }
}
