/** The softmax of a row of logits, and the cross-entropy's derivatives through it. */
import { sum, weigh } from './math.ts';

/** Probabilities of a row, each computed when asked for. */
export interface Softmax {
  /** p_k = e^{z_k} / Σ_j e^{z_j}. */
  p(k: number): number;
  /** 1 − p_k, as the sum of the others: accurate where p_k → 1. */
  rest(k: number): number;
  /** −ln p_k, times a weight; 0 for weight 0. */
  nll(k: number, weight?: number): number;
}

/**
 * Softmax with m the largest logit's class: −ln p_k = (z_m − z_k) + ln(1 + Σ_{j≠m} e^{z_j − z_m}), a sum of nothing
 * negative. One logit of +∞ takes all; −∞ masks a class. All −∞, two +∞ or a NaN have no limit: everything is NaN.
 */
export function softmax(z: Float64Array): Softmax {
  const top = argmax(z);
  // ½(z_m − z_k): the whole may overflow. Not z_m − z_m, which is NaN for z_m = ∞.
  const halfGap = (k: number): number => (k === top ? 0 : 0.5 * z[top]! - 0.5 * z[k]!);
  const e = (k: number): number => Math.exp(-2 * halfGap(k));
  const others = z[top]! > -Infinity ? sum(z.length, (k) => (k === top ? 0 : e(k))) : Number.NaN;
  const total = 1 + others;
  const logTotal = Math.log1p(others);
  return {
    p: (k) => e(k) / total,
    rest: (k) => (k === top ? others : total - e(k)) / total,
    nll: (k, weight = 1) => weigh(2 * weight, halfGap(k)) + weigh(weight, logTotal),
  };
}

/** The class of the largest logit; of equal ones the first. */
function argmax(z: Float64Array): number {
  let top = 0;
  for (let k = 1; k < z.length; k++) if (z[k]! > z[top]!) top = k;
  return top;
}

/** Gradient of Σ_k t_k (−ln p_k) in the logits: p_k T − t_k with T = Σ t. */
export function softmaxGrad(z: Float64Array, t: Float64Array, out: Float64Array): void {
  const { p, rest } = softmax(z);
  const total = sum(t.length, (k) => t[k]!);
  // With all of T on one class, p_y T − t_y is −T (1 − p_y), which keeps its digits as p_y → 1.
  const single = t.reduce((count, x) => count + Number(x !== 0), 0) === 1;
  for (let k = 0; k < z.length; k++) {
    out[k] = single && t[k] !== 0 ? -total * rest(k) : p(k) * total - t[k]!;
  }
}

/** Diagonal Hessian of the same: T p_k (1 − p_k). */
export function softmaxHess(z: Float64Array, t: Float64Array, out: Float64Array): void {
  const { p, rest } = softmax(z);
  const total = sum(t.length, (k) => t[k]!);
  for (let k = 0; k < z.length; k++) out[k] = total * p(k) * rest(k);
}
