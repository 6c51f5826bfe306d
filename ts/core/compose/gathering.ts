/** What an accumulator is made of. */

import { rangeError, reading, typeError, unknownOption } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import { isObject } from '../base/properties.ts';
import { ratio, Sum } from '../base/sum.ts';
import type { Inner } from '../facade/facade.ts';
import type { Accumulator, AccumulatorState } from './accumulatorTypes.ts';
import type { Kept } from './kept.ts';
import { measured } from './measure.ts';

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

  constructor(name: string, loss: Inner | null, options: AccumulatorState['options'], given: object) {
    this.#name = name;
    this.#loss = loss;
    this.#options = options;
    this.#given = given;
  }

  get sum(): number {
    return this.#sum.value();
  }

  get weight(): number {
    return this.#weight.value();
  }

  get count(): number {
    return this.#count;
  }

  add(...args: unknown[]): this {
    const fn = `accumulator(${this.#name}).add`;
    if (this.#loss === null) {
      const fix = `give it: accumulator.from(json, ${this.#name})`;
      throw new TypeError(`${fn}: the loss ${this.#name} isn't loaded here; ${fix}`);
    }
    const { arity, options } = this.#loss;
    const part = args[arity] ?? {};
    const own = reading(fn, () => {
      if (!isObject(part)) throw typeError(fn, 'options', 'an object', part);
      return recordOf(part as Kept);
    });
    const known = [...partOptions, ...lengthsOf(this.#loss)];
    for (const key of Object.keys(own)) {
      if (known.includes(key)) continue;
      if (key === 'divisor' || !options.includes(key)) throw foreignOption(fn, key, known);
      throw typeError(fn, key, 'left out', own[key], 'parameters belong to accumulator()');
    }
    const { sum, excess, weight, count } = measured(this.#loss, args.slice(0, arity), { ...this.#given, ...own });
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
    this.#sum.addParts(...partsOf(state.sum));
    this.#weight.addParts(...partsOf(state.weight));
    this.#count += state.count;
    return this;
  }

  value(): number {
    return this.#weight.value() === 0 ? 0 : ratio(this.#sum, this.#weight);
  }

  toJSON(): AccumulatorState {
    return {
      loss: this.#name,
      options: mapped(this.#options, worded),
      count: this.#count,
      sum: this.#sum.parts().map(plain),
      weight: this.#weight.parts().map(plain),
    };
  }
}

/** The error for an option that an accumulator has no use for. */
export function foreignOption(fn: string, name: string, known: readonly string[]): TypeError {
  if (name !== 'divisor') return unknownOption(fn, name, known);
  return new TypeError(
    `${fn}: divisor is an option of single calls; for a mean over something else divide \`sum\` by it`,
  );
}

/** The parameters among the options, which accumulators that are merged have in common: layouts may differ. */
const parametersOf = (options: AccumulatorState['options']): string =>
  JSON.stringify(
    mapped(Object.fromEntries(Object.entries(options).filter(([name]) => !layouts.includes(name))), worded),
  );

/** A record of the same names. */
const mapped = (record: object, of: (x: unknown) => unknown): Kept =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, of(x)]));

/** An option as JSON can have it: a copy of a list, a word for NaN. */
const worded = (x: unknown): unknown => (Array.isArray(x) ? x.map(worded) : typeof x === 'number' ? plain(x) : x);

/** The same as it was. */
const unworded = (x: unknown): unknown => (Array.isArray(x) ? x.map(unworded) : isWord(x) ? Number(x) : x);

/** The parts of a sum, as `toJSON` writes them. */
const partsOf = (parts: AccumulatorState['sum']) => parts.map(Number) as [total: number, rest: number, excess?: number];

/** JSON writes NaN and the infinities as null: they become words. */
const plain = (x: number): number | string => (Number.isFinite(x) ? x : String(x));
const isWord = (x: unknown): boolean => x === 'NaN' || x === 'Infinity' || x === '-Infinity';

/** A state as `toJSON` gives it; throws for anything else. */
export const checkState = (fn: string, x: unknown): AccumulatorState => reading(fn, () => readState(fn, x));

function readState(fn: string, x: unknown): AccumulatorState {
  const state = x as Partial<AccumulatorState> | null;
  const expected = 'what toJSON() of an accumulator gives';
  if (typeof x === 'function') throw typeError(fn, 'state', expected, x, 'the state comes first, then the loss');
  if (typeof state !== 'object' || state === null)
    throw typeError(fn, 'state', expected, x, 'parse the JSON text first');
  const { loss, options, count } = state;
  if (typeof loss !== 'string' || typeof options !== 'object' || options === null) {
    throw typeError(fn, 'state', expected, x);
  }
  if (!Number.isSafeInteger(count) || count! < 0) throw rangeError(fn, 'state.count', 'a whole number >= 0', count);
  const sum = readParts(fn, 'state.sum', state.sum);
  const weight = readParts(fn, 'state.weight', state.weight);
  const whole = weight.reduce((a, b) => a + b, 0);
  if (!(whole >= 0 && whole < Infinity)) throw rangeError(fn, 'state.weight', 'finite and >= 0', state.weight);
  if (count === 0 && whole !== 0) throw rangeError(fn, 'state.weight', '0 where the count is 0', state.weight);
  if (whole === 0 && sum.some((part) => part !== 0)) {
    throw rangeError(fn, 'state.sum', '0 where nothing has weight', state.sum);
  }
  return { loss, options: mapped(options, unworded), count: count!, sum: sum.map(plain), weight: weight.map(plain) };
}

function readParts(fn: string, arg: string, parts: unknown): readonly number[] {
  const isNumber = (x: unknown): boolean => typeof x === 'number' || isWord(x);
  if (!Array.isArray(parts) || !(parts.length === 2 || parts.length === 3) || !parts.every(isNumber)) {
    throw typeError(fn, arg, 'two or three numbers', parts);
  }
  return parts.map(Number);
}
