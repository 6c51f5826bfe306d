/** The reference for losses of a batch as a whole. */

import { Sum } from '../base/sum.ts';
import { floatsFrom } from '../base/widen.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Batchwise } from '../model/definition.ts';
import { writeScaled } from './rows.ts';

/** Evaluates the functions of the batch, and scales what they wrote. */
export function runBatch(call: Call): Sum {
  const { inputs, n, width, scale, groups, loss } = call;
  const definition = loss.definition as Batchwise;
  const p = call.parameters as never;
  const rows = inputs.map(({ data }) => rowsOf(floatsFrom(data!, false) as Float64Array, width));
  const values = new Float64Array(n * loss.views);
  const shared = definition.values({ inputs: rows, classes: groups }, p, values);
  const sum = new Sum();
  for (const value of values) sum.add(inPrecision(call, value));
  call.values?.set(values);
  if (call.order > 0) {
    const outs = rows.map((all) => all.map((row) => new Float64Array(row.length)));
    call.slopes = definition.grad(shared, p, outs).map((slope) => slope * scale);
    for (const [i, out] of outs.entries()) {
      for (const [r, row] of out.entries()) writeScaled(call.grads[i]!.data, r * width, scale, row);
    }
  }
  return sum;
}

/** The rows of a matrix. */
const rowsOf = (z: Float64Array, width: number): Float64Array[] =>
  Array.from({ length: z.length / width }, (_, i) => z.subarray(i * width, (i + 1) * width));
