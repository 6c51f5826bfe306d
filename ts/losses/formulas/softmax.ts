/** The softmax of a row of logits, and the cross-entropy's derivatives through it. */

import { sum, weigh } from './math.ts';
import { total as totalOf } from './vectors.ts';

/** What is done to logits before their softmax: see bend.ts. */
export interface Bend {
  /** Half of what becomes of the largest logit, less half of what becomes of another. */
  halfGap(most: number, z: number): number;
}

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
  /** The same over all classes: 1 more; and its logarithm. */
  total = 1;
  logTotal = 0;
  #bend: Bend | null = null;

  constructor(classes: number) {
    this.#z = new Float64Array(classes);
    this.#e = new Float64Array(classes);
  }

  /** Takes the softmax of a row, which has to stay as it is, in place of the last one's. A bend is what is done to the logits before. */
  of(z: Float64Array, bend: Bend | null = null): this {
    const e = this.#e;
    this.#z = z;
    this.#bend = bend;
    this.#top = argmax(z);
    const { most } = this;
    if (bend === null) for (let k = 0; k < z.length; k++) e[k] = Math.exp(z[k]! - most);
    else for (let k = 0; k < z.length; k++) e[k] = Math.exp(-2 * bend.halfGap(most, z[k]!));
    // Not e^{z_m − z_m}, which is NaN for z_m = ∞.
    e[this.#top] = 0;
    this.#others = most > -Infinity ? totalOf(e) : Number.NaN;
    e[this.#top] = 1;
    this.total = 1 + this.#others;
    this.logTotal = Math.log1p(this.#others);
    return this;
  }

  /** The largest logit. */
  get most(): number {
    return this.#z[this.#top]!;
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
    return 2 * weigh(weight, this.#halfGap(k)) + weigh(weight, this.logTotal);
  }

  /** ½(z_m − z_k): the whole may overflow. */
  #halfGap(k: number): number {
    // Not z_m − z_m, which is NaN for z_m = ∞.
    if (k === this.#top) return 0;
    const z = this.#z[k]!;
    return this.#bend === null ? 0.5 * this.most - 0.5 * z : this.#bend.halfGap(this.most, z);
  }

  /** Σ_{j≠k} p_j x_j less x_k (1 − p_k), which is Σ p x − x_k: accurate where p_k → 1. */
  meanLess(x: Float64Array, k: number): number {
    let others = 0;
    for (let j = 0; j < x.length; j++) if (j !== k) others += x[j]! * this.p(j);
    return others - x[k]! * this.rest(k);
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

/** Its gradient in the logits: p_k T − t_k with T = Σ t, and what is added to T, which may be infinite: a class without a share has none of it. */
export function softmaxGrad(s: Softmax, t: Float64Array, out: Float64Array, more = 0): void {
  const all = totalOf(t);
  let targets = 0;
  let y = 0;
  for (let k = 0; k < t.length; k++) {
    out[k] = s.p(k) * all - t[k]! + weigh(s.p(k), more);
    if (t[k] === 0) continue;
    targets++;
    y = k;
  }
  // With all of T on one class, p_y T − t_y is −T (1 − p_y), which keeps its digits as p_y → 1.
  if (targets === 1) out[y] = weigh(s.p(y), more) - all * s.rest(y);
}

/** The diagonal of its Hessian: T p_k (1 − p_k). */
export function softmaxHess(s: Softmax, t: Float64Array, out: Float64Array): void {
  const all = totalOf(t);
  for (let k = 0; k < t.length; k++) out[k] = all * s.p(k) * s.rest(k);
}
