/** A distribution over classes, as people give it: probabilities, their logarithms, or logits. */

import { Bent } from './bend.ts';
import { weigh } from './math.ts';
import { Softmax } from './softmax.ts';

/** What a distribution may be given as. */
export type Form = 'probabilities' | 'logProbabilities' | 'logits';

/** The words for it, the first being the default, and the numbers that kernels get. */
export const words: readonly [Form, ...Form[]] = ['probabilities', 'logProbabilities', 'logits'];
export const forms: { readonly [form in Form]: number } = { probabilities: 0, logProbabilities: 1, logits: 2 };

/** The distribution of one row after the other. */
export class Distribution {
  /** The shares of the classes. */
  readonly share: Float64Array;
  /** Of logits: their softmax. */
  readonly softmax: Softmax;
  #given: Float64Array;
  #form: Form = 'probabilities';

  constructor(classes: number) {
    this.share = new Float64Array(classes);
    this.softmax = new Softmax(classes);
    this.#given = this.share;
  }

  /** Takes a row, which has to stay as it is. */
  of(given: Float64Array, form: Form, temperature: number): this {
    this.#given = given;
    this.#form = form;
    const { share, softmax } = this;
    if (form === 'logits') softmax.of(given, temperature === 1 ? null : new Bent(temperature));
    for (let k = 0; k < given.length; k++) {
      const x = given[k]!;
      share[k] = form === 'logits' ? softmax.p(k) : form === 'probabilities' ? x : Math.exp(x);
    }
    return this;
  }

  /** A weight times the logarithm of a share; 0 for weight 0. */
  timesLog(k: number, weight: number): number {
    if (this.#form === 'logits') return -this.softmax.nll(k, weight);
    return weigh(weight, this.#form === 'probabilities' ? Math.log(this.share[k]!) : this.#given[k]!);
  }

  /** 1 less a share: of a softmax the sum of the others. */
  rest(k: number): number {
    return this.#form === 'logits' ? this.softmax.rest(k) : 1 - this.share[k]!;
  }
}
