/** The reference for losses of a batch as a whole. */

import { Sum } from '../base/sum.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Batchwise } from '../model/definition.ts';
import { writeRow } from './rows.ts';

/** Evaluates the functions of the batch, and scales what they wrote. */
export function runBatch(call: Call): number {
  const definition = call.loss.definition as Batchwise;
  const p = call.parameters as never;
  const batch = {
    za: Float64Array.from(call.inputs[0]!.data as number[]),
    zb: Float64Array.from(call.inputs[1]!.data as number[]),
    n: call.n,
    dim: call.width,
  };
  const values = new Float64Array(2 * call.n);
  definition.values(batch, p, values);
  const sum = new Sum();
  for (const x of values) sum.add(inPrecision(call, x));
  call.values?.set(values);
  if (call.order > 0) {
    const out = { za: new Float64Array(batch.za.length), zb: new Float64Array(batch.zb.length) };
    definition.grad(batch, p, out);
    writeRow(call.grads[0]!.data!, 0, call.scale, out.za);
    writeRow(call.grads[1]!.data!, 0, call.scale, out.zb);
  }
  return sum.value();
}
