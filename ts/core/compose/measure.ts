/** What a call adds to a mean over many calls. */

import { readError } from '../base/errors.ts';
import { current } from '../facade/backend.ts';
import { execute, prepare } from '../facade/evaluate.ts';
import type { Inner, Measured } from '../facade/facade.ts';
import { Call, type Compiled } from '../model/call.ts';
import { giveBack } from '../read/numbers.ts';

/** Whether a loss is a mean over samples, so that the sums of calls make one of all. */
export const hasMean = ({ compiled, measure }: Inner): boolean =>
  measure !== null || (compiled !== null && ['pointwise', 'rowwise', 'list', 'sequence'].includes(compiled.shape));

/** A call's sums, of a loss that has a mean. */
export const measured = (loss: Inner, args: readonly unknown[], options: object): Measured =>
  loss.measure === null ? measureCall(loss.compiled!, args, options) : loss.measure(args, options);

function measureCall(loss: Compiled, args: readonly unknown[], options: object): Measured {
  const backend = current();
  const call = new Call(loss, 0);
  try {
    prepare(call, args[0], args[1], args[2], options);
  } catch (error) {
    throw readError(loss.name, error);
  }
  execute(call, backend);
  giveBack(call);
  return { sum: call.sum, excess: call.excess, weight: call.total, count: call.n };
}
