/** The softmax of a row of logits, and the cross-entropy's derivatives through it. */

import { sum, weigh } from './math.ts';
import { total as totalOf } from './vectors.ts';

/**
 * Softmax with m the largest logit's class: −ln p_k = (z_m − z_k) + ln(1 + Σ_{j≠m} e^{z_j − z_m}), a sum of nothing
 * negative. One logit of +∞ takes all; −∞ masks a class. All −∞, two +∞ or a NaN have no limit: everything is NaN.
 */
export class Softmax {
  #z: Float64Array;
  /** e^{z_k − z_m}. */
  readonly #e: Float64Array;
  #top = 0;
  /** Σ_{j≠m} e^{z_j − z_m}. */
  #others = 0;
  #logTotal = 0;
  /** The same over all classes: 1 more. */
  total = 1;

  constructor(classes: number) {
    this.#z = new Float64Array(classes);
    this.#e = new Float64Array(classes);
  }

  /** Takes the softmax of a row, which has to stay as it is, in place of the last one's. */
  of(z: Float64Array): this {
    const e = this.#e;
    this.#z = z;
    this.#top = argmax(z);
    const most = z[this.#top]!;
    for (let k = 0; k < z.length; k++) e[k] = Math.exp(z[k]! - most);
    // Not e^{z_m − z_m}, which is NaN for z_m = ∞.
    e[this.#top] = 0;
    this.#others = most > -Infinity ? totalOf(e) : Number.NaN;
    e[this.#top] = 1;
    this.total = 1 + this.#others;
    this.#logTotal = Math.log1p(this.#others);
    return this;
  }

  /** p_k = e^{z_k} / Σ_j e^{z_j}. */
  p(k: number): number {
    return this.#e[k]! / this.total;
  }

  /** 1 − p_k, as the sum of the others: accurate where p_k → 1. */
  rest(k: number): number {
    return (k === this.#top ? this.#others : this.total - this.#e[k]!) / this.total;
  }

  /** −ln p_k, times a weight; 0 for weight 0. */
  nll(k: number, weight = 1): number {
    // ½(z_m − z_k): the whole may overflow. Not z_m − z_m, which is NaN for z_m = ∞.
    const halfGap = k === this.#top ? 0 : 0.5 * this.#z[this.#top]! - 0.5 * this.#z[k]!;
    return weigh(2 * weight, halfGap) + weigh(weight, this.#logTotal);
  }
}

/** The class of the largest logit; of equal ones the first. */
function argmax(z: Float64Array): number {
  let top = 0;
  for (let k = 1; k < z.length; k++) if (z[k]! > z[top]!) top = k;
  return top;
}

/** Σ_k t_k (−ln p_k). */
export const softmaxLoss = (s: Softmax, t: Float64Array): number => sum(t.length, (k) => s.nll(k, t[k]));

/** Its gradient in the logits: p_k T − t_k with T = Σ t. */
export function softmaxGrad(s: Softmax, t: Float64Array, out: Float64Array): void {
  const all = totalOf(t);
  let targets = 0;
  let y = 0;
  for (let k = 0; k < t.length; k++) {
    out[k] = s.p(k) * all - t[k]!;
    if (t[k] === 0) continue;
    targets++;
    y = k;
  }
  // With all of T on one class, p_y T − t_y is −T (1 − p_y), which keeps its digits as p_y → 1.
  if (targets === 1) out[y] = -all * s.rest(y);
}

/** The diagonal of its Hessian: T p_k (1 − p_k). */
export function softmaxHess(s: Softmax, t: Float64Array, out: Float64Array): void {
  const all = totalOf(t);
  for (let k = 0; k < t.length; k++) out[k] = all * s.p(k) * s.rest(k);
}
