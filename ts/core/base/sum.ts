/** A sum in double precision that neither loses what its terms lose to each other nor overflows where its terms don't. */

import { quotient, root } from './total.ts';

/** Terms from here on are counted apart; all others together stay below the largest double. */
const large = 2 ** 900;

/** Such a sum: a total, what its additions lost, and an excess in units of 2¹⁰⁸⁸. */
export class Sum {
  #total = 0;
  #lost = 0;
  #excess = 0;

  /** Adds a weighted term; what the larger of the two swallows of the smaller is kept apart (Neumaier). */
  add(x: number, weight = 1): void {
    const term = weight * x;
    if (!(Math.abs(term) < large)) {
      // The product alone may overflow. Infinities and NaN stay what they are.
      this.#excess += weight * root * (x * root);
      return;
    }
    const next = this.#total + term;
    this.#lost += lostIn(this.#total, term, next);
    this.#total = next;
  }

  /** The sum but for the excess. */
  get sum(): number {
    return this.#total + this.#lost;
  }

  /** What would have made the sum overflow, in units of 2¹⁰⁸⁸. */
  get excess(): number {
    return this.#excess;
  }

  /** The whole over a divisor, which may bring it back into range; over 1 infinite where it overflows. */
  over(divisor: number): number {
    return quotient(this.sum, this.#excess, divisor);
  }

  /** The whole. */
  value(): number {
    return this.over(1);
  }

  /** What it is made of, for `addParts`: the rounded sum, its rest, and the excess where there is one. */
  parts(): readonly number[] {
    return this.#excess === 0 ? [this.#total, this.#lost] : [this.#total, this.#lost, this.#excess];
  }

  /** Adds what `parts` gives. */
  addParts(total: number, rest: number, excess = 0): void {
    this.add(total);
    this.add(rest);
    this.#excess += excess;
  }
}

/** What the smaller of two numbers loses to the larger one when they are added to this sum. */
export const lostIn = (x: number, y: number, sum: number): number =>
  Math.abs(x) >= Math.abs(y) ? x - sum + y : y - sum + x;

/** One sum over another, either of which may overflow. */
export function ratio(x: Sum, divisor: Sum): number {
  if (divisor.excess === 0) return x.over(divisor.sum);
  const whole = divisor.sum * root * root + divisor.excess;
  return ((x.sum * root) / whole) * root + x.excess / whole;
}
