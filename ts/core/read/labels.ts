/** Class labels of every kind as the kernels read them. */

import type { Numbers } from '../base/typed.ts';
import { halvesOf, lowPlace } from '../base/widen.ts';
import { type Call, takesDense } from '../model/call.ts';
import type { Ignored } from '../model/ignored.ts';

/** Stands for a label that is no int32: no class has it, so whoever reads it reports the place. */
export const noLabel = -2147483648;

/** The label of a row as an int32, `noLabel` if it is none. */
export function labelAt(data: Numbers, row: number): number {
  const label = Number(data[row]);
  // `| 0` keeps whole numbers of 32 bits, and only those.
  return (label | 0) === label ? label : noLabel;
}

/** Whether the label of a row is one that `ignoreIndex` leaves out. */
export function isIgnored({ target, parameters }: Call, row: number): boolean {
  const ignored = parameters.ignoreIndex as Ignored | undefined;
  if (ignored === null || ignored === undefined) return false;
  const label = labelAt(target.data!, row);
  return typeof ignored === 'number' ? label === ignored : ignored.includes(label);
}

/** The same for 64-bit integers, into an array: what is a label has an upper half that goes on with the sign. */
export function bigLabels(
  data: BigInt64Array | BigUint64Array,
  start: number,
  n: number,
  into: Int32Array,
  at: number,
) {
  const halves = halvesOf(data, start, n);
  const signed = data instanceof BigInt64Array;
  for (let i = 0; i < n; i++) {
    const low = halves[2 * i + lowPlace]! | 0;
    const high = halves[2 * i + 1 - lowPlace]! | 0;
    into[at + i] = high === low >> 31 && (signed || low >= 0) ? low : noLabel;
  }
}

/** The error for a label that is no class. */
export function labelError(call: Call, row: number): RangeError {
  const { name, targetName, steps } = call.loss;
  const { axis } = steps;
  const label = String(call.target.data![row]);
  const arg = targetName === 'target' ? 'labels' : targetName;
  const what = Number.isInteger(Number(label))
    ? `out of range for ${call.width} ${call.width === 1 ? 'class' : 'classes'}${axis?.note(call) ?? ''}`
    : 'no whole number';
  // No other axis is a way out: one for which there are as many labels has as many classes.
  const hint = isPerClass(call) ? oneHotHint(call) : '';
  const range = 'ignoreIndex' in call.parameters ? `; labels are 0 to ${call.width - 1}, or ignoreIndex` : '';
  return new RangeError(`${name}: ${arg}[${row}] = ${label} is ${what}${hint || range}`);
}

/** True where there are as many labels as scores, and nothing but that says that a row has one class: they may be one-hot. */
const isPerClass = ({ width, inputs, target, classes, dim, batch }: Call): boolean =>
  width === 1 && inputs[0]!.shape === null && target.length === inputs[0]!.length && Math.max(classes, dim, batch) < 0;

const oneHotHint = ({ loss }: Call): string =>
  takesDense(loss.definition)
    ? '; for one-hot targets give { classes }'
    : '; it takes one label a row, no one-hot targets';
