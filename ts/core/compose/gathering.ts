/** What an accumulator is made of. */

import { rangeError, typeError, unknownOption } from '../base/errors.ts';
import { Sum } from '../base/sum.ts';
import type { Inner } from '../facade/facade.ts';
import type { Accumulator, AccumulatorState } from './accumulatorTypes.ts';

/** Options that change from part to part. */
const partOptions = ['sampleWeight', 'classes', 'dim', 'batch'];

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
    const { arity, options, measure } = this.#loss;
    const part = args[arity];
    if (part !== undefined && (typeof part !== 'object' || part === null))
      throw typeError(fn, 'options', 'an object', part);
    for (const key in part) {
      if (partOptions.includes(key)) continue;
      if (options.includes(key))
        throw typeError(fn, key, 'left out', (part as never)[key], 'parameters belong to accumulator()');
      throw unknownOption(fn, key, partOptions);
    }
    const { sum, excess, weight, count } = measure!(args.slice(0, arity), { ...this.#given, ...part });
    this.#sum.addParts(sum, 0, excess);
    this.#weight.add(weight);
    this.#count += count;
    return this;
  }

  merge(other: unknown): this {
    const state = checkState('merge', other instanceof Gathering ? other.toJSON() : other);
    const mine = JSON.stringify(this.#options);
    if (state.loss !== this.#name || JSON.stringify(state.options) !== mine) {
      const got = `one of ${state.loss} with ${JSON.stringify(state.options)}`;
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
    const weight = this.#weight.value();
    return weight === 0 ? 0 : this.#sum.over(weight);
  }

  toJSON(): AccumulatorState {
    return {
      loss: this.#name,
      options: this.#options,
      count: this.#count,
      sum: this.#sum.parts().map(plain),
      weight: this.#weight.parts().map(plain),
    };
  }
}

/** The parts of a sum, as `toJSON` writes them. */
const partsOf = (parts: AccumulatorState['sum']) => parts.map(Number) as [total: number, rest: number, excess?: number];

/** JSON writes NaN and the infinities as null: they become words. */
const plain = (x: number): number | string => (Number.isFinite(x) ? x : String(x));

/** Throws unless x is what `toJSON` gives. */
export function checkState(fn: string, x: unknown): AccumulatorState {
  const state = x as Partial<AccumulatorState> | null;
  const expected = 'what toJSON() of an accumulator gives';
  if (typeof state !== 'object' || state === null)
    throw typeError(fn, 'state', expected, x, 'parse the JSON text first');
  if (typeof state.loss !== 'string' || typeof state.options !== 'object' || state.options === null) {
    throw typeError(fn, 'state', expected, x);
  }
  if (!Number.isSafeInteger(state.count) || state.count! < 0)
    throw rangeError(fn, 'state.count', 'a whole number >= 0', state.count);
  checkParts(fn, 'state.sum', state.sum);
  checkParts(fn, 'state.weight', state.weight);
  return state as AccumulatorState;
}

function checkParts(fn: string, arg: string, parts: unknown): void {
  const isNumber = (x: unknown): boolean =>
    typeof x === 'number' || x === 'NaN' || x === 'Infinity' || x === '-Infinity';
  if (!Array.isArray(parts) || !(parts.length === 2 || parts.length === 3) || !parts.every(isNumber)) {
    throw typeError(fn, arg, 'two or three numbers', parts);
  }
}
