/** What a call adds to a mean over many calls. */

import { readError } from '../base/errors.ts';
import { Sum } from '../base/sum.ts';
import { quotient } from '../base/total.ts';
import { makeArray } from '../base/typed.ts';
import { current } from '../facade/backend.ts';
import { execute, prepare } from '../facade/evaluate.ts';
import type { Inner, Measured } from '../facade/facade.ts';
import { Call, type Compiled } from '../model/call.ts';
import { giveBack } from '../read/numbers.ts';

/** Whether a loss is a mean over samples, so that the sums of calls make one of all. */
export const hasMean = ({ compiled, measure }: Inner): boolean =>
  measure !== null ||
  (compiled !== null && ['pointwise', 'rowwise', 'list', 'sequence', 'region'].includes(compiled.shape));

/** A call's sums, of a loss that has a mean. */
export const measured = (loss: Inner, args: readonly unknown[], options: object): Measured =>
  loss.measure === null ? measureCall(loss.compiled!, args, options) : loss.measure(args, options);

function measureCall(loss: Compiled, args: readonly unknown[], options: object): Measured {
  const backend = current();
  const call = new Call(loss, 0, backend);
  try {
    prepare(call, args[0], args[1], args[2], options);
  } catch (error) {
    throw readError(loss.name, error);
  }
  // Nothing comes of no data.
  if (isConcluded(loss, call.parameters) && call.inputs[0]!.length > 0)
    call.overlaps = makeArray(loss.name, 'float64', 6 * call.width);
  execute(call);
  giveBack(call);
  if (call.overlaps === null) return sumsOf(call, call.sum, call.excess);
  return { sum: 0, excess: 0, weight: 0, count: 0, overlaps: call.overlaps };
}

/** Whether a loss with these parameters is made of sums over all data, which only then make losses. */
export const isConcluded = ({ steps }: Compiled, parameters: Compiled['defaults']): boolean =>
  steps.conclude !== undefined && parameters.overBatch === true;

/** A call's sums without what its weights were lifted by, of what a backend found Σ w·L to be. */
export function sumsOf({ lift, total, n }: Call, sum: number, excess: number): Measured {
  const whole = new Sum();
  whole.add(sum, 1 / lift);
  const rest = quotient(0, excess, lift);
  if (Number.isFinite(rest)) whole.add(rest);
  else whole.addParts(0, 0, excess / lift);
  return { sum: whole.sum, excess: whole.excess, weight: total, count: n };
}
