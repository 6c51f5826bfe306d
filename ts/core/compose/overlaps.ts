/** What an accumulator keeps of losses that sums over all data make, not sums of losses: regions that all images have in common. */

import { rangeError, typeError, words } from '../base/errors.ts';
import { Sum } from '../base/sum.ts';
import type { Inner } from '../facade/facade.ts';
import type { Kept } from './kept.ts';

/** Sums of a class: what prediction and target share, and what either has beyond that. */
const perClass = 3;

/** The sums of every class; none before the first data. */
export class Overlaps {
  readonly #name: string;
  readonly #loss: Inner | null;
  readonly #parameters: Kept;
  readonly #sums: Sum[] = [];

  constructor(name: string, loss: Inner | null, parameters: Kept) {
    this.#name = name;
    this.#loss = loss;
    this.#parameters = parameters;
  }

  /** Regions: one a class. */
  get count(): number {
    return this.#sums.length / perClass;
  }

  /** Σ w·L and Σ w of what there is so far. */
  concluded(): readonly [Sum, Sum] {
    if (this.#loss === null) throw notLoaded(`accumulator(${this.#name})`, this.#name);
    const { compiled } = this.#loss;
    return compiled!.steps.conclude!(compiled!, this.#parameters, this.#sums);
  }

  /** Adds sums in their parts. */
  add(fn: string, parts: readonly (readonly [total: number, rest: number, excess?: number])[]): void {
    const had = this.#sums.length;
    if (parts.length === 0) return;
    if (had > 0 && parts.length !== had) {
      throw rangeError(fn, 'classes', `${this.count}, as of the parts before`, words(String(parts.length / perClass)));
    }
    parts.forEach((part, i) => {
      this.#sums[i] ??= new Sum();
      this.#sums[i].addParts(...part);
    });
  }

  parts(): readonly (readonly number[])[] {
    return this.#sums.map((sum) => sum.parts());
  }
}

/** The error where a loss would have to be known. */
export const notLoaded = (fn: string, name: string): TypeError =>
  new TypeError(`${fn}: the loss ${name} isn't loaded here; give it: accumulator.from(json, ${name})`);

/** The sums as a call gives them: each rounded, then its rest. */
export const pairsOf = (flat: Float64Array): readonly (readonly [number, number])[] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);

/** The sums of a state, each of which `read` checks. */
export function overlapsOf<T>(fn: string, x: unknown, read: (fn: string, arg: string, x: unknown) => T): readonly T[] {
  if (!Array.isArray(x) || x.length % perClass !== 0) {
    throw typeError(fn, 'state.overlaps', 'three sums for each class, where overBatch is true', x);
  }
  return x.map((part, i) => read(fn, `state.overlaps[${i}]`, part));
}
