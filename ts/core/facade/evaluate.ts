/** One call of a loss: read, settle, execute, and the result. */

import { readError } from '../base/errors.ts';
import { quotient } from '../base/total.ts';
import { clear } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { staleness } from '../memory/resident.ts';
import { Call, type Compiled, type Derivative, type Derivatives, type Order, type Repeat } from '../model/call.ts';
import { withoutHess } from '../model/compiled.ts';
import type { Out } from '../model/slot.ts';
import { giveBack } from '../read/numbers.ts';
import { readOptions } from '../read/options.ts';
import { freshArray, prepareOutputs, readOutputs } from '../settle/outputs/outputs.ts';
import { checkStill, readArguments, settle } from '../settle/settle.ts';
import { settleTotal } from '../settle/totals/totals.ts';
import { raiseHess } from '../settle/weights/hessianFloor.ts';
import { liftWeights } from '../settle/weights/lift.ts';
import { current } from './backend.ts';

/** Where a loss and order have what remembers their last call: nothing before the first call on a backend that has it. */
export interface Last {
  repeat: Repeat | null;
}

/** Evaluates a loss: a value for order 0, an object with the derivatives beyond. */
export function evaluate(
  loss: Compiled,
  order: Order,
  a: unknown,
  b: unknown,
  c: unknown,
  options: unknown,
  last: Last,
): number | FloatArray | Derivatives {
  // First, so that starting the backend moves no memory under views taken later.
  const backend = current();
  last.repeat ??= backend.repeatOf(order);
  const { repeat } = last;
  let call: Call;
  try {
    if (repeat?.againCopied(a, b, c, options)) return repeat.result;
    call = new Call(loss, order, backend);
    call.repeat = repeat?.recorderFor(a) ?? null;
    prepare(call, a, b, c, repeat === null ? options : repeat.optionsLeft(options));
  } catch (error) {
    throw readError(loss.name, error);
  }
  execute(call);
  raiseHess(call);
  const value = reduced(call);
  call.repeat?.remember(call, a, b, c);
  giveBack(call);
  return order === 0 ? value : derivatives(call, value);
}

/**
 * Reads and checks everything. What is the caller's own to run (getters, tensors' methods, proxies) runs while it is read: from `settle`
 * on there is nothing of the kind, and no data has moved when this throws.
 */
export function prepare(call: Call, a: unknown, b: unknown, c: unknown, options: unknown): void {
  const before = staleness.count;
  readOptions(call, options);
  checkOrder(call);
  readArguments(call, a, b, c);
  readOutputs(call);
  checkStill(call, staleness.count !== before);
  settle(call);
  settleTotal(call);
  prepareOutputs(call);
  liftWeights(call);
  call.values = call.reduction === 'none' ? freshArray(call, call.n * call.loss.views) : null;
}

/** A loss may have second derivatives only without some options. */
function checkOrder({ loss, order, parameters }: Call): void {
  const option = order < 2 ? undefined : withoutHess(loss.info, parameters);
  if (option === undefined) return;
  throw new TypeError(`${loss.name}: has no second derivative with ${option}; use valueAndGrad`);
}

/** Runs the kernel; where nothing has weight, nothing is read: zeros. */
export function execute(call: Call): void {
  if (call.n > 0 && call.total !== 0) {
    run(call);
    return;
  }
  for (const { data } of [...call.grads, ...call.hess]) clear(data);
}

/** Nothing of the caller's runs here: what isn't an error of ours is that there is no memory. */
function run(call: Call): void {
  try {
    call.backend.run(call);
  } catch (error) {
    throw error instanceof RangeError ? readError(call.loss.name, error) : error;
  }
}

function reduced(call: Call): number | FloatArray {
  const { values, sum, excess, denominator } = call;
  return values ?? quotient(sum, excess, denominator);
}

/** The result with the derivatives of the call's order. */
export function derivatives(call: Call, value: number | FloatArray): Derivatives {
  const { loss, order, total: totalWeight } = call;
  const grad = collect(loss.grads, call.grads);
  const { parameterGrad } = loss.info;
  if (parameterGrad !== undefined) return { value, grad, parameterGrad: slopesOf(call, parameterGrad), totalWeight };
  if (order === 1) return { value, grad, totalWeight };
  return { value, grad, hess: collect(loss.grads, call.hess), totalWeight };
}

/** The derivatives by parameters: 0 where nothing was run. */
const slopesOf = ({ slopes }: Call, names: readonly string[]): { [name: string]: number } =>
  Object.fromEntries(names.map((name, i) => [name, slopes[i] ?? 0]));

/** The derivatives of one order. */
export function collect(names: readonly string[], outs: readonly Out[]): Derivative {
  if (names.length === 1) return outs[0]!.result;
  const record: { [name: string]: FloatArray } = {};
  for (let i = 0; i < names.length; i++) record[names[i]!] = outs[i]!.result;
  return record;
}
