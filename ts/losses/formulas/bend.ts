/** Logits that are bounded and divided by a temperature: z → c tanh(z/c)/T. −∞ stays: a class that is masked. */

import { sech2 } from './math.ts';
import type { Bend } from './softmax.ts';

/** The bend of a softmax, for c = `softcap` (none if null) and T = `temperature`. */
export class Bent implements Bend {
  readonly #cap: number | null;
  readonly #temperature: number;

  constructor(temperature: number, softcap: number | null = null) {
    this.#cap = softcap;
    this.#temperature = temperature;
  }

  /** c tanh(z/c)/T. */
  of(z: number): number {
    const cap = this.#cap;
    return (cap === null || z === -Infinity ? z : cap * Math.tanh(z / cap)) / this.#temperature;
  }

  /** A derivative in that times its own, sech²(z/c)/T. */
  through(derivative: number, z: number): number {
    const cap = this.#cap;
    if (cap === null || z === -Infinity) return derivative / this.#temperature;
    const slope = sech2(z / cap);
    return (derivative * (slope - 2 * slope * rest(Math.abs(z), cap))) / this.#temperature;
  }

  halfGap(most: number, z: number): number {
    const cap = this.#cap;
    // NaN for a second logit of +∞, as without a bend; a bound makes them equal.
    if (cap === null || z === -Infinity) return (0.5 * most - 0.5 * z) / this.#temperature;
    if (z === most) return 0;
    // tanh a − tanh b = tanh(a − b)(1 − tanh a tanh b), the last factor from what both lack to ±1.
    const [a, b] = [lack(most, cap), lack(z, cap)];
    const factor = most > 0 && z < 0 ? 1 + (1 - a) * (1 - b) : a + b - a * b;
    return (0.5 * cap * Math.tanh((0.5 * most - 0.5 * z) / (0.5 * cap)) * factor) / this.#temperature;
  }
}

/** 1 − tanh |x| = 2e/(1 + e), x = z/c, e = e^{−2|x|}. */
function lack(z: number, cap: number): number {
  let e = Math.exp(-2 * Math.abs(z / cap));
  e -= 2 * e * rest(Math.abs(z), cap);
  return (2 * e) / (1 + e);
}

/**
 * What the rounding of z/c has lost, for z ≥ 0, where it counts: at large quotients, whose exponentials would show it. The product of the
 * quotient and c is exact in parts (Dekker 1971, A floating-point technique for extending the available precision).
 */
function rest(z: number, c: number): number {
  const x = z / c;
  // Beyond 360, where exponentials are 0, parts may overflow.
  if (!(x > 1 && x < 360)) return 0;
  const product = x * c;
  const [a, b] = halves(x);
  const [high, low] = halves(c);
  const error = a * high - product + a * low + b * high + b * low;
  return (z - product - error) / c;
}

/** A number as two with half its digits each. */
function halves(x: number): [number, number] {
  const wide = x * 134_217_729;
  const high = wide - (wide - x);
  return [high, x - high];
}
