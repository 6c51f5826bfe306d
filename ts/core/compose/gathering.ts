/** What an accumulator is made of. */

import { reading, typeError, unknownOption } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import { isObject } from '../base/properties.ts';
import { ratio, Sum } from '../base/sum.ts';
import type { Inner } from '../facade/facade.ts';
import type { Accumulator, AccumulatorState } from './accumulatorTypes.ts';
import type { Kept } from './kept.ts';
import { measured } from './measure.ts';
import { notLoaded, Overlaps, pairsOf } from './overlaps.ts';
import { checkState, mapped, partsOf, plain, worded } from './state.ts';

/** How flat arrays are cut into rows, which may be said for all parts at once. */
export const layouts = ['classes', 'dim', 'shape', 'axis'];

/** Options that change from part to part. */
const partOptions = ['sampleWeight', 'classes', 'dim', 'batch', 'shape', 'axis'];

/** Parameters that go with the data: how long each of its samples is. */
export const lengthsOf = ({ parameters }: Inner): readonly string[] =>
  Object.keys(parameters).filter((name) => parameters[name]!.kind === 'lengths');

/** A mean in progress. Without the loss (its state came from elsewhere) it merges, but adds nothing. */
export class Gathering implements Accumulator {
  readonly #loss: Inner | null;
  /** The parameters, defaults filled in, and what each part gets. */
  readonly #options: AccumulatorState['options'];
  readonly #name: string;
  readonly #given: object;
  readonly #sum = new Sum();
  readonly #weight = new Sum();
  #count = 0;
  /** In place of these, where sums over all data make the loss; null else. */
  readonly #overlaps: Overlaps | null;

  constructor(name: string, loss: Inner | null, options: AccumulatorState['options'], given: object, isLater: boolean) {
    this.#name = name;
    this.#loss = loss;
    this.#options = options;
    this.#given = given;
    this.#overlaps = isLater ? new Overlaps(name, loss, options) : null;
  }

  get sum(): number {
    return this.#sums()[0].value();
  }

  get weight(): number {
    return this.#sums()[1].value();
  }

  get count(): number {
    return this.#overlaps === null ? this.#count : this.#overlaps.count;
  }

  /** Σ w·L and Σ w. */
  #sums(): readonly [Sum, Sum] {
    return this.#overlaps === null ? [this.#sum, this.#weight] : this.#overlaps.concluded();
  }

  add(...args: unknown[]): this {
    const fn = `accumulator(${this.#name}).add`;
    if (this.#loss === null) throw notLoaded(fn, this.#name);
    const { arity, options } = this.#loss;
    const last = args[arity] ?? {};
    const own = reading(fn, () => {
      if (!isObject(last)) throw typeError(fn, 'options', 'an object', last);
      return recordOf(last as Kept);
    });
    const known = [...partOptions, ...lengthsOf(this.#loss)];
    for (const key of Object.keys(own)) {
      if (known.includes(key)) continue;
      if (isOfSingleCalls(key) || !options.includes(key)) throw foreignOption(fn, key, known);
      throw typeError(fn, key, 'left out', own[key], 'parameters belong to accumulator()');
    }
    const all = { ...this.#given, ...own };
    const { sum, excess, weight, count, overlaps } = measured(this.#loss, args.slice(0, arity), all);
    if (this.#overlaps !== null) {
      // A part without data has none.
      if (overlaps !== undefined) this.#overlaps.add(fn, pairsOf(overlaps));
      return this;
    }
    this.#sum.addParts(sum, 0, excess);
    this.#weight.add(weight);
    this.#count += count;
    return this;
  }

  merge(other: unknown): this {
    const state = checkState(
      'merge',
      reading('merge', () => (other instanceof Gathering ? other.toJSON() : other)),
    );
    const mine = parametersOf(this.#options);
    const others = parametersOf(state.options);
    if (state.loss !== this.#name || others !== mine) {
      const got = `one of ${state.loss} with ${others}`;
      throw new RangeError(`merge: other must be an accumulator of ${this.#name} with ${mine}, got ${got}`);
    }
    return this.absorb(state);
  }

  /** Adds a state's numbers. */
  absorb(state: AccumulatorState): this {
    if (this.#overlaps !== null) {
      this.#overlaps.add('merge', (state.overlaps ?? []).map(partsOf));
      return this;
    }
    this.#sum.addParts(...partsOf(state.sum));
    this.#weight.addParts(...partsOf(state.weight));
    this.#count += state.count;
    return this;
  }

  value(): number {
    const [sum, weight] = this.#sums();
    return weight.value() === 0 ? 0 : ratio(sum, weight);
  }

  toJSON(): AccumulatorState {
    return {
      loss: this.#name,
      options: mapped(this.#options, worded),
      count: this.count,
      sum: this.#sum.parts().map(plain),
      weight: this.#weight.parts().map(plain),
      ...(this.#overlaps === null ? {} : { overlaps: this.#overlaps.parts().map((sum) => sum.map(plain)) }),
    };
  }
}

/** Options of single calls, and what there is in their place. */
const singleCalls: { readonly [option: string]: string } = {
  divisor: 'for a mean over something else divide `sum` by it',
  reduction: '`value()` is the mean, and `sum` the sum',
  out: 'an accumulator has no gradients',
  hessOut: 'an accumulator has no derivatives',
  hessianFloor: 'an accumulator has no derivatives',
};

const isOfSingleCalls = (option: string): boolean => Object.hasOwn(singleCalls, option);

/** The error for an option that an accumulator has no use for. */
export function foreignOption(fn: string, name: string, known: readonly string[]): TypeError {
  if (!isOfSingleCalls(name)) return unknownOption(fn, name, known);
  return new TypeError(`${fn}: ${name} is an option of single calls; ${singleCalls[name]}`);
}

/** The parameters among the options, which accumulators that are merged have in common: layouts may differ. */
const parametersOf = (options: AccumulatorState['options']): string =>
  JSON.stringify(
    mapped(Object.fromEntries(Object.entries(options).filter(([name]) => !layouts.includes(name))), worded),
  );
