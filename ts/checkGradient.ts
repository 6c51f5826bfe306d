/** Gradients compared with differences. */
import { rangeError, typeError } from './core/base/errors.ts';
import { recordOf } from './core/base/keys.ts';
import { isObject } from './core/base/properties.ts';
import { type AnyLoss, innerOf } from './core/facade/facade.ts';
import { within } from './core/model/parameters.ts';
import { type Comparison, compare } from './differences.ts';
import { type Checkable, everywhere, ofFunction, ofLoss, part } from './subjects.ts';

/** Options of `checkGradient`; all others go to the loss. */
export interface CheckOptions {
  /** The most that a derivative may be off, relative to its size; of the small ones, to a thousandth of the largest. Default 1e-5. */
  tolerance?: number | undefined;
  /** The most elements of an input that are tried, evenly spread. Default 1000. */
  most?: number | undefined;
  readonly [option: string]: unknown;
}

/** The derivative that fits least. */
export interface Worst {
  /** The input, or the parameter; a number where inputs have no names. */
  input: string | number;
  /** The place in the flat input. */
  index: number;
  /** First or second derivative. */
  order: 1 | 2;
  /** What the loss says. */
  analytic: number;
  /** What differences of values, or of gradients, say. */
  numeric: number;
  /** How far apart they are, relative to their size. */
  error: number;
}

/** What `checkGradient` found. */
export interface Checked {
  /** Whether every derivative that was compared is within the tolerance, and there was one. */
  ok: boolean;
  /** Null if none was compared. */
  worst: Worst | null;
  /** Derivatives that were compared. */
  checked: number;
  /** Elements that weren't: at a kink, at the end of a domain, or where the loss isn't finite. */
  skipped: number;
}

/**
 * Compares the gradient of a loss, and the second derivatives if it has them, with differences of its values (of its gradients), in
 * float64. Takes the losses of the package, those of `defineLoss`, and any function of arrays that returns `{ value, grad }`.
 *
 * Where a loss has a kink there is nothing to compare: it shows in differences that don't agree from both sides, and is skipped. So are
 * elements at the ends of a domain, such as probabilities of 0. What a call would write, `out` and `hessOut`, is left alone, and so is
 * `hessianFloor`, which makes second derivatives something else than they are; a function isn't given these either. A function's
 * `parameterGrad` is compared where the options have the parameter.
 *
 * @param loss - The loss, or a function: its `grad` is an array (the gradient in the first input), a list of arrays in the order of the
 *   inputs, or a record of them by name, where the inputs are a record as well.
 * @param inputs - The arguments: `[pred, target]`; for functions also a record of arrays, which they are called with.
 * @param options - {@link CheckOptions}, and the options of the loss; `reduction` is 'mean' or 'sum'.
 * @returns {@link Checked}: whether all is well, and where it is least so.
 * @throws {TypeError} on something that is no function, inputs that are no arrays or too few, or a `grad` of another length than they have
 * @throws {RangeError} on `reduction: 'none'`, which has no single value, or a tolerance that is none
 * @example
 * ```ts
 * import { checkGradient, huber } from 'losskit';
 *
 * const { ok, checked, skipped } = checkGradient(huber, [[0.5, 3, 1], [0, 0, 0]], { delta: 2 });
 * console.log(ok, checked, skipped); // → true 6 0
 * // A slip: the gradient of the mean lacks 1/n.
 * const half = (x: Float64Array) => ({ value: x.reduce((s, v) => s + v * v, 0) / x.length, grad: x.map((v) => 2 * v) });
 * console.log(checkGradient(half, [[1, 2]]).worst); // → { input: 0, index: 0, order: 1, analytic: 2, numeric: 1, error: 0.5 }
 * ```
 */
export function checkGradient(loss: Checkable, inputs: unknown, options: CheckOptions = {}): Checked {
  if (typeof loss !== 'function') {
    throw typeError('checkGradient', 'loss', 'a loss, or a function that returns { value, grad }', loss);
  }
  if (!isObject(options)) throw typeError('checkGradient', 'options', 'an object', options);
  const { tolerance = 1e-5, most = 1000, ...own } = recordOf(options);
  bound.check('checkGradient', 'tolerance', tolerance);
  if (!(Number.isInteger(most) && most > 0)) throw rangeError('checkGradient', 'most', 'a whole number >= 1', most);
  const inner = innerOf(loss);
  const subject = inner === null ? ofFunction(loss, inputs, own) : ofLoss(loss as AnyLoss, inner, inputs, own);
  const first = subject.run();
  const all: Comparison[] = [];
  for (const place of subject.placesOf(first.grad)) {
    const { input, data } = place;
    const value = (): number => subject.run().value;
    all.push(compare({ input, order: 1 }, data, part(first.grad, input), value, place, most));
    if (first.hess === undefined) continue;
    const slope = (i: number): number => part(subject.run().grad, input)[i]!;
    all.push(compare({ input, order: 2 }, data, part(first.hess, input), slope, place, most));
  }
  for (const [input, analytic] of Object.entries(first.parameterGrad ?? {})) {
    const at = subject.options[input] ?? inner?.info.parameters[input]?.default;
    if (typeof at !== 'number') continue;
    const data = Float64Array.of(at);
    const value = (): number => subject.run({ [input]: data[0]! }).value;
    all.push(compare({ input, order: 1 }, data, [analytic], value, everywhere, most));
  }
  return summed(all, tolerance);
}

const bound = /* @__PURE__ */ within(1e-5, '(0, 1)');

function summed(all: readonly Comparison[], tolerance: number): Checked {
  let [checked, skipped] = [0, 0];
  let worst: Worst | null = null;
  for (const found of all) {
    checked += found.checked;
    skipped += found.skipped;
    const { input, index, order, analytic, numeric, error } = found;
    if (index >= 0 && error > (worst?.error ?? -1)) worst = { input, index, order, analytic, numeric, error };
  }
  return { ok: worst !== null && worst.error <= tolerance, worst, checked, skipped };
}
