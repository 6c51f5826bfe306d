/** Means over data that is never in memory at once. */

import { reading, typeError } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import { type Inner, innerOf, lossNamed } from '../facade/facade.ts';
import { count } from '../read/options.ts';
import { checkSizes, wholeNumber } from '../read/read.ts';
import type { Accumulable, Accumulator, AccumulatorOptions, AccumulatorState } from './accumulatorTypes.ts';
import { foreignOption, Gathering, layouts, lengthsOf } from './gathering.ts';
import { type Kept, keep } from './kept.ts';
import { hasMean, isConcluded } from './measure.ts';
import { checkState } from './state.ts';

/** `accumulator`, and how to continue from JSON. */
export interface AccumulatorFactory {
  /** An empty accumulator of a loss with these parameters. */
  <L extends Accumulable>(loss: L, options?: AccumulatorOptions<L>): Accumulator<L>;
  /** An accumulator that continues from a state. A loss that nothing else has loaded has to be given for `add`. */
  from<L extends Accumulable = Accumulable>(state: AccumulatorState, loss?: L): Accumulator<L>;
}

function create(loss: unknown, options: object = {}): Gathering {
  const inner = meanOf(loss);
  if (typeof options !== 'object' || options === null) throw typeError('accumulator', 'options', 'an object', options);
  const fn = `accumulator(${inner.info.name})`;
  const record = reading(fn, () => recordOf(options));
  const names = [...kept(inner), ...layouts.filter((layout) => inner.options.includes(layout))];
  for (const name of Object.keys(record)) if (!names.includes(name)) throw foreignOption(fn, name, names);
  const given = keep(fn, record);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) delete given[name];
    else if (layouts.includes(name)) checkLayout(fn, name, value);
  }
  for (const [name, value] of Object.entries(given)) {
    const checked = inner.parameters[name]?.check(inner.info.name, name, value);
    if (inner.parameters[name]?.kind === 'number') given[name] = checked;
  }
  const all = filledIn(inner, given);
  const isLater = inner.compiled !== null && isConcluded(inner.compiled, all);
  return new Gathering(inner.info.name, inner, all, given, isLater);
}

/** The parameters that all parts have in common. */
const kept = (inner: Inner): readonly string[] =>
  Object.keys(inner.parameters).filter((name) => !lengthsOf(inner).includes(name));

function checkLayout(fn: string, name: string, value: unknown): void {
  if (name === 'shape') checkSizes(fn, name, value);
  else if (name === 'axis') wholeNumber(fn, name, value);
  else count(fn, name, value, 1);
}

/** The parameters in their own order, so that equal ones read alike, and how rows were said to lie. */
function filledIn(inner: Inner, given: Kept): AccumulatorState['options'] {
  const all: Kept = {};
  for (const name of kept(inner)) all[name] = given[name] ?? inner.info.parameters[name]!.default;
  for (const name of layouts) if (given[name] !== undefined) all[name] = given[name];
  return all;
}

function meanOf(loss: unknown): Inner {
  const inner = innerOf(loss);
  if (inner === null) throw typeError('accumulator', 'loss', 'a loss of this package', loss);
  if (hasMean(inner)) return inner;
  throw new TypeError(
    `accumulator: ${inner.info.name} isn't a mean over samples, and its parts don't add up to the whole`,
  );
}

function from(state: unknown, loss?: unknown): Gathering {
  const checked = checkState('accumulator.from', state);
  const inner = loss === undefined ? innerOf(lossNamed(checked.loss)) : meanOf(loss);
  if (inner !== null && inner.info.name !== checked.loss) {
    throw typeError('accumulator.from', 'loss', checked.loss, inner.info.name);
  }
  if (inner === null) {
    return new Gathering(checked.loss, null, checked.options, {}, checked.overlaps !== undefined).absorb(checked);
  }
  return create(lossNamed(checked.loss) ?? loss, checked.options).absorb(checked);
}

/**
 * Gathers the mean of a loss over data that is never in memory at once, or lives on several workers and machines: the result is that of
 * one call on everything, within 1e-12, whatever the split and the order.
 *
 * @param loss - Any loss that is a mean over elements, rows, lists, sequences or regions (an image's classes; with `overBatch` the classes alone).
 * @param options - The loss's parameters, and `classes`, `dim`, `shape` or `axis` where all parts have the same; copied. `sampleWeight` goes with each part.
 * @returns An accumulator: `add` parts, `merge` others, read `value()`.
 * @throws {TypeError} on something that is no loss, a loss without a mean (`ntXent`, the regularizers), or unknown options
 * @throws {RangeError} on a parameter out of its domain
 *
 * @example
 * ```ts
 * import { accumulator, mse } from 'losskit';
 *
 * const mean = accumulator(mse);
 * mean.add([1, 2], [1, 4]).add([3], [3]);
 * console.log(mean.value(), mean.count); // → 1.3333333333333333 3
 * const elsewhere = JSON.parse(JSON.stringify(mean));
 * console.log(accumulator.from(elsewhere).merge(mean).count); // → 6
 * ```
 */
export const accumulator: AccumulatorFactory = /* @__PURE__ */ Object.assign(create as never, { from: from as never });
