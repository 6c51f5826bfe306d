/** Distances between embeddings, with their gradients. */
import { square, sum } from './math.ts';

/** A distance d(a, b). */
export interface Distance {
  value(a: Float64Array, b: Float64Array): number;
  /** Adds w ∂d/∂a to da, and w ∂d/∂b to db. */
  addGrad(a: Float64Array, b: Float64Array, w: number, da: Float64Array, db: Float64Array): void;
}

/** √Σ_{k<n} x(k)², scaled by the largest so that no square overflows or vanishes. */
export function norm(n: number, x: (k: number) => number): number {
  let scale = 0;
  for (let k = 0; k < n; k++) scale = Math.max(scale, Math.abs(x(k)));
  if (scale === 0 || scale === Infinity) return scale;
  return scale * Math.sqrt(sum(n, (k) => square(x(k) / scale)));
}

/** Σ (a_k − b_k)². Gradient in a: 2(a − b). */
export const squaredEuclidean: Distance = {
  value: (a, b) => sum(a.length, (k) => square(a[k]! - b[k]!)),
  addGrad(a, b, w, da, db) {
    for (let k = 0; k < a.length; k++) {
      const slope = 2 * w * (a[k]! - b[k]!);
      da[k] = da[k]! + slope;
      db[k] = db[k]! - slope;
    }
  },
};

/** |a − b|. Gradient in a: (a − b)/|a − b|, and 0 where a = b. */
export const euclidean: Distance = {
  value: (a, b) => norm(a.length, (k) => a[k]! - b[k]!),
  addGrad(a, b, w, da, db) {
    const d = euclidean.value(a, b);
    if (d === 0) return;
    for (let k = 0; k < a.length; k++) {
      const slope = (w * (a[k]! - b[k]!)) / d;
      da[k] = da[k]! + slope;
      db[k] = db[k]! - slope;
    }
  },
};

/** 1 − cos(a, b) = 1 − û_a·û_b. Gradient in a: −(û_b − cos û_a)/|a|, û = x/|x|. A zero vector has cosine 0 and gradient 0. */
export const cosine: Distance = {
  value: (a, b) => 1 - dot(unit(a), unit(b)),
  addGrad(a, b, w, da, db) {
    const [na, nb] = [length(a), length(b)];
    if (na === 0 || nb === 0) return;
    const [ua, ub] = [unit(a), unit(b)];
    const c = dot(ua, ub);
    for (let k = 0; k < a.length; k++) {
      da[k] = da[k]! - (w * (ub[k]! - c * ua[k]!)) / na;
      db[k] = db[k]! - (w * (ua[k]! - c * ub[k]!)) / nb;
    }
  },
};

/** |a|. */
export const length = (a: Float64Array): number => norm(a.length, (k) => a[k]!);

/** a/|a|; a zero vector stays 0. */
export function unit(a: Float64Array): Float64Array {
  const n = length(a);
  return n === 0 ? a : a.map((x) => x / n);
}

/** The dot product, for unit vectors the cosine. */
export const dot = (a: Float64Array, b: Float64Array): number => sum(a.length, (k) => a[k]! * b[k]!);
