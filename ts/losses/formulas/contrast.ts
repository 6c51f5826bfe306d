/** What losses of a batch as a whole share: directions, softmaxes of their products, and the way back. */

import { Sum } from '../../core/base/sum.ts';
import type { Softmax } from './softmax.ts';
import { dot, normalise } from './vectors.ts';

/** Rows as they are compared, u = z/|z| or z, and their lengths where they were divided by them. */
export interface Directions {
  readonly u: readonly Float64Array[];
  readonly lengths: readonly number[] | null;
}

/** The rows' directions, or the rows themselves. */
export function directions(z: readonly Float64Array[], normalize: boolean): Directions {
  if (!normalize) return { u: z, lengths: null };
  const u = z.map((x) => new Float64Array(x.length));
  return { u, lengths: z.map((x, i) => normalise(x, u[i]!)) };
}

/** What an anchor sees of the others: its loss, and what their softmax is made of. */
export interface Anchor {
  readonly loss: number;
  /** Which of the others are its positives, and how many. */
  readonly isPositive: (k: number) => boolean;
  readonly positives: number;
  /** 1 − p of the positive, where it is the only one. */
  readonly rest: number;
  /** The largest product, and Σ_k e^{(s_k − best)/τ}. */
  readonly best: number;
  readonly total: number;
}

/** The anchor of products s (overwritten), −∞ where one doesn't count: the mean of −ln p over its positives, p the softmax of s/τ. */
export function anchorOf(
  s: Float64Array,
  isPositive: (k: number) => boolean,
  temperature: number,
  softmax: Softmax,
): Anchor {
  const best = s.reduce((a, b) => Math.max(a, b), -Infinity);
  // In range for any temperature.
  if (Number.isFinite(best)) for (let k = 0; k < s.length; k++) s[k] = (s[k]! - best) / temperature;
  const { total } = softmax.of(s);
  const sum = new Sum();
  let positives = 0;
  let rest = 0;
  for (let k = 0; k < s.length; k++) {
    if (!isPositive(k)) continue;
    positives++;
    sum.add(softmax.nll(k));
    rest = softmax.rest(k);
  }
  return { loss: positives === 0 ? 0 : sum.value() / positives, isPositive, positives, rest, best, total };
}

/** ∂L/∂(s_k/τ) of an anchor, given s_k: p_k, less 1/|P| for a positive; where that is the only one, −(1 − p_k), which keeps its digits. */
export function slope(anchor: Anchor, k: number, s: number, temperature: number): number {
  const { positives, rest, best, total } = anchor;
  if (positives === 0) return 0;
  const isPositive = anchor.isPositive(k);
  if (isPositive && positives === 1) return -rest;
  const p = (s === best ? 1 : Math.exp((s - best) / temperature)) / total;
  return isPositive ? p - 1 / positives : p;
}

/** Adds c·v to g and c·u to h: the gradient of c·(u·v), whose value is returned. */
export function pull(
  u: Float64Array,
  v: Float64Array,
  g: Float64Array,
  h: Float64Array,
  coefficient: (s: number) => number,
): number {
  const s = dot(u, v);
  const c = coefficient(s);
  for (let d = 0; d < g.length; d++) {
    g[d] = g[d]! + c * v[d]!;
    h[d] = h[d]! + c * u[d]!;
  }
  return c === 0 ? 0 * s : c * s;
}

/** From gradients in u = z/|z| to those in z: (g − (g·u) u)/|z|. */
export function project(g: readonly Float64Array[], { u, lengths }: Directions): void {
  lengths?.forEach((length, i) => {
    const [row, unit] = [g[i]!, u[i]!];
    const along = dot(row, unit);
    for (let d = 0; d < row.length; d++) row[d] = length === 0 ? 0 : (row[d]! - along * unit[d]!) / length;
  });
}
