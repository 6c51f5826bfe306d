/** The reference for losses of a batch as a whole. */

import { Sum } from '../base/sum.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Batchwise } from '../model/definition.ts';
import { writeScaled } from './rows.ts';

/** Evaluates the functions of the batch, and scales what they wrote. */
export function runBatch(call: Call): Sum {
  const definition = call.loss.definition as Batchwise;
  const p = call.parameters as never;
  const batch = {
    za: Float64Array.from(call.inputs[0]!.data as Float64Array),
    zb: Float64Array.from(call.inputs[1]!.data as Float64Array),
    n: call.n,
    dim: call.width,
  };
  const values = new Float64Array(2 * call.n);
  const shared = definition.values(batch, p, values);
  const sum = new Sum();
  for (const value of values) sum.add(inPrecision(call, value));
  call.values?.set(values);
  if (call.order > 0) {
    const out = { za: new Float64Array(batch.za.length), zb: new Float64Array(batch.zb.length) };
    definition.grad(shared, p, out);
    writeScaled(call.grads[0]!.data!, 0, call.scale, out.za);
    writeScaled(call.grads[1]!.data!, 0, call.scale, out.zb);
  }
  return sum;
}
